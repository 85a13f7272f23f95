"""Scripted switches behind real SSH, reached over each transport."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest
from sshd_script import ENABLE, ERROR, PASSWORD, Farm, Script

from campusctl.drivers.switch.hostkeys import KnownHosts
from campusctl.drivers.switch.rules import Rules
from campusctl.drivers.switch.session import Session, open_session
from campusctl.model.plan import DeviceLogin

RULES = Rules(
    netmiko_type="cisco_ios",
    error=ERROR,
    paging_off=("terminal width 511", "terminal length 0"),
    show_running="show running-config",
    show_startup="show startup-config",
    save="write memory",
)


@dataclass
class Peer:
    """One scripted switch and how to log in to it."""

    script: Script
    login: DeviceLogin
    transport: str
    secrets: dict[str, str] = field(default_factory=lambda: {"sw/pw": PASSWORD, "sw/enable": ENABLE})

    def session(self, rules: Rules = RULES, **login: object) -> AbstractContextManager[Session]:
        """A session with it; `login` replaces fields of the log-in."""
        return open_session(
            self.login.model_copy(update=login), rules, self.secrets.__getitem__, transport=self.transport
        )


@pytest.fixture(scope="session")
def host_keys() -> dict[str, asyncssh.SSHKey]:
    """One host key of each type."""
    return {
        "ssh-ed25519": asyncssh.generate_private_key("ssh-ed25519"),
        "ecdsa-sha2-nistp256": asyncssh.generate_private_key("ecdsa-sha2-nistp256"),
        "ssh-rsa": asyncssh.generate_private_key("ssh-rsa", key_size=2048),
    }


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """Where scripted switches run."""
    running = Farm(tmp_path_factory.mktemp("farm"))
    yield running
    running.stop()


@pytest.fixture(params=["libssh2", "paramiko"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each transport in turn."""
    return str(request.param)


@pytest.fixture
def peer(farm: Farm, tmp_path: Path, transport: str, host_keys: dict[str, asyncssh.SSHKey]) -> Callable[..., Peer]:
    """Starts a switch with a script and trusts it."""

    def start(script: Script | None = None, *, keys: tuple[str, ...] = ("ssh-ed25519",), **options: object) -> Peer:
        script = script or Script()
        port = farm.start(script, [host_keys[key] for key in keys], **options)
        path = tmp_path / f"known_hosts-{port}"
        known = KnownHosts.load(path)
        for key in keys:
            known = known.add("127.0.0.1", port, key, host_keys[key].public_data)
        known.save()
        login = DeviceLogin(
            host="127.0.0.1",
            port=port,
            user="admin",
            password="sw/pw",
            enable="sw/enable",
            known_hosts=str(path),
            timeout_s=5.0,
            read_timeout_s=10.0,
        )
        return Peer(script, login, transport)

    return start
