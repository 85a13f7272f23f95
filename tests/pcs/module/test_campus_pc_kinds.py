"""Every kind of a document on a real Debian: made, made once only, found when it drifts, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sample_pc import DOCUMENT, PASSWORD, SECRETS

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian

DRIFT: dict[str, tuple[str, tuple[str, ...], object, object]] = {
    "package removed": ("dpkg -r campus-two", ("package", "campus-two"), None, "present"),
    "package came back": ("apt-get -q -y install campus-old", ("package", "campus-old"), "present", None),
    "shell": ("usermod -s /bin/sh lehrer", ("user", "lehrer", "shell"), "/bin/sh", "/bin/bash"),
    "title": ("usermod -c Hans lehrer", ("user", "lehrer", "title"), "Hans", "Lehrkraft"),
    "left a group": ("gpasswd -d lehrer lpadmin", ("user", "lehrer", "groups"), [], ["lpadmin"]),
    "password": ("echo lehrer:other | chpasswd", ("user", "lehrer", "password"), "********", "********"),
    "directory mode": ("chmod 777 /srv/tausch", ("directory", "/srv/tausch", "mode"), "2777", "2770"),
    "content": ("echo Hallo > /etc/motd", ("file", "/etc/motd"), "Hallo\n", DOCUMENT["files"]["/etc/motd"]["content"]),
    "file mode": ("chmod 646 /etc/motd", ("file", "/etc/motd", "mode"), "0646", "0644"),
    "file owner": ("chown lehrer /etc/motd", ("file", "/etc/motd", "owner"), "lehrer", "root"),
    "file gone": (
        "rm /etc/chromium/policies/managed/campus.json",
        ("file", "/etc/chromium/policies/managed/campus.json"),
        None,
        '{"HomepageLocation": "https://example.org"}\n',
    ),
    "secret content": ("echo x > /etc/wlan.conf", ("file", "/etc/wlan.conf"), "********", "********"),
    "link elsewhere": (
        "ln -sf /usr/share/zoneinfo/UTC /etc/localtime",
        ("link", "/etc/localtime"),
        "/usr/share/zoneinfo/UTC",
        "/usr/share/zoneinfo/Europe/Berlin",
    ),
    "path came back": ("mkdir -p /opt/legacy-agent/x", ("absent", "/opt/legacy-agent"), "directory", None),
    "line": (
        "sed -i 's/^ClientAliveInterval.*/ClientAliveInterval 0/' /etc/ssh/sshd_config",
        ("line", "/etc/ssh/sshd_config", "keepalive"),
        "ClientAliveInterval 0",
        "ClientAliveInterval 60",
    ),
    "block": (
        "sed -i 's/nproc 500/nproc 5/' /etc/security/limits.conf",
        ("block", "/etc/security/limits.conf", "campus"),
        "schueler hard nproc 5\nschueler hard maxlogins 2\n",
        "schueler hard nproc 500\nschueler hard maxlogins 2\n",
    ),
    "service stopped": ("systemctl stop cron", ("service", "cron", "running"), False, True),
    "service disabled": ("systemctl disable campus-sleep", ("service", "campus-sleep", "enabled"), False, True),
    "service unmasked": ("systemctl unmask apt-daily", ("service", "apt-daily", "masked"), False, True),
    "crontab": (
        "crontab -l | sed 's/^30 19/0 12/' | crontab -",
        ("cron", "campus shutdown"),
        "0 12 * * 1-5 /sbin/shutdown -h now",
        "30 19 * * 1-5 /sbin/shutdown -h now",
    ),
    "print queue": (
        "lpadmin -p r101-pr01 -v socket://127.0.0.1:10",
        ("printer", "r101-pr01", "uri"),
        "socket://127.0.0.1:10",
        "socket://127.0.0.1:9",
    ),
    "printer's place": ("lpadmin -p r101-pr01 -L Keller", ("printer", "r101-pr01", "location"), "Keller", "R101"),
}


@pytest.fixture(scope="module")
def standing(pc: PcRoot) -> PcRoot:
    """The PC after its first apply."""
    pc.must("sh", "-c", "groupadd alt; mkdir -p /opt/legacy-agent/bin; touch /opt/legacy-agent/bin/x /etc/legacy.conf")
    pc.must("apt-get", "-q", "-y", "install", "campus-old")
    first = converge(pc, keep="first")
    assert first.get("fault") is None, first
    assert first["remaining"] == []
    assert [edit["path"] for edit in first["edits"] if not edit["done"]] == []
    return pc


def converge(pc: PcRoot, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The sample on a PC."""
    return pc.converge(DOCUMENT, secrets=SECRETS, salt="pc01", **request)


def test_second_run_finds_nothing(standing: PcRoot) -> None:
    """What was applied is what the document says: check mode finds nothing, and applying changes nothing."""
    assert converge(standing, check=True)["edits"] == []
    again = converge(standing, keep="second")
    assert (again["edits"], again["changed"], again["kept"]) == ([], False, "")


def test_text_of_the_document_arrives_as_text(standing: PcRoot) -> None:
    """Braces, backticks and dollars are nothing special on the PC."""
    assert standing.must("cat", "/etc/motd") == "Guten Tag {{ nobody }} $(id) `id`\n"


def test_drift_is_found_and_brought_back(standing: PcRoot) -> None:
    """Things are changed by hand: each is found with what is there and what should be, and is brought back."""
    for command, *_ in DRIFT.values():
        standing.must("sh", "-c", command)
    found = converge(standing, check=True)
    seen = {tuple(edit["path"]): (edit["before"], edit["after"]) for edit in found["edits"]}
    assert seen == {path: (before, after) for _, path, before, after in DRIFT.values()}
    mended = converge(standing)
    assert (mended.get("fault"), mended["remaining"]) == (None, [])
    assert all(edit["done"] for edit in mended["edits"])
    assert converge(standing, check=True)["edits"] == []


def test_what_follows_from_a_change_is_made_in_the_same_run(standing: PcRoot) -> None:
    """A group gets its number back; that its directory then has a group of no name is found and mended at once."""
    standing.must("sh", "-c", "groupmod -g 2222 schueler; chgrp schueler /srv/tausch; chmod 2770 /srv/tausch")
    found = converge(standing, check=True)["edits"]
    assert [(edit["path"], edit["before"]) for edit in found] == [(["group", "schueler", "gid"], 2222)]
    mended = converge(standing)
    assert mended["remaining"] == []
    assert [(edit["path"][-1], edit["done"]) for edit in mended["edits"]] == [("gid", True), ("group", True)]


def test_no_secret_leaves_the_pc(standing: PcRoot) -> None:
    """Results and manifests never hold a secret's value; a secret file's old content is kept for root only."""
    standing.must("sh", "-c", "echo x >> /etc/wlan.conf")
    result = converge(standing, keep="secrets")
    assert PASSWORD not in str(result)
    assert PASSWORD not in standing.must("sh", "-c", "cat /var/lib/campusctl/kept/*/manifest.json")
    modes = standing.must("sh", "-c", "cd /var/lib/campusctl; stat -c %a . kept kept/* kept/*/manifest.json")
    assert set(modes.split()) == {"700", "600"}
