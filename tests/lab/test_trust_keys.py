"""First contact with switches: what is new, known, changed, revoked or unseen; nobody logs in."""

import socket
from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest
from conftest import Peer
from sshd_script import Farm

from campusctl.drivers.switch.hostkeys import KnownHosts, fingerprint
from campusctl.drivers.switch.trusting import KeyState, look, remember
from campusctl.errors import WorkspaceError

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
