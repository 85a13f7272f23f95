"""What commands and files of a PC say, read by pure functions: exact text in, exact value out, for any text."""

from __future__ import annotations

from ansible_collections.campusctl.pcs.plugins.module_utils import cron, dpkg, passwords, printers, services, ways, wol
from hypothesis import given
from hypothesis import strategies as st

_STATUS = """Package: tree
Status: install ok installed
Architecture: amd64

Package: libc6
Status: install ok installed
Essential: yes
Architecture: amd64

Package: libc6
Status: deinstall ok config-files
Architecture: i386

Package: held
Status: hold ok installed
Architecture: all

Package: gone
Status: deinstall ok config-files
Architecture: all

Package: half
Status: install ok half-configured
Architecture: all
Description: x
 Status: install ok installed
"""


def test_dpkg_status() -> None:
    """Installed, held, removed, half-way, one of two architectures."""
    found = dpkg.parse(_STATUS, ["tree", "libc6", "libc6:i386", "libc6:amd64", "held", "gone", "half", "never"])
    installed = dict.fromkeys(["tree", "libc6", "libc6:amd64", "held"], "installed")
    assert found == dpkg.Packages({**installed, "half": "half-configured"}, {"libc6"}, ["half"])


_DEVICES = """system default destination: r101-pr01
device for r101-pr01: socket://127.0.0.1:9
device for other: ipp://10.0.0.1/ipp/print
"""
_DETAILS = """printer r101-pr01 is idle.  enabled since Thu Nov 26 18:00:00 2026
\tForm mounted:
\tDescription: Drucker: neu
\tLocation: R101
printer other disabled since Thu Nov 26 18:00:00 2026 -
\treason unknown
\tDescription:
\tLocation:
"""


def test_print_queues() -> None:
    """Device, title, place and default of every queue; no queues at all."""
    assert printers.parse(_DEVICES, _DETAILS) == printers.Queues(
        {
            "r101-pr01": printers.Queue("socket://127.0.0.1:9", "Drucker: neu", "R101"),
            "other": printers.Queue("ipp://10.0.0.1/ipp/print", "", ""),
        },
        "r101-pr01",
    )
    assert printers.parse("no system default destination\n", "") == printers.Queues({}, None)


def test_crontab_entries() -> None:
    """An entry is the line below its mark; setting it leaves every other line alone, and twice is once."""
    table = "MAILTO=x\n#campusctl: a\n0 1 * * * x\n# mine\n5 5 * * * y\n"
    assert (cron.entry(table, "a"), cron.entry(table, "b")) == ("0 1 * * * x", None)
    assert cron.with_entry(table, "a", "9 9 * * * z") == table.replace("0 1 * * * x", "9 9 * * * z")
    assert cron.with_entry(table, "a", None) == "MAILTO=x\n# mine\n5 5 * * * y\n"
    assert cron.with_entry("x", "b", "0 0 * * * w") == "x\n#campusctl: b\n0 0 * * * w\n"
    twice = "#campusctl: a\n1\n#campusctl: a\n2\n#campusctl: b\n"
    assert cron.with_entry(twice, "a", "1") == "#campusctl: a\n1\n#campusctl: b\n"


def test_units() -> None:
    """`systemctl show` in the order that was asked for; one that is not there is not."""
    text = "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nLoadState=not-found\nActiveState=inactive\n"
    assert services.parse(text, ["a", "b", "c"]) == {
        "a": services.Unit("loaded", "active", "enabled"),
        "b": services.Unit("not-found", "inactive", ""),
    }


def test_wake_on_lan() -> None:
    """What an interface can, and what it does."""
    assert wol.parse("\tSupports Wake-on: pumbg\n\tWake-on: d\n") == (True, False)
    assert wol.parse("\tSupports Wake-on: pumbg\n\tWake-on: ug\n") == (True, True)
    assert wol.parse("\tLink detected: yes\n") == (False, None)


def test_passwords() -> None:
    """A hash of glibc is compared by hashing; what is no hash never matches; an unknown method cannot be said."""
    hashed = "$6$abc$7hVCWWsmNWVzpKtCiWzTWfI.b4nNFhgWGKyGAnsfAE4ovZQMcRhkWdL.PNOSrSZMbqEl/A4YvnVWRGsMXRMJd/"
    assert passwords.matches("wrong", hashed) is False
    assert passwords.matches("x", "") is False
    assert passwords.matches("x", "*") is False
    assert passwords.matches("x", "$nosuch$a$b") is None


_TABLES = st.text(alphabet=st.sampled_from("ab\n *"), max_size=30) | st.sampled_from(
    ["#campusctl: a\n", "#campusctl: a\n#campusctl: b\n1\n", "#campusctl: a"]
)


@given(_TABLES, st.sampled_from(["a", "b"]), st.none() | st.sampled_from(["0 0 * * * x", "@daily y"]))
def test_any_crontab_settles(table: str, name: str, line: str | None) -> None:
    """Setting an entry sets it, and setting it again changes nothing; another entry is what it was."""
    once = cron.with_entry(table, name, line)
    other = "a" if name == "b" else "b"
    assert cron.entry(once, name) == line
    assert cron.with_entry(once, name, line) == once
    assert cron.entry(once, other) == cron.entry(table if table.endswith("\n") or not table else table + "\n", other)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_stumbles_a_parser(first: str, second: str) -> None:
    """Anything a command may print is read as something, or as nothing."""
    printers.parse(first, second)
    dpkg.parse(first, [second, "a"])
    services.parse(first, ["a", "b"])
    wol.parse(first)
    ways.check_unit(first, active=True, masked=False, running=True, enabled=True)


@given(
    st.lists(
        st.sampled_from(["Package: a\n", "Status: install ok installed\n", "\n", "Status: x\n", " y\n"]), max_size=9
    )
)
def test_any_status_file_is_read(rows: list[str]) -> None:
    """A damaged status file names no package that it does not have."""
    found = dpkg.parse("".join(rows), ["a"])
    assert set(found.states) <= {"a"}
