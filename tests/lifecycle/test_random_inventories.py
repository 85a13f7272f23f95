"""Edits of inventories that nobody wrote by hand: whatever the style, what is read afterwards is what was meant."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.inventory.city import City, School
from campusctl.inventory.device_edits import added, changed, port_freed, port_set, removed, renamed
from campusctl.inventory.edit_files import FileEdit, edited
from campusctl.inventory.load import load_city
from campusctl.inventory.topology import topology

REPO = Path(__file__).parents[2]
SCHOOL, SWITCH = "schule-009", "s009-v1-sw01"
FILE = f"inventory/schools/{SCHOOL}/devices.yml"
ROOMS = ("V1", "R1", "R2")
ROLES = ("pc", "printer", "teacher", "unused", "building")
HEAD = """\
name: Zufall
type: grundschule
address: {street: Weg 1, postcode: "12345", town: Musterstadt}
contacts: {sekretariat: {title: Sekretariat}}
buildings:
  A: {rooms: {V1: {floor: 0}, R1: {floor: 1}, R2: {floor: 2}}}
"""


@dataclass
class Model:
    """What the inventory means."""

    devices: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Entries of end devices by name."""
    ranges: list[tuple[int, int, str]] = field(default_factory=list)
    """First port, last port and role."""
    singles: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Ports with an entry of their own."""

    def covered(self, port: int) -> bool:
        """Whether a range holds a port."""
        return any(first <= port <= last for first, last, _ in self.ranges)

    def ports(self) -> dict[int, dict[str, Any]]:
        """What each named port says."""
        found = {port: {"role": role} for first, last, role in self.ranges for port in range(first, last + 1)}
        return {**found, **self.singles}

    def free(self, port: int) -> None:
        """Nothing is plugged in there any more."""
        self.singles.pop(port, None)
        if self.covered(port):
            self.singles[port] = {"role": "unused"}


entries = st.fixed_dictionaries(
    {"room": st.sampled_from(ROOMS)},
    optional={
        "serial": st.from_regex(r"[A-Z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True),
        "asset": st.from_regex(r"[0-9]{1,9}|[0-9]e[0-9]|true|M-[0-9]{3}", fullmatch=True),
        "notes": st.sampled_from(["a: b", "# none", "it's {here}", "- x", 'Größe 75"', "yes"]),
    },
)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A switch with ranges and single ports, and some devices."""
    found = Model()
    cuts = sorted(draw(st.sets(st.integers(1, 48), max_size=8)))
    for first, last in zip(cuts[::2], cuts[1::2], strict=False):
        if last > first:
            found.ranges.append((first, last, draw(st.sampled_from(ROLES))))
    for number in range(1, draw(st.integers(1, 5)) + 1):
        said = {**draw(entries), "room": "R1"}
        for name in ("serial", "asset"):
            # Nothing has the serial number of another one.
            said |= {name: f"{said[name]}{number}"} if name in said else {}
        found.devices[f"s009-r1-pc{number:02}"] = said
    names = draw(st.permutations(sorted(found.devices)))
    for name, port in zip(names, draw(st.lists(st.integers(1, 48), max_size=4, unique=True)), strict=False):
        found.singles[port] = draw(st.sampled_from([{"device": name}, {"device": name, "role": "teacher"}]))
    for port in draw(st.lists(st.integers(1, 48), max_size=3, unique=True)):
        found.singles.setdefault(port, {"role": draw(st.sampled_from(ROLES))})
    return found


@st.composite
def texts(draw: st.DrawFn, model: Model) -> str:
    """The model as somebody may have written it."""
    step = " " * draw(st.sampled_from([2, 3, 4]))
    quoted = draw(st.booleans())
    comment = st.sampled_from(["", "", "# Notiz", "# -- Raum ---"])

    def key(port: int) -> str:
        return f'"{port}"' if quoted else str(port)

    def entry(indent: str, name: str, value: Mapping[str, Any], *, short: bool) -> Iterator[str]:
        note = draw(comment)
        tail = f"   {note}" if note else ""
        if short and value.keys() == {"role"} and draw(st.booleans()):
            yield f"{indent}{name}: {value['role']}{tail}"
        elif draw(st.booleans()):
            inside = ", ".join(f"{field}: {_scalar(item)}" for field, item in value.items())
            yield f"{indent}{name}: {{{inside}}}{tail}"
        else:
            yield f"{indent}{name}:{tail}"
            yield from (f"{indent}{step}{field}: {_scalar(item)}" for field, item in value.items())

    lines = ["# Geräte", "devices:", f"{step}{SWITCH}:"]
    lines += [f"{step * 2}{line}" for line in ("profile: hp-2530-48g", "room: V1", "address: 10.9.3.11", "core: true")]
    ports: list[tuple[int, str, Mapping[str, Any]]] = [(port, key(port), said) for port, said in model.singles.items()]
    ports += [(first, f"{first}-{last}", {"role": role}) for first, last, role in model.ranges]
    if ports:
        lines.append(f"{step * 2}ports:")
        for _, name, said in sorted(ports, key=lambda item: item[0]):
            lines += entry(step * 3, name, said, short=True)
    for name, said in model.devices.items():
        blank = draw(st.booleans())
        lines += ["", f"{step}{draw(comment)}".rstrip()] if blank else []
        lines += entry(step, name, said, short=False)
    return draw(st.sampled_from(["\n", "\r\n"])).join([*lines, *([""] if draw(st.booleans()) else [])])


