"""Packages: one look into dpkg's files, one apt-get for all that differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, NamedTuple

from . import dpkg
from .edits import Edit, Trouble, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .machine import Done
    from .pc import Pc

_OURS = {"openssh-server", "python3", "python3-minimal", "sudo", "apt", "dpkg", "libc6", "passwd", "init", "systemd"}
"""We would not come back in without them."""
_UNKNOWN = re.compile(
    r"Unable to locate package (\S+)|Couldn't find any package by (?:glob|regex) '([^']+)'"
    r"|Package '([^']+)' has no installation candidate"
)
_HELD = re.compile(r"held by process (\d+)")


class Simulated(NamedTuple):
    """What apt would do."""

    removed: set[str]
    """Packages it would take away."""
    unknown: set[str]
    """Packages it does not know."""
    complaint: str
    """Why it would not do it; empty: it would."""


def look(pc: Pc, wanted: Mapping[str, str]) -> list[Work]:
    """Packages that are missing and those that should be; one piece of work for all.

    Raises:
        Trouble: `refused`: one that must stay would go; `rejected`: this is no Debian.
    """
    have = dpkg.read(wanted)
    for name in wanted:
        pc.saw(("package", name), have.states.get(name))
    missing = [name for name, state in wanted.items() if state == "present" and have.states.get(name) != "installed"]
    extra = [name for name, state in wanted.items() if state == "absent" and name in have.states]
    if have.broken:
        pc.note(f"an interrupted dpkg left {', '.join(have.broken[:5])} half-way; `dpkg --configure -a` comes first")
    if not missing and not extra:
        return []
    edits = [Edit(("package", name), have.states.get(name), "present", f"apt-get install {name}") for name in missing]
    edits += [Edit(("package", name), "present", None, f"apt-get remove {name}") for name in extra]
    _may_go(set(extra), wanted, have.essential)
    _foresee(pc, missing, extra, wanted)
    return [Work(edits, _maker(pc, missing, extra, wanted))]


def _foresee(pc: Pc, missing: list[str], extra: list[str], wanted: Mapping[str, str]) -> None:
    """What apt does not know, as far as its lists on the PC tell, and what else would go, is noted or refused."""
    plan = _simulate(pc, missing, extra)
    if plan.unknown:
        words = ", ".join(sorted(plan.unknown))
        pc.note(f"apt does not know {words}; `apt-get update` comes first")
        plan = _simulate(pc, [name for name in missing if name not in plan.unknown], extra)
    if plan.complaint:
        pc.note(f"apt-get: {plan.complaint}")
    _may_go(plan.removed, wanted, set())
    more = sorted(plan.removed - set(extra))
    if more:
        pc.tell(f"apt would also remove {', '.join(more[:20])}")


def _may_go(names: set[str], wanted: Mapping[str, str], essential: set[str]) -> None:
    needed = {name for name, state in wanted.items() if state == "present"} | _OURS | essential
    lost = sorted(name for name in names if name in needed or name.partition(":")[0] in needed)
    if lost:
        raise Trouble(
            "refused",
            f"{', '.join(lost)} would be removed, and must stay",
            "say in the document which of the two it shall be",
        )


def _maker(pc: Pc, missing: list[str], extra: list[str], wanted: Mapping[str, str]) -> Callable[[], None]:
    def make() -> None:
        dpkg.wait_for_locks(pc.machine)
        if dpkg.read(wanted).broken:
            _checked(pc, ["dpkg", "--force-confdef", "--force-confold", "--configure", "-a"])
        unknown = _simulate(pc, missing, extra).unknown
        if unknown:
            pc.machine.run(["apt-get", "-q", "update"])
            unknown = _simulate(pc, missing, extra).unknown
        names, left = _without(pc, missing, extra, unknown)
        _may_go(_simulate(pc, names, extra).removed, wanted, set())
        if names or extra:
            _checked(pc, _apt_get(pc, names, extra))
        if left:
            raise Trouble(
                "rejected",
                f"apt does not know {', '.join(sorted(left))}",
                "look at the name and at the PC's package sources",
            )

    return make


def _without(pc: Pc, missing: list[str], extra: list[str], unknown: set[str]) -> tuple[list[str], set[str]]:
    """The names that apt knows, and the others: it tells of one at a time."""
    left = set(unknown)
    while unknown:
        names = [name for name in missing if name not in left]
        unknown = _simulate(pc, names, extra).unknown - left if names else set()
        left |= unknown
    return [name for name in missing if name not in left], left


def _simulate(pc: Pc, missing: list[str], extra: list[str]) -> Simulated:
    done = pc.machine.run(["apt-get", "-s", *_apt_get(pc, missing, extra)[1:]])
    text = done.out + done.err
    unknown = {next(name for name in found if name) for found in _UNKNOWN.findall(text)} & set(missing)
    removed = set(re.findall(r"^Remv (\S+)", done.out, re.MULTILINE))
    if "essential packages will be removed" in text:
        raise Trouble(
            "refused", "apt would remove packages that Debian cannot be without", "look at the packages of the document"
        )
    return Simulated(removed, unknown, done.words if done.code and not unknown else "")


def _apt_get(pc: Pc, missing: list[str], extra: list[str]) -> list[str]:
    options = [
        f"DPkg::Lock::Timeout={int(pc.machine.lock_wait_s)}",
        "APT::Install-Recommends=no",
        "APT::Install-Suggests=no",
        "Dpkg::Options::=--force-confdef",
        "Dpkg::Options::=--force-confold",
        "Dpkg::Use-Pty=0",
    ]
    words = [word for option in options for word in ("-o", option)]
    return ["apt-get", "-y", "-q", *words, "install", "--", *missing, *(f"{name}-" for name in extra)]


def _checked(pc: Pc, argv: list[str]) -> None:
    done = pc.machine.run(argv)
    if not done.code:
        return
    holder = _HELD.search(done.err)
    if holder:
        who = dpkg.command_of(int(holder[1]))
        raise Trouble("locked", f"packages are held by process {holder[1]} ({who})", "try again when it is done")
    raise Trouble("rejected", f"{argv[0]}: {_complaint(done)}", "on the PC, /var/log/apt/term.log says more")


def _complaint(done: Done) -> str:
    errors = [line[2:].strip() for line in (done.out + "\n" + done.err).splitlines() if line.startswith("E:")]
    return " / ".join(errors)[:300] or done.words
