"""The end devices of a lab: which one is plugged in where right now, and which is switched on.

At first each is where the inventory has it. A fault or a person moves it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.spec import LabEnd, LabSwitch
from campusctl.lab.surroundings import mac_for

PLACES: Final = {
    "off": "is switched off: nothing answers, and its port has no link",
    "no-address": "got no address: it is seen at its port, and answers nobody",
    "unplugged": "has no cable in it, at either end",
    "port": "is plugged into another port: VALUE is SWITCH:PORT, port as the switch calls it",
    "new": "is a successor out of its box: VALUE is its MAC address, made up if there is none",
}
"""What may be the matter with where any end device is, for the help."""


@dataclass(slots=True)
class Speech:
    """What a device says of itself by LLDP."""

    description: str
    """Its system description."""
    capabilities: tuple[str, ...]
    """`telephone`, `wlan-ap`, `bridge` …"""


@dataclass(slots=True)
class Plug:
    """One end device, where it is right now."""

    end: LabEnd
    """As the inventory has it."""
    home: str
    """Switch it belongs to."""
    switch: str = ""
    """Switch it is plugged into; empty: none."""
    port: str = ""
    """Port it is plugged into."""
    mac: str = ""
    """Its MAC address."""
    on: bool = True
    """It is switched on."""
    speech: Speech | None = None
    """Its LLDP; None: it sends none."""
    faults: dict[str, str] = field(default_factory=dict)
    """Kinds of `PLACES`, with their values."""

    @property
    def at_home(self) -> bool:
        """It is plugged in where the inventory has it."""
        return (self.switch, self.port) == (self.home, self.end.port)


class Plugs:
    """Every end device of a lab by where it is."""

    def __init__(self, switches: Iterable[LabSwitch]) -> None:
        """Every device where the inventory has it, switched on."""
        self._ports = {switch.name: switch.ports for switch in switches}
        self._by_name: dict[str, Plug] = {}
        self._at: dict[str, dict[str, Plug]] = defaultdict(dict)
        for switch in switches:
            for end in switch.ends:
                self._place(Plug(end, switch.name, switch.name, end.port, end.mac))

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Plug]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Plug | None:
        """A device by name; None: nobody knows a port of it."""
        return self._by_name.get(name)

    def at(self, switch: str) -> Sequence[Plug]:
        """The devices that are plugged into a switch now."""
        return tuple(self._at[switch].values()) if switch in self._at else ()

    def add(self, end: LabEnd, switch: str, speech: Speech | None) -> Plug:
        """Plug in a device that the inventory does not know, or not yet, in the place of one of that name.

        Raises:
            CampusError: There is no such port.
        """
        end = end._replace(port=self.port(switch, end.port), mac=plain_mac(end.mac))
        self.remove(end.name)
        plug = Plug(end, switch, switch, end.port, end.mac, speech=speech)
        self._place(plug)
        return plug

    def rename(self, plug: Plug, end: LabEnd) -> None:
        """Let a device be known otherwise: another name, an address."""
        place = plug.switch
        self.remove(plug.end.name)
        plug.end, plug.switch = end, place
        self._place(plug)

    def remove(self, name: str) -> None:
        """Take a device away for good."""
        plug = self._by_name.pop(name, None)
        if plug and plug.switch:
            self._at[plug.switch].pop(name, None)

    def obey(self, name: str, faults: Mapping[str, str]) -> Plug | None:
        """Let these be the matter with where a device is, and nothing else; kinds that are none of ours do not count.

        Raises:
            CampusError: There is no such port; nothing was changed.
        """
        plug = self._by_name.get(name)
        if plug is None:
            return None
        switch, port = self.check(faults)
        mac = plain_mac(faults["new"]) if faults.get("new") else mac_for(f"new {name}")
        if plug.switch:
            self._at[plug.switch].pop(name, None)
        plug.faults = {kind: value for kind, value in faults.items() if kind in PLACES}
        plug.on = "off" not in faults
        plug.mac = mac if "new" in faults else plug.end.mac
        away = "unplugged" in faults
        plug.switch, plug.port = ("", "") if away else (switch, port) if switch else (plug.home, plug.end.port)
        self._place(plug)
        return plug

    def check(self, faults: Mapping[str, str]) -> tuple[str, str]:
        """The switch and port that faults name; both empty where they name none.

        Raises:
            CampusError: There is no such port, or what shall be a MAC address is none.
        """
        if faults.get("new"):
            plain_mac(faults["new"])
        if "port" not in faults:
            return "", ""
        switch, _, port = faults["port"].partition(":")
        return switch, self.port(switch, port)

    def _place(self, plug: Plug) -> None:
        self._by_name[plug.end.name] = plug
        if plug.switch:
            self._at[plug.switch][plug.end.name] = plug

    def port(self, switch: str, text: str) -> str:
        """A port as the switch calls it, from that or from its number.

        Raises:
            CampusError: There is no such switch, or no such port.
        """
        if switch not in self._ports:
            raise CampusError(f"the lab has no switch {switch[:80]!r}", "campusctl lab status lists them")
        known = self._ports[switch]
        same = [port for port in known if port.lower() == text.lower()] or [
            port for port in known if text.isdecimal() and port.endswith(f"/{text}") and port[0] not in "TF"
        ]
        if len(same) != 1:
            what = "no port" if not same else "more than one port"
            raise CampusError(f"{switch} has {what} {text[:80]!r}", f"write it as the switch does, such as {known[0]}")
        return same[0]


def plain_mac(text: str) -> str:
    """`00:11:22:33:44:55` from any spelling.

    Raises:
        CampusError: It is no MAC address.
    """
    digits = text.translate(_NO_MARKS).lower()
    if not _DIGITS.fullmatch(digits):
        raise CampusError(f"{text[:80]!r} is no MAC address", "such as 00:0c:f1:42:01:63")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


_NO_MARKS: Final = str.maketrans("", "", ":-.")
_DIGITS: Final = re.compile(r"[0-9a-f]{12}")