def _scalar(value: str) -> str:
    return (
        "'" + value.replace("'", "''") + "'"
        if value not in (*ROLES, *ROOMS) and not value.startswith("s009")
        else value
    )


Edits = tuple[FileEdit, ...]


class Draw(NamedTuple):
    """What one edit is about."""

    model: Model
    city: City
    school: School
    port: int
    role: str

    def set_role(self) -> Edits:
        """A port gets a role of its own."""
        self.model.singles[self.port] = {"role": self.role}
        return port_set(self.city, self.school, SWITCH, str(self.port), {"role": self.role})

    def plug(self) -> Edits:
        """A device that hangs nowhere is plugged in."""
        plugged = {said.get("device") for said in self.model.singles.values()}
        loose = [name for name in self.model.devices if name not in plugged]
        if not loose:
            return ()
        self.model.singles[self.port] = {"device": loose[0]}
        return port_set(self.city, self.school, SWITCH, str(self.port), {"device": loose[0]})

    def take_back(self) -> Edits:
        """A port has no entry of its own any more."""
        self.model.singles.pop(self.port, None)
        return port_set(self.city, self.school, SWITCH, str(self.port), None)

    def free(self) -> Edits:
        """Nothing is plugged in at a port."""
        self.model.free(self.port)
        return port_freed(self.city, self.school, SWITCH, str(self.port))

    def add(self) -> Edits:
        """A device comes."""
        name = f"s009-r2-dt{self.port:02}"
        if name in self.model.devices:
            return ()
        self.model.devices[name] = {"room": "R2", "notes": "it's new"}
        return added(self.city, self.school, name, self.model.devices[name])

    def change(self) -> Edits:
        """A device gets a serial number and loses its note."""
        name = min(self.model.devices)
        values = {"serial": f"X{self.port}.{name}", "notes": None}
        changed_entry = {**self.model.devices[name], **values}
        self.model.devices[name] = {key: item for key, item in changed_entry.items() if item is not None}
        return changed(self.city, self.school, name, values)

    def rename(self) -> Edits:
        """A device gets another name."""
        old, new = min(self.model.devices), f"{min(self.model.devices)[:-2]}{50 + self.port}"
        if new in self.model.devices:
            return ()
        self.model.devices = {new if key == old else key: item for key, item in self.model.devices.items()}
        for port, said in self.model.singles.items():
            if said.get("device") == old:
                self.model.singles[port] = {**said, "device": new}
        return renamed(self.city, self.school, old, new)

    def remove(self) -> Edits:
        """A device goes."""
        name = min(self.model.devices)
        if len(self.model.devices) == 1:
            return ()
        del self.model.devices[name]
        for port in [port for port, said in self.model.singles.items() if said.get("device") == name]:
            self.model.free(port)
        return removed(self.city, self.school, name)


KINDS = (Draw.set_role, Draw.plug, Draw.take_back, Draw.free, Draw.add, Draw.change, Draw.rename, Draw.remove)


@contextmanager
def workspace(text: str) -> Iterator[Path]:
    """The example city with a school of its own."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(REPO / "inventory" / "profiles", root / "inventory" / "profiles")
        shutil.copy(REPO / "inventory" / "city.yml", root / "inventory")
        (root / FILE).parent.mkdir(parents=True)
        (root / FILE).with_name("school.yml").write_text(HEAD)
        (root / FILE).write_bytes(text.encode())
        yield root


@settings(max_examples=12)
@given(st.data())
def test_edit_after_edit_the_inventory_says_what_was_meant(data: st.DataObject) -> None:
    """Ports, devices, names; in lines and in brackets, with comments, quotes and line ends of any kind."""
    model = data.draw(models())
    text = data.draw(texts(model))
    with workspace(text) as root:
        comments = text.count("#")
        for _ in range(data.draw(st.integers(1, 6))):
            city = load_city(root, [SCHOOL])
            drawn = Draw(
                model, city, city.school(SCHOOL), data.draw(st.integers(1, 48)), data.draw(st.sampled_from(ROLES))
            )
            edited(root, data.draw(st.sampled_from(KINDS))(drawn)).write()
            assert_means(root, model)
        after = (root / FILE).read_bytes().decode()
        assert after.count("\r\n") in (0, after.count("\n"))
        assert after.count("#") <= comments + after.count("# none")


def assert_means(root: Path, model: Model) -> None:
    """The files say what the model means."""
    city = load_city(root, [SCHOOL])
    school = city.school(SCHOOL)
    found = {
        name: device.model_dump(mode="json", exclude_unset=True, exclude={"name", "file", "device_class"})
        for name, device in school.devices.items()
    }
    assert {name: said for name, said in found.items() if name != SWITCH} == model.devices
    assignment = topology(city, school).assignments[SWITCH]
    said = {
        int(name): item.entry.model_dump(mode="json", exclude_unset=True) for name, item in assignment.ports.items()
    }
    assert said == model.ports()
