"""The ports of a model, and what short numbers and ranges mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.inventory import Device, PortBlock, Profile
from campusctl.model.sentence import sentence

_MAX_RANGE: Final = 1000
_SHORT: Final = 4


class PhysicalPort(NamedTuple):
    """One port of a device."""

    name: str
    """The dialect's canonical name."""
    short: str
    """As the inventory calls it: `7`, `A7`, or `2/7` in a stack."""
    poe: bool
    """It can power devices."""


class PortError(ValueError):
    """A port that the model does not have, or a range that makes no sense; `hint` says what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True)
class PortMap:
    """The ports of one device, in its own order."""

    ports: tuple[PhysicalPort, ...]
    """All of them."""
    index: Mapping[str, int]
    """Place in `ports` by every spelling, in lower case."""
    shown: str
    """All of them in short, for a hint."""

    def expand(self, key: str) -> tuple[str, ...]:
        """Canonical names of `7`, `1-24`, `A1-A22`, `1/1/1-1/1/24` or `1-4, 7`, in the order of the key.

        Raises:
            PortError: One of them does not exist, or a range runs backwards.
        """
        return tuple(name for part in key.split(",") for name in self._expand_part(part.strip()))

    def _expand_part(self, part: str) -> tuple[str, ...]:
        if part.lower() in self.index:
            return (self.ports[self.index[part.lower()]].name,)
        first, dash, last = part.partition("-")
        if not dash:
            raise self._unknown(part)
        start, end = self._at(first), self._at(last, like=first)
        if end < start:
            raise PortError(sentence("the port range {ports} runs backwards", ports=part))
        return tuple(port.name for port in self.ports[start : end + 1])

    def _at(self, spelling: str, like: str = "") -> int:
        # `GigabitEthernet1/0/1-24`: the last port is named like the first, up to its number.
        for name in (spelling, like.rstrip("0123456789") + spelling if like else spelling):
            if name.lower() in self.index:
                return self.index[name.lower()]
        raise self._unknown(spelling)

    def _unknown(self, spelling: str) -> PortError:
        if not self.ports:
            none = sentence("the device's profile lists no ports")
            return PortError(sentence("there is no port {port}", port=spelling), none)
        # A short number is not like another one; a long name may be mistyped.
        near = did_you_mean(spelling, (port.name for port in self.ports)) if len(spelling) > _SHORT else ""
        hint = near or sentence("its ports are {ports}", ports=self.shown)
        return PortError(sentence("there is no port {port}", port=spelling), hint)


def port_map(profile: Profile, device: Device) -> PortMap:
    """The ports of a device of this model."""
    return _port_map(tuple(profile.ports.items()), device.members, device.slots or "")


@lru_cache(512)
def _port_map(blocks: tuple[tuple[str, PortBlock], ...], members: int, slots: str) -> PortMap:
    ports: list[PhysicalPort] = []
    index: dict[str, int] = {}
    for member in range(1, members + 1):
        for short, name, block in _walk(blocks, slots):
            full = name.replace("{member}", str(member))
            spelled = short if members == 1 else f"{member}/{short}"
            at = len(ports)
            ports.append(PhysicalPort(full, spelled, block.poe))
            for spelling in (spelled, f"{member}/{short}", full):
                index.setdefault(spelling.lower(), at)
    return PortMap(tuple(ports), index, _shown(blocks, members, slots))


def _shown(blocks: tuple[tuple[str, PortBlock], ...], members: int, slots: str) -> str:
    keys = ", ".join(key for key, _ in blocks if not key[0].isalpha() or not slots or key[0] in slots)
    return sentence("{keys}, each after 1/ to {members}/", keys=keys, members=members) if members > 1 else keys


def _walk(blocks: tuple[tuple[str, PortBlock], ...], slots: str) -> Iterator[tuple[str, str, PortBlock]]:
    """Short number, canonical name (with `{member}`) and block of every port of one member."""
    for key, block in blocks:
        slot, first, last = block_range(key)
        if slot and slots and slot not in slots:
            continue
        for number in range(first, last + 1):
            shown = number if block.first is None else block.first + number - first
            yield f"{slot}{number}", block.name.replace("{n}", str(shown)), block


def block_range(key: str) -> tuple[str, int, int]:
    """Slot letter, first and last number of `1-48`, `49` or `A1-A24`.

    Raises:
        PortError: The range spans two slots or runs backwards.
    """
    first, _, last = key.partition("-")
    last = last or first
    slot, other = first.rstrip("0123456789"), last.rstrip("0123456789")
    start, end = int(first[len(slot) :]), int(last[len(other) :])
    if other not in ("", slot) or end < start or end - start > _MAX_RANGE:
        raise PortError(
            sentence("the port block {key} makes no sense", key=key), sentence("write A1-A24, one block for each slot")
        )
    return slot, start, end
