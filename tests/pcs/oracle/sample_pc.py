"""A document with something of every kind, and the same wishes as Ansible's own tasks: the oracle of `campus_pc`."""

from __future__ import annotations

from typing import Any

PASSWORD = "Sample-Canary-7"
"""Value of the sample's secrets."""
SECRETS = {"pc/lehrer": PASSWORD, "pc/wlan": PASSWORD}
"""What the sample's references stand for."""
_SUDOERS = "lehrer ALL=(root) NOPASSWD: /usr/sbin/lpadmin\n"
_LIMITS = "schueler hard nproc 500\nschueler hard maxlogins 2\n"
_TIMER = "[Unit]\nDescription=Nightly shutdown\n[Timer]\nOnCalendar=*-*-* 19:30\n[Install]\nWantedBy=timers.target\n"
_OFF = "[Unit]\nDescription=Sleeps\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n"

_OWNED = ("owner", "group", "mode")

DOCUMENT: dict[str, Any] = {
    "packages": {"campus-one": "present", "campus-two": "present", "campus-old": "absent"},
    "groups": {"schueler": {"gid": 2000}, "alt": {"state": "absent"}},
    "users": {
        "lehrer": {
            "uid": 2001,
            "shell": "/bin/bash",
            "groups": ["lpadmin"],
            "title": "Lehrkraft",
            "password": "<<secret:pc/lehrer>>",
        },
        "schueler": {"uid": 2002, "group": "schueler", "shell": "/bin/sh", "home": "/home/schueler"},
    },
    "directories": {
        "/etc/chromium/policies/managed": {"mode": "0755"},
        "/srv/tausch": {"mode": "2770", "owner": "lehrer", "group": "schueler"},
    },
    "files": {
        "/etc/motd": {"content": "Guten Tag {{ nobody }} $(id) `id`\n"},
        "/etc/sudoers.d/lehrer": {"content": _SUDOERS, "mode": "0440", "validate": ["visudo", "-cf", "%s"]},
        "/etc/chromium/policies/managed/campus.json": {"content": '{"HomepageLocation": "https://example.org"}\n'},
        "/etc/wlan.conf": {"content": "psk=<<secret:pc/wlan>>\n", "mode": "0600"},
        "/etc/sysctl.d/60-campus.conf": {"content": "net.ipv4.conf.all.rp_filter = 1\n", "run": "sysctl"},
        "/etc/systemd/system/campus-off.timer": {"content": _TIMER},
        "/etc/systemd/system/campus-sleep.service": {"content": _OFF, "run": "restart:campus-sleep"},
    },
    "links": {"/etc/localtime": "/usr/share/zoneinfo/Europe/Berlin"},
    "absent": {"/opt/legacy-agent": True, "/etc/legacy.conf": True},
    "lines": {
        "/etc/ssh/sshd_config": [
            {
                "name": "keepalive",
                "match": "^#?ClientAliveInterval\\b",
                "line": "ClientAliveInterval 60",
                "run": "reload:ssh",
            }
        ]
    },
    "blocks": {
        "/etc/security/limits.conf": {"campus": {"content": "schueler hard nproc 500\nschueler hard maxlogins 2\n"}}
    },
    "services": {
        "cron": {"enabled": True, "running": True},
        "campus-sleep": {"enabled": True, "running": True},
        "cups": {"enabled": True, "running": True},
        "apt-daily": {"masked": True},
    },
    "cron": {"campus shutdown": {"user": "root", "schedule": "30 19 * * 1-5", "command": "/sbin/shutdown -h now"}},
    "printers": {
        "queues": {"r101-pr01": {"uri": "socket://127.0.0.1:9", "model": "raw", "info": "Drucker", "location": "R101"}},
        "default": "r101-pr01",
    },
}
"""Format 1 for Linux, without `format` and `os`."""


_JUDGED = {
    "packages": ("campus-two", "campus-old"),
    "groups": ("schueler", "alt"),
    "users": ("lehrer", "schueler"),
    "directories": ("/srv/tausch",),
    "files": ("/etc/motd", "/etc/sudoers.d/lehrer", "/etc/wlan.conf", "/etc/systemd/system/campus-sleep.service"),
    "links": ("/etc/localtime",),
    "absent": ("/opt/legacy-agent",),
    "lines": ("/etc/ssh/sshd_config",),
    "blocks": ("/etc/security/limits.conf",),
    "services": ("campus-sleep", "apt-daily", "cron"),
}
JUDGED: dict[str, Any] = {kind: {name: DOCUMENT[kind][name] for name in names} for kind, names in _JUDGED.items()}
"""As much of the sample as Ansible's own modules judge in half a minute; queues and cron have none of the same form."""


def tasks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Ansible's own tasks for what the document wants; braces stay braces."""
    makers = (_packages, _accounts, _files, _texts, _services)
    return [
        {"name": f"oracle {number}", **task} for number, task in enumerate(t for make in makers for t in make(document))
    ]


def _packages(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"ansible.builtin.apt": {"name": name, "state": state, "install_recommends": False}}
        for name, state in document.get("packages", {}).items()
    ]


def _accounts(document: dict[str, Any]) -> list[dict[str, Any]]:
    groups, users = document.get("groups", {}), document.get("users", {})
    made = [{"ansible.builtin.group": {"name": name, **group}} for name, group in groups.items()]
    for name, user in users.items():
        wanted = {key: user[key] for key in ("state", "uid", "group", "groups", "shell", "home") if key in user}
        comment = {"comment": user["title"]} if "title" in user else {}
        made.append({"ansible.builtin.user": {"name": name, "append": True, **comment, **wanted}})
    return made


def _files(document: dict[str, Any]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for path, wanted in document.get("directories", {}).items():
        made.append({"ansible.builtin.file": {"path": path, "state": "directory", **_owned(wanted, "0755")}})
    for path, wanted in document.get("files", {}).items():
        content = wanted["content"].replace("<<secret:pc/wlan>>", PASSWORD)
        made.append({"ansible.builtin.copy": {"dest": path, "content": _raw(content), **_owned(wanted, "0644")}})
    for path, target in document.get("links", {}).items():
        made.append({"ansible.builtin.file": {"path": path, "src": target, "state": "link", "force": True}})
    made += [{"ansible.builtin.file": {"path": path, "state": "absent"}} for path in document.get("absent", {})]
    return made


def _owned(wanted: dict[str, Any], mode: str) -> dict[str, str]:
    return {
        "owner": wanted.get("owner", "root"),
        "group": wanted.get("group", "root"),
        "mode": wanted.get("mode", mode),
    }


def _raw(text: str) -> str:
    return "{% raw %}" + text + "{% endraw %}"


def _texts(document: dict[str, Any]) -> list[dict[str, Any]]:
    made = [
        {"ansible.builtin.lineinfile": {"path": path, "regexp": line["match"], "line": line["line"]}}
        for path, lines in document.get("lines", {}).items()
        for line in lines
    ]
    for path, blocks in document.get("blocks", {}).items():
        for name, block in blocks.items():
            mark = {"marker": f"# {{mark}} campusctl {name}", "block": block["content"]}
            made.append({"ansible.builtin.blockinfile": {"path": path, **mark}})
    return made


def _services(document: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for name, wanted in document.get("services", {}).items():
        state = {"state": "started"} if wanted.get("running") else {}
        flags = {key: wanted[key] for key in ("enabled", "masked") if key in wanted}
        made.append({"ansible.builtin.systemd_service": {"name": name, **state, **flags}})
    return made
