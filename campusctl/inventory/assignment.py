"""Which entry of the inventory each port of a switch belongs to."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.portmap import PortError, PortMap, port_map
from campusctl.model.inventory import Device, Lag, Port, Profile
from campusctl.model.sentence import sentence


class Assigned(NamedTuple):
    """One port, or one LAG, and what the inventory says about it."""

    name: str
    """Canonical name of the port or LAG."""
    place: Place
    """Keys in the device's file down to the entry."""
    entry: Port
    """What it says."""
    lag: str = ""
    """Canonical name of the LAG a port belongs to."""


class Assignment(NamedTuple):
    """Every port of a switch that the inventory names."""

    ports: Mapping[str, Assigned]
    """By canonical name; what is missing is unused."""
    lags: Mapping[str, Assigned]
    """LAGs by canonical name, in the order of their numbers."""
    issues: tuple[Issue, ...]
    """Ports that do not exist or are used twice."""

    def ends(self) -> Iterator[Assigned]:
        """LAGs, and the ports that belong to none: what a cable, seen as one, is plugged into."""
        yield from self.lags.values()
        yield from (port for port in self.ports.values() if not port.lag)


def lag_name(profile: Profile, number: str) -> str:
    """Canonical name of a LAG."""
    return profile.lag.replace("{n}", number)


def assign(profile: Profile, device: Device) -> Assignment:
    """The ports of a switch; a single port overrides a range that holds it."""
    return _Assigner(device, port_map(profile, device)).run(profile)


class _Assigner:
    def __init__(self, device: Device, ports: PortMap) -> None:
        self._device = device
        self._map = ports
        self._issues: list[Issue] = []
        self._singles: dict[str, Assigned] = {}
        self._ranges: dict[str, Assigned] = {}

    def run(self, profile: Profile) -> Assignment:
        for key, entry in self._device.ports.items():
            self._add(key, ("devices", self._device.name, "ports", key), entry)
        lags = {}
        for number, lag in sorted(self._device.lags.items(), key=lambda item: int(item[0])):
            place = ("devices", self._device.name, "lags", number)
            name = lag_name(profile, number)
            lags[name] = Assigned(name, place, lag)
            self._add_members(name, place, lag)
        return Assignment({**self._ranges, **self._singles}, lags, tuple(self._issues))

    def _add(self, key: str, place: Place, entry: Port) -> None:
        names = self._expanded(key, place)
        into = self._singles if len(names) == 1 else self._ranges
        for name in names:
            self._put(into, Assigned(name, place, entry))
        if len(names) > 1 and (entry.device or entry.uplink or entry.downlink):
            self._issue(
                place,
                sentence("ports {key} cannot all lead to one device", key=key),
                sentence("name one port, or bundle them under `lags`"),
            )

    def _add_members(self, name: str, place: Place, lag: Lag) -> None:
        for port in self._expanded(lag.ports, (*place, "ports")):
            self._put(self._singles, Assigned(port, place, lag, name))

    def _put(self, into: dict[str, Assigned], new: Assigned) -> None:
        old = into.setdefault(new.name, new)
        if old is not new:
            other = ".".join(map(str, old.place[2:]))
            self._issue(
                new.place,
                sentence("port {port} is used twice, see {other}", port=new.name, other=other),
                sentence("a port has one entry; one alone overrides a range"),
            )

    def _expanded(self, key: str, place: Place) -> tuple[str, ...]:
        try:
            return self._map.expand(key)
        except PortError as error:
            self._issue(place, error.what, error.hint)
            return ()

    def _issue(self, place: Place, what: str, hint: str) -> None:
        self._issues.append(Issue(self._device.file, place, self._device.name, what, hint))
