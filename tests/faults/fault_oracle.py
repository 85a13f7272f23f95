"""Judges a case by what the switches themselves hold and have heard; knows nothing of the drivers."""

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from fault_city import DEVICE_SECRET
from fault_tool import Said

from campusctl.lab.remote import Remote

REVERT_S: Final = 5 * 60
"""The revert timer: the tool's default, in seconds of the lab's clock."""
GRACE_S: Final = 60
"""How much later the way in may stand again, in seconds of the lab's clock."""
_STEP_S: Final = 10

_WRITES: Final = re.compile(r"^(?:conf|wr|reload|no reload|checkpoint|copy|erase|boot)", re.IGNORECASE)
_ARMS: Final = re.compile(r"^(?:configure terminal revert timer|reload (?:in|after)|checkpoint auto \d)")
_ENDS: Final = re.compile(
    r"^(?:configure (?:confirm|revert now)|reload cancel|no reload|reload$|checkpoint auto confirm)"
)
_ENTERS: Final = re.compile(r"^conf\S* t\S*$")
_LEAVES: Final = re.compile(r"^(?:end|exit)$")
_SAVES: Final = re.compile(r"^wr|^copy running")


def access_back(lab: Remote, names: Sequence[str]) -> dict[str, float]:
    """Let the lab's time pass until every timer has gone off.

    Returns:
        After how many seconds of the lab's clock, counted from the end of the command and so from later than the
        way in was lost, each switch answers again; missing: not by the revert timer + 60 s.
    """
    back: dict[str, float] = {}
    for passed in range(0, REVERT_S + GRACE_S + 1, _STEP_S):
        for name, seen in lab.look(*names).items():
            if seen.answers:
                back.setdefault(name, passed)
            else:
                back.pop(name, None)
        lab.advance(_STEP_S)
    return back


def touched(lines: Iterable[str]) -> bool:
    """Whether a session entered a line that changes something or prepares to."""
    return any(_WRITES.match(line.strip()) for line in lines)


def saved_unconfirmed(lines: Iterable[str]) -> bool:
    """Whether a session saved while a revert was armed and not confirmed."""
    armed = False
    for line in lines:
        typed = line.strip().removeprefix("y")
        if _ARMS.match(typed):
            armed = True
        elif _ENDS.match(typed):
            armed = False
        elif armed and _SAVES.match(typed):
            return True
    return False


def goes_on(lines: Iterable[str]) -> bool:
    """Whether a session saved, armed, or began to change in lines that were entered when nobody could write it down.

    What was on its way in the same packet does not count, nor does entering configuration mode and leaving it again.
    """
    entered = False
    for line in lines:
        typed = line.strip().removeprefix("y")
        if _SAVES.match(typed) or _ARMS.match(typed) or (entered and not _LEAVES.match(typed)):
            return True
        entered = bool(_ENTERS.match(typed))
    return False


def saved_unread(lines: Iterable[str]) -> bool:
    """Whether a session saved what it had changed before it had read the switch back."""
    changed, configuring = False, False
    for line in lines:
        typed = line.strip().removeprefix("y")
        if _ENTERS.match(typed) or typed.startswith("configure terminal revert"):
            configuring = True
        elif configuring and _LEAVES.match(typed) and typed != "exit":
            configuring = False
        elif configuring:
            changed = True
        elif typed.startswith("show running-config"):
            changed = False
        elif changed and _SAVES.match(typed):
            return True
    return False


def made_of(stored: str, *parts: str) -> bool:
    """Whether a stored text is made of settings of other texts: each line from one of them, and all they share.

    A change goes in stages, each read back and saved, so what is stored may lie between before and after.
    """
    lines = set(_lines(stored))
    sets = [set(_lines(part)) for part in parts]
    return lines <= set.union(*sets) and lines >= set.intersection(*sets)


def foreign(text: str) -> bool:
    """Whether the other writer's VLAN is still in a text."""
    return re.search(r"\b997\b", text) is not None


def same(left: str, right: str) -> bool:
    """Whether two stored texts say the same, but for what the other writer entered."""
    return _own(left) == _own(right)


def _own(text: str) -> list[tuple[str, ...]]:
    """Blocks of a stored text in an order of their own, each with its head first; an access list keeps its order.

    What the other writer entered, remarks and the device's own notes are left out: no line of ours says 997.
    """
    blocks: list[list[str]] = []
    for line in text.splitlines():
        bare = re.sub(r",997\b|\b997,", "", line).rstrip()
        if not bare or bare.startswith(("!", ";")):
            continue
        if bare[0] == " " and blocks:
            blocks[-1].append(bare)
        else:
            blocks.append([bare])
    own = [block for block in blocks if not re.fullmatch(r"vlan 997", block[0])]
    return sorted((head, *(inside if "access-list" in head else sorted(inside))) for head, *inside in own)


def known(text: str) -> str:
    """A text without the line whose secret only the switch knows."""
    return "\n".join(line for line in text.splitlines() if DEVICE_SECRET not in line)


def differing(left: str, right: str) -> str:
    """The first lines of one that the other has not, for a person."""
    mine, theirs = _lines(left), _lines(right)
    gone = [f"-{line}" for line in mine if line not in theirs]
    new = [f"+{line}" for line in theirs if line not in mine]
    return "; ".join(gone[:4] + new[:4])


def _lines(text: str) -> list[str]:
    return [f"{head} / {line.strip()}" for head, *inside in _own(text) for line in inside or [""]]


def journal(root: Path) -> tuple[str, dict[str, str]]:
    """The newest apply in the workspace's SQLite journal: its id, and the state of each of its devices.

    Read past the tool; empty when there is no such journal.
    """
    file = root / ".campusctl" / "history.db"
    if not file.exists():
        return "", {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        newest = database.execute("SELECT id FROM runs WHERE kind = 'apply' ORDER BY started DESC LIMIT 1").fetchone()
        if not newest:
            return "", {}
        states = database.execute("SELECT device, state FROM devices WHERE run_id = ?", newest).fetchall()
    return newest[0], dict(states)


def leaks(root: Path, secrets: Sequence[str], heard: Iterable[Said], extra: Mapping[str, bytes]) -> list[str]:
    """Where a secret stands that may stand nowhere.

    Args:
        root: The workspace; the lab's own seed and keys are left out, they are where the secrets come from.
        secrets: In clear.
        heard: What the tool said.
        extra: Dumps of what is no file of the workspace, by name.

    Returns:
        One line per find: where, never what.
    """
    needles = [secret.encode() for secret in (*secrets, DEVICE_SECRET) if secret]
    found = [place for place, data in _files(root) if any(needle in data for needle in needles)]
    found += [name for name, data in extra.items() if any(needle in data for needle in needles)]
    for said in heard:
        text = f"{said.words}{said.out}{said.err}".encode()
        if any(needle in text for needle in needles):
            found.append(f"output of {' '.join(said.words[:3])}")
    return found


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(root.rglob("*")):
        inside = file.relative_to(root)
        if not file.is_file() or inside.parts[:3] in (
            (".campusctl", "lab", "seed"),
            (".campusctl", "lab", "host_keys"),
        ):
            continue
        data = file.read_bytes()
        yield str(inside), data
        if "objects" in inside.parts:
            yield from _git_object(str(inside), data)


def _git_object(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A loose object is compressed, and so is each one in a pack."""
    starts = (
        [0] if not name.endswith(".pack") else [place.start() for place in re.finditer(b"\x78[\x01\x5e\x9c\xda]", data)]
    )
    for start in starts:
        try:
            yield f"{name} (unpacked)", zlib.decompressobj().decompress(data[start:])
        except zlib.error:
            continue
