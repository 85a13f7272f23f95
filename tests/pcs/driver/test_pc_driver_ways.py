"""How a PC is reached, and how a change is proven where the playbook itself does not."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from campusctl.drivers.pc.atwork import Report
from campusctl.drivers.pc.lots import Item
from campusctl.drivers.pc.passes import three_passes
from campusctl.drivers.pc.platforms.base import HostEdit, HostResult, Trouble
from campusctl.drivers.pc.platforms.linux import Linux
from campusctl.drivers.pc.sshoptions import ssh_vars
from campusctl.errors import CampusError
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin, Target


def login(**more: object) -> DeviceLogin:
    """With a key."""
    given = {"host": "10.0.0.1", "user": "campus", "key_file": "/k/id", "known_hosts": "/w/known_hosts/schule-042"}
    return DeviceLogin.model_validate({**given, **more})


def options(found: dict[str, object]) -> list[str]:
    """What ssh gets behind `-o`."""
    words = shlex.split(str(found["ansible_ssh_common_args"]))
    assert words[::2] == ["-o"] * (len(words) // 2)
    return words[1::2]


def test_with_a_key_nothing_is_asked_and_no_other_key_is_trusted() -> None:
    """Known hosts of the school and of before, and of nobody else."""
    found = ssh_vars(login(known_hosts_before="/w/known hosts%"), {})
    said = options(found)
    assert 'UserKnownHostsFile="/w/known_hosts/schule-042" "/w/known hosts%%"' in said
    assert {"StrictHostKeyChecking=yes", "GlobalKnownHostsFile=none", "UpdateHostKeys=no", "BatchMode=yes"} <= {*said}
    assert found["ansible_private_key_file"] == "/k/id"
    assert not [name for name in found if "password" in name]


def test_passwords_are_variables_and_only_where_the_inventory_names_them() -> None:
    """Never options."""
    found = ssh_vars(login(password="a/b", enable="c/d"), {"a/b": "geheim-1", "c/d": "geheim-2"})
    assert (found["ansible_password"], found["ansible_become_password"]) == ("geheim-1", "geheim-2")
    assert found["ansible_ssh_password_mechanism"] == "ssh_askpass"
    assert "BatchMode=yes" not in options(found)
    assert "geheim" not in str(found["ansible_ssh_common_args"])


@pytest.mark.parametrize("path", ['/w/a"b', "/w/a\\b", "/w/${HOME}", "/w/a\nb"])
def test_a_path_that_ssh_would_take_for_something_else_is_refused(path: str) -> None:
    """Rather than another file be read."""
    with pytest.raises(CampusError, match="ssh cannot use the file"):
        ssh_vars(login(known_hosts=path), {})


def test_an_encrypted_key_goes_to_an_agent(tmp_path: Path) -> None:
    """As text with its passphrase; one that cannot be read is named."""
    file = tmp_path / "id"
    file.write_text("KEY")
    found = ssh_vars(login(key_file=str(file), key_passphrase="a/b"), {"a/b": "phrase"})
    assert (found["ansible_private_key"], found["ansible_private_key_passphrase"]) == ("KEY", "phrase")
    with pytest.raises(CampusError, match="cannot read the private key"):
        ssh_vars(login(key_file=str(tmp_path / "none"), key_passphrase="a/b"), {"a/b": "phrase"})


EDIT = HostEdit(("feature", "x"), "absent", "present", "Add-WindowsFeature x")
STILL = HostEdit(("feature", "y"), "absent", "present")
BROKEN = Trouble(FaultKind.TIMEOUT, "it stopped answering")


def items(*names: str) -> list[Item]:
    """What a plan wants of PCs that it saw as `seen`."""
    return [
        Item(
            Target(device=name, school="s", driver="pc", dialect="windows", login=login(), intended="{}"),
            Linux(),
            check=False,
            expect="seen",
            keep="k",
        )
        for name in names
    ]


def scripted(*rounds: dict[str, HostResult]) -> tuple[Callable[[Sequence[Item]], Iterator[Report]], list[list[str]]]:
    """A pass that answers as it is told, round by round, and remembers whom it was asked for."""
    asked: list[list[str]] = []
    left = iter(rounds)

    def run(some: Sequence[Item]) -> Iterator[Report]:
        asked.append([item.name for item in some])
        answers = next(left) if some else {}
        yield from (Report(item, answers[item.name], 1.0, 2.0) for item in some)

    return run, asked


def test_three_passes_refuse_what_moved_and_look_again() -> None:
    """Only what is as the plan saw it is changed; only what was changed is read again."""
    seen = HostResult(edits=(EDIT,), observed="seen")
    read, reads = scripted(
        {
            "good": seen,
            "moved": HostResult(edits=(EDIT,), observed="other"),
            "same": HostResult(observed="seen"),
            "lost": HostResult(trouble=BROKEN),
            "breaks": seen,
            "half": seen,
        },
        {"good": HostResult(observed="new"), "half": HostResult(edits=(STILL,), observed="new")},
    )
    done = HostResult(edits=(EDIT._replace(done=True),), observed="seen")
    change, changed = scripted({"good": done, "half": done, "breaks": HostResult(trouble=BROKEN)})
    names = ("good", "moved", "same", "lost", "breaks", "half")
    found = {report.item.name: report.result for report in three_passes(items(*names), read, change)}
    assert sorted(found) == sorted(names)
    assert (reads, changed) == ([list(names), ["good", "half"]], [["good", "breaks", "half"]])
    assert found["moved"] == HostResult(moved=True)
    assert (found["same"].edits, found["lost"].trouble, found["breaks"].trouble) == ((), BROKEN, BROKEN)
    assert (found["good"].edits, found["good"].remaining, found["good"].digest) == (done.edits, (), "new")
    assert found["half"].remaining == (STILL,)
