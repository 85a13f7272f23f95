"""How the switches of a school hang together: the set of their uplinks."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from campusctl.inventory.assignment import Assigned, Assignment, assign
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.portmap import PortError, port_map
from campusctl.model.inventory import Device
from campusctl.model.sentence import N_, sentence


class Link(NamedTuple):
    """One cable, or one LAG, between two switches."""

    child: str
    """The switch farther from the core."""
    child_port: str
    """Its port or LAG, canonical name."""
    parent: str
    """The switch nearer to the core."""
    parent_port: str
    """Its port or LAG, canonical name."""


class Topology:
    """The switches of one school and the links between them; the same value for the life of its City."""

    def __init__(self, city: City, school: School) -> None:
        self._school = school
        self._maps = {
            name: (profile, device)
            for name, device in school.switches.items()
            if (profile := city.profiles.get(device.profile or ""))
        }
        self.assignments: Mapping[str, Assignment] = {
            name: assign(profile, device) for name, (profile, device) in self._maps.items()
        }
        """Ports of every switch whose profile is known."""
        self._issues: list[Issue] = []
        self.links = tuple(self._paired())
        """Every link, in the order of the files."""
        self.order = _sorted_by_depth(tuple(self.assignments), self.links)
        """Switches, the core first, each after all that are above it."""

    @cached_property
    def uplinks(self) -> Mapping[str, tuple[Link, ...]]:
        """Links towards the core, by switch."""
        return self._by_end("child")

    @cached_property
    def downlinks(self) -> Mapping[str, tuple[Link, ...]]:
        """Links away from the core, by switch."""
        return self._by_end("parent")

    def _by_end(self, end: str) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            found[getattr(link, end)].append(link)
        return {name: tuple(links) for name, links in found.items()}

    @cached_property
    def distance(self) -> Mapping[str, int]:
        """Links between each switch and the core, the longest way."""
        found: dict[str, int] = {}
        for name in self.order:
            found[name] = 1 + max((found[link.parent] for link in self.uplinks.get(name, ())), default=-1)
        return found

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """Ports used twice, links that do not fit, loops, and switches without a way to the core."""
        found = [issue for assignment in self.assignments.values() for issue in assignment.issues]
        return (*found, *self._issues, *self._loops(), *self._orphans())

    def _paired(self) -> Iterator[Link]:
        """Uplinks with the port at their other end."""
        waiting = self._declared_downlinks()
        derived: dict[tuple[str, str], str] = {}
        for name, assignment in self.assignments.items():
            for end in assignment.ends():
                if end.entry.uplink and self._is_switch(name, end, end.entry.uplink):
                    yield from self._pair(name, end, waiting, derived)
        for (parent, child), ends in waiting.items():
            for end in () if self._says_uplink(child, parent) else ends:
                hint = sentence(
                    "give {child} a port `{{uplink: {parent}}}`, or delete this entry", child=child, parent=parent
                )
                self._issue(parent, end, sentence("{child} has no uplink to here", child=child), hint)

    def _declared_downlinks(self) -> dict[tuple[str, str], list[Assigned]]:
        found: dict[tuple[str, str], list[Assigned]] = defaultdict(list)
        for name, assignment in self.assignments.items():
            for end in assignment.ends():
                if end.entry.downlink and self._is_switch(name, end, end.entry.downlink):
                    found[name, end.entry.downlink].append(end)
        return found

    def _is_switch(self, name: str, end: Assigned, peer: str) -> bool:
        if peer == name:
            self._issue(name, end, sentence("leads to the switch itself"), sentence("name the switch at the other end"))
        elif peer in self.assignments:
            return True
        elif peer not in self._school.devices and self._school.may_name(peer):
            return False
        elif peer not in self._school.devices:
            hint = did_you_mean(peer, self._school.switches) or sentence(
                "the switches of {school} are in its devices files", school=self._school.id
            )
            self._issue(name, end, sentence("unknown switch {peer}", peer=peer), hint)
        elif self._school.devices[peer].device_class != SWITCH_CLASS:
            self._issue(
                name, end, sentence("{peer} is no switch", peer=peer), sentence("write `device:` for an end device")
            )
        return False

    def _pair(
        self,
        name: str,
        end: Assigned,
        waiting: dict[tuple[str, str], list[Assigned]],
        derived: dict[tuple[str, str], str],
    ) -> Iterator[Link]:
        parent = str(end.entry.uplink)
        is_lag = end.name in self.assignments[name].lags
        candidates = waiting.get((parent, name), [])
        port = self._named_end(name, end, parent) if end.entry.to else ""
        if end.entry.to and not port:
            return
        wanted = (lambda other: other.name == port) if port else self._same_kind(parent, is_lag=is_lag)
        match = next((other for other in candidates if wanted(other)), None)
        if match:
            candidates.remove(match)
            self._check_members(name, end, parent, match)
            yield Link(name, end.name, parent, match.name)
        elif not port:
            lag = N_("write `to: PORT`, or give {parent} a LAG with `downlink: {name}`")
            one = N_("write `to: PORT`, or give {parent} a port with `downlink: {name}`")
            hint = sentence(lag if is_lag else one, parent=parent, name=name)
            self._issue(name, end, sentence("nobody knows the port of {parent} at the other end", parent=parent), hint)
        elif self._free(name, end, parent, port, derived):
            derived[parent, port] = name
            yield Link(name, end.name, parent, port)

    def _same_kind(self, parent: str, *, is_lag: bool) -> Callable[[Assigned], bool]:
        return lambda other: (other.name in self.assignments[parent].lags) is is_lag

    def _named_end(self, name: str, end: Assigned, parent: str) -> str:
        """The canonical name of the port or LAG that `to` names at the parent, or an empty text and an issue."""
        to = str(end.entry.to)
        assignment = self.assignments[parent]
        if end.name in self.assignments[name].lags:
            profile, _ = self._maps[parent]
            wanted = profile.lag.replace("{n}", to)
            if wanted not in assignment.lags:
                self._issue(
                    name,
                    end,
                    sentence("{parent} has no LAG {to}", parent=parent, to=to),
                    sentence("`to` of a LAG is the number of the LAG at the other end"),
                )
                return ""
            return wanted
        try:
            names = port_map(*self._maps[parent]).expand(to)
        except PortError as error:
            self._issue(name, end, sentence("{name}: {what}", name=parent, what=error.what), error.hint)
            return ""
        if len(names) != 1:
            self._issue(
                name,
                end,
                sentence("`to: {to}` is more than one port", to=to),
                sentence("a link has one port at each end, or is a LAG"),
            )
            return ""
        return names[0]

    def _free(self, name: str, end: Assigned, parent: str, port: str, derived: Mapping[tuple[str, str], str]) -> bool:
        """Whether the parent's port may become the other end of this link."""
        other = derived.get((parent, port))
        taken = self.assignments[parent].ports.get(port) or self.assignments[parent].lags.get(port)
        if other:
            self._issue(
                name,
                end,
                sentence(
                    "port {port} of {parent} is the other end of {other} already", port=port, parent=parent, other=other
                ),
                sentence("look at the patch panel"),
            )
        elif taken and taken.lag:
            self._issue(
                name,
                end,
                sentence("port {port} of {parent} belongs to {lag}", port=port, parent=parent, lag=taken.lag),
                sentence("bundle this end too, under `lags`"),
            )
        elif taken and (taken.entry.device or taken.entry.uplink or taken.entry.downlink):
            peer = taken.entry.device or taken.entry.uplink or taken.entry.downlink
            self._issue(
                name,
                end,
                sentence("port {port} of {parent} leads to {peer} there", port=port, parent=parent, peer=peer),
                sentence("one of the two entries is wrong"),
            )
        elif taken and self._alone(parent, taken) and taken.entry.role not in (None, "uplink", "downlink"):
            what = sentence(
                "port {port} of {parent} has the role {role} there", port=port, parent=parent, role=taken.entry.role
            )
            self._issue(name, end, what, sentence("give it `downlink: {name}`, or delete its entry", name=name))
        else:
            return True
        return False

    def _alone(self, switch: str, item: Assigned) -> bool:
        """Whether an entry is about this one port, so that no other entry may override it."""
        return sum(other.entry is item.entry for other in self.assignments[switch].ports.values()) == 1

    def _check_members(self, name: str, end: Assigned, parent: str, other: Assigned) -> None:
        mine, theirs = (
            sum(port.lag == lag for port in self.assignments[switch].ports.values())
            for switch, lag in ((name, end.name), (parent, other.name))
        )
        if mine != theirs:
            what = sentence(
                "{lag} has {mine} ports, {other} of {parent} at the other end has {theirs}",
                lag=end.name,
                mine=mine,
                other=other.name,
                parent=parent,
                theirs=theirs,
            )
            self._issue(name, end, what, sentence("both ends of a LAG have the same number of ports"))

    def _issue(self, name: str, end: Assigned, what: str, hint: str) -> None:
        device = self._school.devices[name]
        label = ".".join(map(str, end.place[2:]))
        self._issues.append(Issue(device.file, end.place, f"{name}: {label}", what, hint))

    def _loops(self) -> Iterator[Issue]:
        # What the entries say, whether or not the ports at their other ends are known.
        said = {
            name: {end.entry.uplink for end in assignment.ends() if end.entry.uplink in self.assignments} - {name}
            for name, assignment in self.assignments.items()
        }
        looped = _in_circles(said)
        for name in looped:
            device = self._school.devices[name]
            ring = ", ".join(sorted(looped))
            yield Issue(
                device.file,
                ("devices", name),
                name,
                sentence("its uplinks run in a circle: {ring}", ring=ring),
                sentence("an uplink leads towards the core"),
            )

    def _orphans(self) -> Iterator[Issue]:
        tops = [name for name in self.assignments if not self._says_uplink(name)]
        chosen = [name for name in tops if self._school.devices[name].core]
        for name, device in self._school.switches.items():
            place = ("devices", name)
            if device.core and name not in tops and name in self.assignments:
                hint = sentence("the core is the switch without an uplink")
                yield Issue(device.file, (*place, "core"), name, sentence("is the core and has an uplink"), hint)
            elif name in tops and name not in chosen and (chosen or len(tops) > 1):
                hint = sentence("give it a port `{{uplink: SWITCH}}`, or say `core: true` if it is the top of its site")
                yield Issue(device.file, place, name, sentence("has no uplink"), hint)

    def _says_uplink(self, name: str, parent: str = "") -> bool:
        """Whether a switch has an entry for an uplink, also one whose port does not exist."""
        device = self._school.devices[name]
        entries = (*device.ports.values(), *device.lags.values())
        return any(entry.uplink and parent in ("", entry.uplink) for entry in entries)


