"""A document's wishes as an Ansible playbook of builtin tasks, and as the job that pyinfra's deploy reads.

What campusctl takes away of its own (files with its name in them) is asked of nobody else.
"""

import json
from pathlib import Path

_OWN = "campusctl"


def operations(document: dict) -> list[dict]:
    """The tasks of Ansible, one for each wish, as somebody would write them who knows Ansible."""
    makers = (_packages, _accounts, _files, _texts, _services, _printers)
    return [task for make in makers for task in make(document)]


def prepared(document: dict) -> list[dict]:
    """The cron job, in a file of its own: Ansible's mark would get between campusctl's and its line. It is run once
    before anything is measured."""
    return _cron(document)


def write_play(file: Path, tasks: list[dict], *, facts: bool) -> None:
    play = {"name": "PCs", "hosts": "all", "gather_facts": facts, "become": True, "tasks": tasks}
    file.write_text(json.dumps([play], indent=1))


def _packages(document: dict) -> list[dict]:
    found = document["packages"]
    return [
        {
            "name": f"packages {state}",
            "ansible.builtin.apt": {"name": [name for name in found if found[name] == state], "state": state}
            | ({"install_recommends": False} if state == "present" else {}),
        }
        for state in ("present", "absent")
    ]


def _accounts(document: dict) -> list[dict]:
    tasks = [
        {"name": f"group {name}", "ansible.builtin.group": {"name": name, "gid": group["gid"]}}
        for name, group in document["groups"].items()
    ]
    for name, user in document["users"].items():
        wanted = {key: user[key] for key in ("uid", "group", "shell")} | {"comment": user["title"]}
        more = {"groups": user["groups"], "append": True} if "groups" in user else {}
        tasks.append({"name": f"user {name}", "ansible.builtin.user": {"name": name, **wanted, **more}})
    return tasks


def _files(document: dict) -> list[dict]:
    tasks = [
        {"name": f"directory {path}", "ansible.builtin.file": {"path": path, "state": "directory", **wanted}}
        for path, wanted in document["directories"].items()
    ]
    for path, wanted in document["files"].items():
        owned = {key: wanted[key] for key in ("owner", "group", "mode")}
        validate = {"validate": " ".join(wanted["validate"])} if "validate" in wanted else {}
        copy = {"dest": path, "content": wanted["content"], **owned, **validate}
        tasks.append({"name": f"file {path}", "ansible.builtin.copy": copy})
    for path, target in document["links"].items():
        tasks.append({"name": f"link {path}", "ansible.builtin.file": {"path": path, "src": target, "state": "link"}})
    tasks += [
        {"name": f"no {path}", "ansible.builtin.file": {"path": path, "state": "absent"}} for path in gone(document)
    ]
    return tasks


def gone(document: dict) -> list[str]:
    """Paths that shall not be there, but for those of campusctl's own making."""
    return [path for path in document["absent"] if _OWN not in path]


def blocks(document: dict) -> list[tuple[str, str, str]]:
    """Path, name and text of the blocks that shall be there."""
    return [
        (path, name, block["content"])
        for path, named in document["blocks"].items()
        for name, block in named.items()
        if block["state"] == "present"
    ]


def jobs(document: dict) -> dict[str, dict]:
    """The cron jobs that shall be there."""
    return {name: job for name, job in document["cron"].items() if job["state"] == "present"}


def _texts(document: dict) -> list[dict]:
    tasks = [
        {
            "name": f"line {line['name']}",
            "ansible.builtin.lineinfile": {"path": path, "regexp": line["match"], "line": line["line"]},
        }
        for path, lines in document["lines"].items()
        for line in lines
    ]
    for path, name, text in blocks(document):
        mark = {"marker": f"# {{mark}} campusctl {name}", "block": text}
        tasks.append({"name": f"block {name}", "ansible.builtin.blockinfile": {"path": path, **mark}})
    return tasks


def _services(document: dict) -> list[dict]:
    return [
        {
            "name": f"service {name}",
            "ansible.builtin.systemd_service": {"name": name, "state": "started", "enabled": wanted["enabled"]},
        }
        for name, wanted in document["services"].items()
    ] + _cron(document)


def _cron(document: dict) -> list[dict]:
    fields = ("minute", "hour", "day", "month", "weekday")
    return [
        {
            "name": f"cron {name}",
            "ansible.builtin.cron": {
                "name": name,
                "cron_file": "campus-bench",
                "user": job["user"],
                "job": job["command"],
                **dict(zip(fields, job["schedule"].split(), strict=True)),
            },
        }
        for name, job in jobs(document).items()
    ]


def _printers(document: dict) -> list[dict]:
    """Ansible has no module for print queues: they are read, and set where they differ."""
    tasks = [
        {
            "name": "print queues, read",
            "ansible.builtin.command": {"argv": ["lpstat", "-v"]},
            "register": "queues",
            "changed_when": False,
            "failed_when": False,
            "check_mode": False,
        }
    ]
    for name, queue in document["printers"]["queues"].items():
        argv = ["lpadmin", "-p", name, "-E", "-v", queue["uri"], "-m", queue["model"], "-D", queue["info"]]
        when = f"'{name}: {queue['uri']}' not in queues.stdout"
        tasks.append({"name": f"print queue {name}", "ansible.builtin.command": {"argv": argv}, "when": when})
    return tasks
