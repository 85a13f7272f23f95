"""Breaks and mends the devices of a running lab, of whatever kind: what is asked for is checked whole, then done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from campusctl.errors import CampusError
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.faults import check_ports, end_faults, parse_faults, typed
from campusctl.lab.pcs.faults import parse_pc_faults
from campusctl.lab.pcs.faulty import Station as PcStation
from campusctl.lab.plugs import PLACES
from campusctl.lab.server import LabServer


class Breaking:
    """What is wrong with each device of a lab."""

    def __init__(self, lab: LabServer, pcs: Mapping[str, PcStation], appliances: Mapping[str, Appliance]) -> None:
        """Know them.

        Args:
            lab: The switches, and where every end device is plugged in.
            pcs: The PCs, by name.
            appliances: The printers, projectors, boards and print servers, by name; may grow.
        """
        self._stations, self._campus = lab.stations, lab.campus
        self._pcs, self._appliances = pcs, appliances

    def said(self) -> dict[str, str]:
        """What is wrong with each, as it is typed and with commas between; empty where nothing is."""
        said = {plug.end.name: _plain(plug.faults) for plug in self._campus.plugs if plug.faults}
        said |= {name: ", ".join(typed(station.spec.faults)) for name, station in self._stations.items()}
        said |= {name: ", ".join(typed(pc.faults)) for name, pc in self._pcs.items()}
        return said | {name: _plain(one.fault) for name, one in self._appliances.items()}

    def change(self, wanted: Mapping[str, Sequence[str]], *, clear: bool = False) -> None:
        """Let each of these devices have its faults, `KIND[=VALUE]` each, and no other; without one it is mended.

        Args:
            wanted: By device name.
            clear: Every other device is mended.

        Raises:
            CampusError: There is no such device, fault or port; nothing was changed.
        """
        doing = [self._checked(name, faults) for name, faults in wanted.items()]
        # A switch always, as its lines are counted anew.
        broken = (name for name, said in self.said().items() if said or name in self._stations)
        rest = [self._checked(name, ()) for name in broken if name not in wanted] if clear else []
        for do in (*rest, *doing):
            do()

    def _checked(self, name: str, faults: Sequence[str]) -> Callable[[], None]:
        """What lets one device have its faults.

        Raises:
            CampusError: There is no such device, fault or port.
        """
        if name in self._stations:
            station, of_switch = self._stations[name], parse_faults(name, faults)
            check_ports(name, station.spec.ports, of_switch)
            for part in filter(None, of_switch.ails.split(";")):
                self._campus.plugs.port(name, part.rpartition(":")[0])
            return partial(station.set_faults, of_switch)
        if name in self._pcs:
            of_pc = parse_pc_faults(name, faults)
            self._campus.plugs.check({"port": of_pc.port} if of_pc.port else {})
            self._pcs[name].check(of_pc)
            return partial(self._pcs[name].set_faults, of_pc)
        if name in self._appliances:
            found = self._appliances[name].check(name, faults)
            self._campus.plugs.check(found)
            return partial(self._break_appliance, name, tuple(faults))
        if name in self._campus.plugs:
            found = end_faults(name, faults, PLACES)
            self._campus.plugs.check(found)
            return partial(self._campus.place, name, found)
        raise CampusError(f"the lab has no device {name[:80]!r}", "campusctl show SCHOOL lists them")

    def _break_appliance(self, name: str, faults: tuple[str, ...]) -> None:
        self._appliances[name].set_faults(faults)
        self._campus.place(name, self._appliances[name].fault)


def _plain(faults: Mapping[str, str]) -> str:
    return ", ".join(kind + (f"={value}" if value else "") for kind, value in faults.items())