def _sorted_by_depth(names: Sequence[str], links: Sequence[Link]) -> tuple[str, ...]:
    """Names with every parent before its children, without those that are in a circle or below one."""
    return _peeled({name: {link.parent for link in links if link.child == name} for name in names})


def _in_circles(above: Mapping[str, AbstractSet[str | None]]) -> list[str]:
    """Names in circles or between two of them: those that neither a top nor a bottom can be peeled down to."""
    tops = set(_peeled(above))
    below = {name: {child for child in above if name in above[child] and child not in tops} for name in above}
    bottoms = set(_peeled({name: children for name, children in below.items() if name not in tops}))
    return [name for name in above if name not in tops | bottoms]


def _peeled(above: Mapping[str, AbstractSet[str | None]]) -> tuple[str, ...]:
    """Names after all that stand above them; without those for which that cannot be."""
    waiting = {name: set(parents) for name, parents in above.items()}
    order: list[str] = []
    while ready := [name for name in waiting if not waiting[name]]:
        for name in ready:
            del waiting[name]
        order += ready
        for parents in waiting.values():
            parents.difference_update(ready)
    return tuple(order)


def topology(city: City, school: School) -> Topology:
    """The topology of a school; computed once for a City."""
    known = city.memo.get(school.id)
    if not isinstance(known, Topology):
        known = city.memo[school.id] = Topology(city, school)
    return known


def uplinks(city: City, school: School) -> Mapping[str, tuple[Link, ...]]:
    """Links towards the core, by switch; the core has none."""
    return topology(city, school).uplinks


def above(city: City, school: School) -> Mapping[str, tuple[str, ...]]:
    """The switches right above each switch, towards the core; the core has none."""
    found = topology(city, school)
    return {name: tuple(dict.fromkeys(link.parent for link in found.uplinks.get(name, ()))) for name in found.order}


def distance(city: City, school: School) -> Mapping[str, int]:
    """Links between each switch and the core; 0 is the core itself."""
    return topology(city, school).distance


def order(city: City, school: School) -> tuple[str, ...]:
    """The switches, the core first and each after all that are above it."""
    return topology(city, school).order


def core_of(city: City, school: School) -> tuple[Device, ...]:
    """The switches without an uplink."""
    return tuple(school.devices[name] for name in topology(city, school).order if name not in uplinks(city, school))
