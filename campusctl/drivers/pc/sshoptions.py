"""How Ansible's ssh gets to a PC: as host variables of the job, so that nothing stands in arguments or environment."""

import shlex
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from campusctl.child import child_environ
from campusctl.drivers.pc.platforms.base import Json
from campusctl.errors import CampusError
from campusctl.model.plan import DeviceLogin

# The last one so that sudo and sh answer in English, where the PC's sshd accepts it, as Debian's does.
_STRICT: Final = (
    "StrictHostKeyChecking=yes",
    "GlobalKnownHostsFile=none",
    "UpdateHostKeys=no",
    "IdentitiesOnly=yes",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
    "SetEnv=LC_ALL=C.UTF-8",
)


def ssh_vars(login: DeviceLogin, secrets: Mapping[str, str]) -> dict[str, Json]:
    """Host variables of the connection; passwords only where the inventory names one.

    Args:
        login: How to reach the PC.
        secrets: Plaintext by reference.

    Raises:
        CampusError: The key file cannot be read, or a path has characters that ssh would take for something else.
    """
    found: dict[str, Json] = {
        "ansible_connection": "ansible.builtin.ssh",
        "ansible_host": login.host,
        "ansible_port": login.port,
        "ansible_user": login.user,
        "ansible_ssh_common_args": shlex.join(word for option in _options(login) for word in ("-o", option)),
    }
    if login.key_file and login.key_passphrase:
        found["ansible_private_key"] = _key(login.key_file)
        found["ansible_private_key_passphrase"] = secrets[login.key_passphrase]
    elif login.key_file:
        found["ansible_private_key_file"] = login.key_file
    if login.password:
        found["ansible_password"] = secrets[login.password]
        found["ansible_ssh_password_mechanism"] = "ssh_askpass"  # noqa: S105 - the name of a way
    if login.enable:
        found["ansible_become_password"] = secrets[login.enable]
    return found


def _options(login: DeviceLogin) -> list[str]:
    files = [login.known_hosts, *([login.known_hosts_before] if login.known_hosts_before else [])]
    options = [*_STRICT, *_key_exchange(), "UserKnownHostsFile=" + " ".join(_path(file) for file in files)]
    if login.password:
        return [*options, "NumberOfPasswordPrompts=1"]
    return [*options, "BatchMode=yes", "PreferredAuthentications=publickey"]


# What OpenSSH 9 prefers, sntrup761, costs 75 ms of CPU on both ends of every connection; these cost 10.
_FAST: Final = ("mlkem768x25519-sha256", "curve25519-sha256")


@cache
def _key_exchange() -> tuple[str, ...]:
    """Ask first for a quick key exchange, as far as our ssh knows one; every other one stays allowed.

    Raises:
        CampusError: There is no ssh.
    """
    try:
        asked = subprocess.run(
            ["ssh", "-Q", "kex"],  # noqa: S607 - the one that Ansible will find
            env=child_environ(),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        raise CampusError("there is no ssh here", "apt-get install openssh-client") from None
    known = [name for name in _FAST if name in asked.stdout.split()]
    return (f"KexAlgorithms=^{','.join(known)}",) if known else ()


def _path(file: str) -> str:
    """A path as ssh reads it in an option: quoted, and nothing in it stands for something else."""
    if any(char in file for char in '"\\\n\r') or "${" in file:
        raise CampusError(
            f"ssh cannot use the file {file!r}: its path has a quote or a backslash", "move the workspace"
        )
    return '"' + file.replace("%", "%%") + '"'


def _key(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no private key"
        raise CampusError(f"cannot read the private key {file}: {why}", "is it yours?") from None
