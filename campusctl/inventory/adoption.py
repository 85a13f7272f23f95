"""Which entry of the inventory would have to say what a device has, so that the difference is gone.

Only a proposal: whoever makes the edits proves that the device's intended state becomes what it has, and that nothing
else changes. A difference that the inventory cannot or should not say is refused, with how to do it by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from campusctl.errors import CampusError
from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.edit_files import FileEdit
from campusctl.inventory.issue import Place
from campusctl.inventory.layers import exemptions
from campusctl.inventory.resolve import DOWNLINK, UNUSED, UPLINK, resolver, settings_of, switch_intent
from campusctl.inventory.topology import topology
from campusctl.model.plan import EditView
from campusctl.model.secret import MASK
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

Way: TypeAlias = tuple[FileEdit, ...]
"""Edits of files that belong together."""

_DEFAULT_PRIORITY: Final = 32768
"""Bridge priority of a switch that was told none (IEEE 802.1D)."""
_STEP: Final = 4096
_STEPS: Final = 16
_VLANS: Final = frozenset({"mode", "access_vlan", "native_vlan", "untagged", "tagged", "voice_vlan"})
_SERVERS: Final = {"ntp": "ntp", "sntp": "ntp", "dns": "dns", "syslog": "syslog"}
"""First part of a path to the setting that lists its servers."""
_FLAGS: Final = {"shutdown": "shutdown", "stp_edge": "edge", "stp_bpduguard": "bpduguard"}


_NEEDS_EXCEPTION: Final = (
    N_("{about} is not the device's own to decide, so it needs an exception"),
    N_("{about}: each is not the device's own to decide, so it needs an exception"),
)
_BY_HAND: Final = (
    N_("{about} is nothing that campusctl writes into the inventory by itself"),
    N_("{about}: each is nothing that campusctl writes into the inventory by itself"),
)


class AdoptionError(CampusError):
    """The inventory cannot or should not say what the device has."""


class AboutError(AdoptionError):
    """The same that is true of one thing is mostly true of others: what it is about stands apart."""

    def __init__(self, about: str, rest: tuple[str, str], hint: str) -> None:
        """Say it.

        Args:
            about: What it is about.
            rest: What is true of it, and of several; `{about}` is where they stand.
            hint: What to do.
        """
        super().__init__(sentence(rest[0], about=about), hint)
        self.about, self.rest = about, rest


class Terms(NamedTuple):
    """What an exception needs."""

    reason: str
    """Why, in one sentence."""
    owner: str
    """A role of the school's contacts."""
    until: str
    """Last day, `YYYY-MM-DD`."""


class Difference(NamedTuple):
    """What one device has that the inventory does not say."""

    device: str
    """Device name."""
    edits: tuple[EditView, ...]
    """Everything that is decided as one; paths as the device has them, `before` is what it has."""


class _Wanted(NamedTuple):
    """A value that the inventory shall say of a device."""

    path: tuple[str, ...]
    """As an exception names it: `ntp.servers`, `ports.7.vlan`."""
    value: Any
    item: Any = None
    """The item that is more in a list than there was."""


def ways(city: City, school: School, differences: Sequence[Difference], terms: Terms | None) -> Iterator[Way]:
    """Ways to adopt a finding, the likeliest first; each has to be proven.

    Args:
        city: With the school in it.
        school: Of the devices.
        differences: One per device.
        terms: For an exception, where a role or the school decides; None: not said.

    Raises:
        AdoptionError: There is none; says why, and what to do by hand.
    """
    for difference in differences:
        _refuse_masked(difference.edits)
    together = {item.device for item in differences} == set(school.switches) and len(differences) > 1
    adopters = [_Adopter(city, school, item.device, terms, for_all=together) for item in differences]
    choices = [adopter.choices(item.edits) for adopter, item in zip(adopters, differences, strict=True)]
    for number in range(max(map(len, choices))):
        picked = [found[min(number, len(found) - 1)] for found in choices]
        # The school's own entry is edited once for all of its switches.
        yield tuple({repr(edit): edit for way in picked for edit in way}.values())


