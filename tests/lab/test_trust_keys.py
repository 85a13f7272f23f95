"""First contact with switches: what is new, known, changed, revoked or unseen; nobody logs in."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import asyncssh
import pytest
from conftest import Peer
from sshd_script import Farm

from campusctl.drivers.switch.hostkeys import KnownHosts, fingerprint
from campusctl.drivers.switch.knownhosts import fingerprint_md5
from campusctl.drivers.switch.trusting import KeyState, SeenKey, TrustedKey, forget, look, remember
from campusctl.errors import WorkspaceError
from campusctl.model.plan import DeviceLogin

Start = Callable[..., Peer]


@pytest.fixture
def transport() -> str:
    """A scan chooses its own library."""
    return "auto"


def test_every_state_is_told_apart(peer: Start, farm: Farm, host_keys: dict, tmp_path: Path) -> None:
    """One result per switch, each with its fingerprint or the reason why there is none."""
    blob = host_keys["ssh-ed25519"].public_data
    other = asyncssh.generate_private_key("ssh-ed25519").public_data
    names = ("same", "new", "changed", "revoked", "unseen")
    peers = {name: peer() for name in names}
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    path = tmp_path / "trusted"
    known = KnownHosts.load(path)
    for name, key in (("same", blob), ("changed", other), ("revoked", other)):
        known = known.add("127.0.0.1", peers[name].login.port, "ssh-ed25519", key)
    known.save()
    revoked = known.add("127.0.0.1", peers["revoked"].login.port, "ssh-ed25519", blob).lines[-1]
    path.write_text(path.read_text() + f"@revoked {revoked}\n")
    switches = [
        (
            name,
            peers[name].login.model_copy(
                update={"known_hosts": str(path)} | ({"port": closed} if name == "unseen" else {})
            ),
        )
        for name in names
    ]
    seen = {key.device: key for key in look(switches)}
    assert {name: key.state.value for name, key in seen.items()} == {
        "same": "same", "new": "new", "changed": "CHANGED", "revoked": "REVOKED", "unseen": "unseen",
    }  # fmt: skip
    assert seen["new"].fingerprint == fingerprint(blob)
    assert seen["changed"].known == (f"ssh-ed25519 {fingerprint(other)}",)
    assert seen["unseen"].trouble == f"127.0.0.1:{closed}: Connection refused"
    assert [each.script.logins for each in peers.values()] == [[]] * 5

    remember(key for key in seen.values() if key.state in (KeyState.NEW, KeyState.CHANGED))
    again = {key.device: key.state.value for key in look(switches)}
    assert again == {"same": "same", "new": "same", "changed": "same", "revoked": "REVOKED", "unseen": "unseen"}


def test_a_switch_with_several_keys_is_the_same_by_any_of_them(peer: Start, host_keys: dict) -> None:
    """The type we know is asked for."""
    switch = peer(keys=("ssh-ed25519", "ssh-rsa"))
    path = Path(switch.login.known_hosts)
    lines = [line for line in path.read_text().splitlines() if "ssh-rsa" in line]
    path.write_text("\n".join(lines) + "\n")
    (seen,) = look([("sw01", switch.login)])
    assert (seen.state, seen.keytype, seen.blob) == (KeyState.SAME, "ssh-rsa", host_keys["ssh-rsa"].public_data)


def test_a_broken_file_stops_before_anybody_is_asked(peer: Start) -> None:
    """It would be overwritten else."""
    switch = peer()
    Path(switch.login.known_hosts).write_text("nonsense\n")
    with pytest.raises(WorkspaceError, match=":1: not a known_hosts line"):
        list(look([("sw01", switch.login)]))
    assert switch.script.connections == 0


def in_school(login: DeviceLogin, root: Path, school: str) -> DeviceLogin:
    """The log-in as a workspace with a file per school has it."""
    folder = root / "known_hosts"
    return login.model_copy(update={"known_hosts": str(folder / school), "known_hosts_before": str(folder)})


def test_what_was_written_is_told_for_the_audit(peer: Start, tmp_path: Path) -> None:
    """And it stands in the school's file, with the device's name."""
    login = in_school(peer().login, tmp_path, "schule-042")
    (seen,) = look([("s042-a1-sw01", login)])
    host = f"[127.0.0.1]:{login.port}"
    path = str(tmp_path / "known_hosts" / "schule-042")
    assert remember([seen]) == (TrustedKey("s042-a1-sw01", host, "ssh-ed25519", seen.fingerprint, (), path),)
    line = Path(path).read_text()
    assert line.startswith(f"{host} ssh-ed25519 ")
    assert line.endswith(" s042-a1-sw01\n")
    assert [entry.name for entry in (tmp_path / "known_hosts").iterdir()] == ["schule-042"]


def test_a_moved_switch_is_known_from_its_old_school(peer: Start, farm: Farm, tmp_path: Path) -> None:
    """It is new here, and the other school's file and the device's name there are named."""
    there, here = peer(), peer()
    (seen,) = look([("s101-a1-sw01", in_school(there.login, tmp_path, "schule-101"))])
    remember([seen])
    (moved,) = look([("s042-a1-sw01", in_school(here.login, tmp_path, "schule-042"))])
    assert moved.state is KeyState.NEW
    (note,) = moved.notes
    assert note == (
        "known_hosts/schule-101:1 knows this key as s101-a1-sw01: was the switch moved? then take it out there: "
        "campusctl trust schule-101 --remove s101-a1-sw01"
    )
    (tmp_path / "known_hosts" / "schule-007").write_text("nonsense\n")
    (again,) = look([("s042-a1-sw01", in_school(here.login, tmp_path, "schule-042"))])
    assert again.notes == moved.notes


def test_an_address_that_was_given_on_is_told(peer: Start, tmp_path: Path) -> None:
    """The known key carries the name of the switch that was there before."""
    login = in_school(peer().login, tmp_path, "schule-042")
    old = asyncssh.generate_private_key("ssh-ed25519").public_data
    path = tmp_path / "known_hosts" / "schule-042"
    KnownHosts.load(path).add("127.0.0.1", login.port, "ssh-ed25519", old, "s042-a1-sw01").save()
    (seen,) = look([("s042-b2-sw02", login)])
    assert seen.state is KeyState.CHANGED
    assert seen.notes == ("the known key of this address is that of s042-a1-sw01",)


def test_two_switches_with_one_key_are_told(peer: Start, tmp_path: Path) -> None:
    """One of them may pretend to be the other."""
    one, two = (in_school(peer().login, tmp_path, "schule-042") for _ in range(2))
    first, second = look([("sw01", one), ("sw02", two)])
    assert first.notes == ("it shows the same key as sw02",)
    assert second.notes == ("it shows the same key as sw01",)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
@pytest.mark.parametrize("form", [fingerprint, fingerprint_md5])
def test_each_key_of_a_switch_can_be_the_noted_one(
    peer: Start, host_keys: dict, tmp_path: Path, kind: str, form: Callable[[bytes], str]
) -> None:
    """It is asked for one after the other until one is on the list."""
    switch = peer(keys=("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"))
    login = switch.login.model_copy(update={"known_hosts": str(tmp_path / "nobody")})
    (seen,) = look([("sw01", login)], noted={"sw01": {form(host_keys[kind].public_data)}})
    assert (seen.keytype, seen.state) == (kind, KeyState.NEW)
    (other,) = look([("sw01", login)], noted={"sw01": {"SHA256:none"}})
    assert other.keytype == "ssh-ed25519"
    assert switch.script.logins == []


def test_a_file_that_changed_since_the_key_was_shown_is_not_written(peer: Start, tmp_path: Path) -> None:
    """Somebody else has trusted another key of this switch; what they decided stays."""
    login = in_school(peer().login, tmp_path, "schule-042")
    (seen,) = look([("sw01", login)])
    theirs = asyncssh.generate_private_key("ssh-ed25519").public_data
    path = tmp_path / "known_hosts" / "schule-042"
    KnownHosts.load(path).add("127.0.0.1", login.port, "ssh-ed25519", theirs).save()
    before = path.read_text()
    with pytest.raises(WorkspaceError, match="somebody else has changed what it knows of sw01 meanwhile"):
        remember([seen])
    assert path.read_text() == before


def test_many_writers_lose_no_key(tmp_path: Path) -> None:
    """Each adds its own switch to the same file, at the same time."""
    # Each has the folder open for itself, so that threads exclude each other as processes do.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(_remember_one, tmp_path), range(12)))
    known = KnownHosts.load(tmp_path / "known_hosts" / "schule-042")
    assert sorted(key.comment for key in known.keys if key) == sorted(f"sw{number}" for number in range(12))


def _remember_one(root: Path, number: int) -> None:
    login = DeviceLogin(host=f"10.42.3.{number}", user="u", known_hosts="")
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind + bytes([number])
    remember([SeenKey(f"sw{number}", in_school(login, root, "schule-042"), KeyState.NEW, "ssh-ed25519", blob)])


def test_a_retired_switch_is_forgotten(tmp_path: Path) -> None:
    """By its name, though the inventory does not know it any more; by its address; in the old file too."""
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind
    rsa = (7).to_bytes(4, "big") + b"ssh-rsa"
    folder = tmp_path / "known_hosts"
    old = KnownHosts(tmp_path / "known_hosts.old").add("10.42.3.10", 22, "ssh-ed25519", blob + b"0")
    old.add("10.42.3.12", 22, "ssh-ed25519", blob + b"2").save()
    known = KnownHosts(folder / "schule-042").add("10.42.3.10", 22, "ssh-ed25519", blob + b"1", "s042-a1-sw01")
    known = known.add("10.42.3.10", 22, "ssh-rsa", rsa, "s042-a1-sw01")
    known.add("10.42.3.11", 22, "ssh-ed25519", blob + b"3", "s042-a2-sw01").save()
    path, before = folder / "schule-042", str(folder)

    gone = forget(path, before, "s042-a1-sw01", None)
    assert [key.fingerprint for key in gone] == [fingerprint(blob + b"1"), fingerprint(rsa)]
    assert [key.comment for key in KnownHosts.load(path).keys if key] == ["s042-a2-sw01"]
    assert len(KnownHosts.load(tmp_path / "known_hosts.old").lines) == 2

    gone = forget(path, before, "s042-a1-sw01", ("10.42.3.10", 22))
    assert [(key.host, key.file) for key in gone] == [("10.42.3.10", str(tmp_path / "known_hosts.old"))]
    assert [key.host for key in forget(path, before, "10.42.3.12", None)] == ["10.42.3.12"]
    # The address is another switch's by now: its key stays.
    assert forget(path, before, "s042-a9-sw01", ("10.42.3.11", 22)) == ()
    assert forget(path, before, "nobody", None) == ()
