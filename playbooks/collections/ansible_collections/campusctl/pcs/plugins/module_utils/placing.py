"""One file put in place: checked, kept, written; the same for files, lines, blocks and what is restored."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from . import atomic, ways
from .atomic import Owned
from .edits import Trouble
from .paths import Node, open_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .machine import Done
    from .pc import Pc

_UNIT_FOLDERS = ("/etc/systemd/system/", "/lib/systemd/system/", "/usr/lib/systemd/system/")


class Placed(NamedTuple):
    """A file as it is to stand."""

    path: str
    """Where."""
    data: bytes
    """Its content, secrets in the clear."""
    owned: Owned
    """Mode, owner and group."""
    runs: tuple[tuple[str, str], ...] = ()
    """What makes it take effect."""
    secret: bool = False
    """It holds a secret."""
    validate: Sequence[str] = ()
    """Command that has to accept it; `%s` stands for the file."""

    @property
    def node(self) -> Node:
        """As it will be read."""
        return Node("file", *self.owned, self.data, hashlib.sha256(self.data).hexdigest())


def foresee(pc: Pc, placed: Placed) -> Trouble | None:
    """Why this content would not be taken: what a validator says, as far as it is on the PC already.

    Raises:
        Trouble: `refused`: it would take the way in away.
    """
    ways.check_content(pc, placed.path, placed.data, firewall=any(run == "nft" for run, _ in placed.runs))
    try:
        _validate(pc, placed, strict=False)
    except Trouble as trouble:
        if trouble.kind in ("refused", "timeout"):
            raise
        return trouble
    return None


def put(pc: Pc, placed: Placed, node: Node) -> None:
    """Put a file in place of what stands there, which is kept before. Raises Trouble and OSError."""
    if node.kind in ("directory", "other"):
        raise Trouble(
            "rejected", f"{placed.path}: {in_the_way(node)}", "remove it by hand, or through the document's absent"
        )
    ways.check_content(pc, placed.path, placed.data, firewall=any(run == "nft" for run, _ in placed.runs))
    _validate(pc, placed, strict=True)
    pc.keeper.replaced(placed.path, placed.node, [list(run) for run in placed.runs], secret=placed.secret)
    os.close(open_directory(os.path.dirname(placed.path), create=True))
    guarded(pc, placed.path, node, lambda: atomic.write(placed.path, placed.data, placed.owned))


def guarded(pc: Pc, path: str, node: Node, change: Callable[[], None]) -> None:
    """Change a file; one of sudo's is put back at once if it turns out that we cannot become root any more.

    Raises:
        Trouble: `refused`: so it was.
    """
    before = ways.sudo_works(pc) if ways.is_sudoers(path) else None
    change()
    if before and not ways.sudo_works(pc):
        _put_back(path, node)
        raise ways.refused(path, f"{pc.user} could not become root any more; the file is as it was")


def _put_back(path: str, node: Node) -> None:
    if node.kind == "file" and node.data is not None:
        atomic.write(path, node.data, Owned(node.mode, node.uid, node.gid))
    elif node.kind == "link":
        atomic.link(path, node.target)
    else:
        atomic.remove(path)


def in_the_way(node: Node) -> str:
    """What stands where a file should, in words."""
    words = {"directory": "a directory is in the way", "other": "a device, pipe or socket is in the way"}
    return words.get(node.kind, f"a {node.kind} is in the way")


def is_unit_file(path: str) -> bool:
    """Systemd reads this file."""
    return path.startswith(_UNIT_FOLDERS)


def _validate(pc: Pc, placed: Placed, *, strict: bool) -> None:
    commands: list[list[str]] = [list(placed.validate)] if placed.validate else []
    if ways.is_sudoers(placed.path):
        commands.append(["visudo", "-cf", "%s"])
    if any(run == "nft" for run, _ in placed.runs):
        commands.append(["nft", "-c", "-f", "%s"])
    if ways.is_sshd(placed.path):
        _check_sshd(pc, placed)
    for command in commands:
        done = _tried(pc, command, placed.data)
        if done.code == 127 and not strict:
            pc.note(f"{placed.path}: {command[0]} is not there yet, so nobody has looked at it")
        elif done.code:
            raise Trouble(
                "rejected",
                f"{placed.path}: {command[0]} does not take it: {_public(placed, done)}",
                "the file stays as it was",
            )


def _public(placed: Placed, done: Done) -> str:
    return "its words are not shown, because the file holds a secret" if placed.secret else done.words


def _tried(pc: Pc, command: Sequence[str], data: bytes) -> Done:
    """What a command says about a content, which never touches the disk for it."""
    handle = os.memfd_create("campusctl")
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        # As standard input, because sshd and sudo's tools close every other descriptor.
        return pc.machine.run([word.replace("%s", "/proc/self/fd/0") for word in command], stdin=handle)
    finally:
        os.close(handle)


def _check_sshd(pc: Pc, placed: Placed) -> None:
    done = _tried(pc, ["/usr/sbin/sshd", "-t", "-f", "%s"], placed.data)
    if done.code == 127:
        return
    if done.code:
        raise Trouble("rejected", f"{placed.path}: sshd does not take it: {done.words}", "the file stays as it was")
    who = f"user={pc.user},host=campusctl,addr=127.0.0.1"
    now = pc.machine.run(["/usr/sbin/sshd", "-T", "-C", who])
    main = placed.path == "/etc/ssh/sshd_config"
    then = _tried(pc, ["/usr/sbin/sshd", "-T", "-C", who, "-f", "%s"], placed.data if main else placed.data + _MAIN)
    if not now.code and not then.code:
        ways.check_sshd(pc, now.out, then.out)


_MAIN = b"\nMatch all\nInclude /etc/ssh/sshd_config\n"
"""What a drop-in says first counts, then what the main file says."""