def _refuse_masked(edits: Sequence[EditView]) -> None:
    for edit in edits:
        if any(MASK in str(part) for part in (*edit.path, edit.before, edit.after)):
            raise AdoptionError(
                sentence("a secret is never taken from a device"), sentence("put it into the vault by hand")
            )


class _Adopter:
    """Finds the places for the differences of one device."""

    def __init__(self, city: City, school: School, name: str, terms: Terms | None, *, for_all: bool) -> None:
        self._city = city
        self._school = school
        self._device = city.find_device(name)
        self._terms = terms
        self._for_all = for_all

    def choices(self, edits: tuple[EditView, ...]) -> list[Way]:
        """The ways for this device, the likeliest first; at least one."""
        head = min(edits, key=lambda edit: len(edit.path))
        if head.path[0] == "port" and len(head.path) > 2:
            return self._port(edits)
        wanted = self._setting(head)
        return [self._put_setting(wanted)]

    # -- settings --

    def _setting(self, edit: EditView) -> _Wanted:
        path, has = edit.path, edit.before
        settings = settings_of(self._city, self._school, self._device)
        if path[0] in _SERVERS and path[1:2] == ("server",) and len(path) == 3:
            key = _SERVERS[path[0]]
            return self._listed((key, "servers"), getattr(settings, key).servers, path[2], has)
        if path[0] == "vlan" and len(path) == 2:
            return self._vlan(path[1], has, settings.extra_vlans)
        if path[0] == "free" and len(path) == 2:
            return self._listed(("extra",), settings.extra, path[1], has)
        if path in (("snmp", "contact"), ("snmp", "location")):
            return _Wanted(path, has or "")
        if path[0] == "banner":
            return _Wanted(("banner",), f"{has}\n" if has else "")
        if path[0] == "stp" and path[-1] == "priority":
            return _Wanted(("stp", "priority"), _priority(has))
        if path == ("lldp", "enabled"):
            return _Wanted(("lldp",), bool(has))
        if path in (("domain",), ("gateway",)) and has:
            return _Wanted(path, has)
        raise _by_hand(path)

    def _listed(self, path: tuple[str, ...], now: Sequence[Any], item: object, has: object) -> _Wanted:
        if has is None:
            if item not in now:
                raise _by_hand((*path, str(item)))
            return _Wanted(path, [other for other in now if other != item])
        return _Wanted(path, [*now, item], item)

    def _vlan(self, number: str, has: object, extra: Sequence[int]) -> _Wanted:
        vlan = int(number)
        if has is None and vlan not in extra:
            raise AdoptionError(
                sentence("the switch lacks VLAN {vlan}, which its ports or a switch behind it need", vlan=vlan),
                sentence("change those ports in the inventory, or put the VLAN back: campusctl revert-finding"),
            )
        if has and vlan not in self._city.vlan_keys:
            raise AdoptionError(
                sentence("VLAN {vlan} is none of the city's", vlan=vlan),
                sentence(
                    "list it under `vlans` in inventory/city.yml first, or take it away: campusctl revert-finding"
                ),
            )
        return self._listed(("extra_vlans",), extra, vlan, has)

    def _put_setting(self, wanted: _Wanted) -> Way:
        dotted = ".".join(wanted.path)
        if self._for_all:
            spec = self._school.spec.settings.model_dump(exclude_unset=True)
            return (self._set(self._school.file, ("settings", *wanted.path), wanted, spec),)
        said = [(number, item) for number, item in exemptions(self._school, self._device) if item.path == dotted]
        if said or self._device.file.endswith(".csv"):
            return (self._exception(dotted, wanted.value),)
        spec = self._device.settings.model_dump(exclude_unset=True)
        return (self._set(self._device.file, ("devices", self._device.name, "settings", *wanted.path), wanted, spec),)

    def _set(self, file: str, place: Place, wanted: _Wanted, said: Mapping[str, Any]) -> FileEdit:
        """Set a value, or only what is more or less in a list that this very entry says."""
        for key in wanted.path:
            said = said.get(key, {}) if isinstance(said, Mapping) else {}
        if isinstance(said, tuple | list) and said:
            if wanted.item is not None and [*said, wanted.item] == wanted.value:
                return FileEdit(file, "append", place, wanted.item)
            gone = [number for number, item in enumerate(said) if item not in wanted.value]
            if len(gone) == 1 and len(said) > 1 and len(wanted.value) == len(said) - 1:
                return FileEdit(file, "remove", (*place, gone[0]))
        return FileEdit(file, "set", place, wanted.value)

    def _exception(self, dotted: str, value: object) -> FileEdit:
        """A new exception of this device, or a new value for the one there is."""
        for number, item in enumerate(self._school.spec.exceptions):
            if item.path == dotted and item.device == self._device.name:
                return FileEdit(self._school.file, "set", ("exceptions", number, "value"), value)
        if self._terms is None:
            raise AboutError(
                f"{self._device.name}: {dotted}",
                _NEEDS_EXCEPTION,
                sentence("say --reason, --owner (a role of the school's contacts) and --until (a date)"),
            )
        entry = {"path": dotted, "value": value, "device": self._device.name, **self._terms._asdict()}
        return FileEdit(self._school.file, "append", ("exceptions",), entry)

    # -- ports --

    def _port(self, edits: tuple[EditView, ...]) -> list[Way]:
        name = edits[0].path[1]
        assignment = topology(self._city, self._school).assignments[self._device.name]
        item = assignment.lags.get(name) or assignment.ports.get(name)
        short = next((port.short for port in self._map.ports if port.name == name), "")
        if item and item.lag and edits[0].path[2] != "shutdown":
            what = sentence("{port} belongs to {lag}", port=name, lag=item.lag)
            raise AdoptionError(what, sentence("change the LAG's entry under `lags` by hand"))
        if not item and not short:
            what = sentence("the inventory knows no port {port}", port=name)
            raise AdoptionError(what, sentence("look at the device's profile and at `lags`"))
        found = [self._put_port(short, item, values) for values in self._values(name, item, edits)]
        return [way for pair in found for way in pair]

    @property
    def _map(self) -> Any:  # noqa: ANN401 - a PortMap
        return resolver(self._city, self._school).map_of(self._device)

    def _values(self, name: str, item: Assigned | None, edits: tuple[EditView, ...]) -> list[dict[str, Any]]:
        """What the inventory would have to say of the port, in one way or several."""
        fixed: dict[str, Any] = {}
        member = [edit for edit in edits if edit.path[2] in _VLANS]
        for edit in edits:
            part, has = edit.path[2], edit.before
            # On a trunk, IOS tells an edge port in other words; what it is goes with the VLANs.
            if edit in member or (member and part == "stp_edge" and has and edit.after):
                continue
            if len(edit.path) != 3:
                raise _by_hand(edit.path)
            if part == "description":
                fixed["description"] = has or ""
            elif part in _FLAGS and has in (True, None):
                fixed[_FLAGS[part]] = bool(has)
            elif part == "poe" and has in ("off", None):
                fixed["poe"] = has is None
            else:
                raise _by_hand(edit.path)
        if not member:
            return [fixed]
        self._refuse_link(name, item)
        return [{**fixed, **values} for values in self._vlans(name, member)]

    def _refuse_link(self, name: str, item: Assigned | None) -> None:
        if item and resolver(self._city, self._school).role_of(item.entry) in (UPLINK, DOWNLINK):
            raise AdoptionError(
                sentence(
                    "{port} is a link between switches: it carries the VLANs of the switches behind it", port=name
                ),
                sentence("change what needs the VLAN in the inventory, or the link's `tagged` by hand"),
            )

    def _vlans(self, name: str, edits: list[EditView]) -> list[dict[str, Any]]:
        """VLANs of the port as the device has them; which one is untagged depends on the dialect, so each is tried."""
        intent = switch_intent(self._city, self._school.id, self._device.name)
        port = next(port for port in (*intent.ports, *intent.lags) if port.name == name)
        has = {edit.path[2:]: edit.before for edit in edits}
        if ("tagged", "all") in has:
            what = sentence("{port} carries every VLAN there is", port=name)
            raise AdoptionError(what, sentence("list the VLANs that are meant in the inventory"))
        values: dict[str, Any] = {}
        if ("voice_vlan",) in has:
            voice = has["voice_vlan",]
            values["voice_vlan"] = int(str(voice)) if voice else None
        untagged = [_number(has[key,]) for key in ("native_vlan", "untagged", "access_vlan") if (key,) in has]
        tagged = set(port.tagged)
        for path, value in has.items():
            if path[0] == "tagged":
                tagged = tagged | {int(path[1])} if value else tagged - {int(path[1])}
        if has.get(("mode",)) == "access":
            tagged = set()
        found = []
        for vlan in dict.fromkeys((*untagged, port.vlan, 1)):
            said: dict[str, Any] = {"vlan": vlan} if vlan != port.vlan else {}
            wanted = sorted(tagged - {vlan})
            said |= {"tagged": wanted} if wanted != list(port.tagged) else {}
            found.append({**values, **said})
        return [said for said in found if said] or [{"vlan": port.vlan}]

    def _put_port(self, short: str, item: Assigned | None, values: Mapping[str, Any]) -> list[Way]:
        """Into the port's own entry what it says itself, into an exception what a role or room says."""
        lag = item is not None and item.place[2:3] == ("lags",)
        key = str(item.place[3]) if item and lag else short
        kind = "lags" if lag else "ports"
        excepted = {exemption.path for _, exemption in exemptions(self._school, self._device)}
        own: dict[str, Any] = {}
        edits: list[FileEdit] = []
        for field, value in values.items():
            mine = field == "description" or (item is not None and field in item.entry.model_fields_set)
            if not mine or f"{kind}.{key}.{field}" in excepted or self._device.file.endswith(".csv"):
                edits.append(self._exception(f"{kind}.{key}.{field}", value))
            else:
                own[field] = value
        return [(*way, *edits) for way in (self._own_entry(short, item, own, lag=lag) if own else [()])]

    def _own_entry(self, short: str, item: Assigned | None, own: Mapping[str, Any], *, lag: bool) -> list[Way]:
        """The port's entry in the device's file; a port out of a range gets one of its own."""
        file, place = self._device.file, ("devices", self._device.name, "ports", short)
        if item is None:
            return [(FileEdit(file, "set", place, {**self._unlisted(short), **own}),)]
        raw = item.entry.model_dump(mode="json", exclude_unset=True)
        if not lag and len(self._map.expand(str(item.place[3]))) > 1:
            return [(FileEdit(file, "set", place, {**raw, **own}),)]
        inside = tuple(FileEdit(file, "set", (*item.place, field), value) for field, value in own.items())
        # `7: pc` has nothing to put a value into: it becomes a map.
        alone: list[Way] = [(FileEdit(file, "set", item.place, {**raw, **own}),)] if raw.keys() == {"role"} else []
        return [*alone, inside]

    def _unlisted(self, short: str) -> dict[str, str]:
        """What a port is that has no entry: the end of a link that the other switch names, or unused."""
        name = next(port.name for port in self._map.ports if port.short == short)
        intent = switch_intent(self._city, self._school.id, self._device.name)
        port = next(port for port in intent.ports if port.name == name)
        return {DOWNLINK: port.peer} if port.role == DOWNLINK and port.peer else {"role": UNUSED}


def _priority(has: object) -> int:
    """A bridge priority; some switches say it in steps of 4096."""
    said = int(str(has)) if has else _DEFAULT_PRIORITY
    return said * _STEP if 0 < said < _STEPS else said


def _number(value: object) -> int:
    return int(str(value)) if value else 1


def _by_hand(path: Sequence[str]) -> AdoptionError:
    return AboutError(
        " / ".join(path),
        _BY_HAND,
        sentence("say it in the inventory or in a template by hand: campusctl explain DEVICE lists the settings"),
    )
