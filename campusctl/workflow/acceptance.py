"""The record of a device's acceptance, in German: what the inventory says, what was found, and lines to sign."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from campusctl.errors import UnknownNameError
from campusctl.inventory.appliances import appliance, document_of
from campusctl.inventory.city import City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import Plug, entry_of, plug_of
from campusctl.inventory.resolve import resolver
from campusctl.inventory.sites import site_vlans
from campusctl.inventory.zone import city_zone
from campusctl.model.inventory import Device
from campusctl.model.journal import DeviceRow, DeviceState, RunDetail, RunRow
from campusctl.model.paper import AcceptanceRecord, CheckLine
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, TOKEN
from campusctl.model.sentence import sentence
from campusctl.render.paper import Paper
from campusctl.render.pdf import pdf_of
from campusctl.workflow.desk import Desk

__all__ = ["acceptance_html", "acceptance_pdf", "record_for"]

_DEFAULT_INSPECTOR: Final = "Campusmanagement"
_DEFAULT_RECEIVER: Final = "Schule"
_MOST_SETTINGS: Final = 10
"""So many stand on the page."""
_MOST_RUNS: Final = 30
"""So many runs are looked through for one that read the device."""
_LONGEST: Final = 48
"""Characters of a value that fit on a line of the page."""
_FACTS: Final = {
    "model": "Modell (Gerät)",
    "firmware": "Firmware",
    "pages": "Seitenzähler",
    "lamp_hours": "Lampenstunden",
}
"""What of a device's own words is worth a line."""


class RunHistory(Protocol):
    """Remembers runs; the history's store does."""

    def runs(self, *, device: str | None = None, limit: int = 50) -> tuple[RunRow, ...]:
        """Runs that had to do with a device, newest first."""
        ...

    def run(self, named: str) -> RunDetail:
        """One run with its devices."""
        ...


class _Seen(NamedTuple):
    """The newest run that looked at a device."""

    run: RunRow
    row: DeviceRow


def record_for(  # noqa: PLR0913 - what a record is made of
    desk: Desk, city: City, school: School, device: Device, history: RunHistory, *, by: str = "", to: str = ""
) -> AcceptanceRecord:
    """The record of a device as it is today.

    Args:
        desk: The workspace; with the lab, only runs on the lab count.
        city: With the school in it.
        school: Of the device.
        device: The device.
        history: What the runs found.
        by: Who hands over: a role of the school's contacts; empty: the campus managers.
        to: Who takes over, likewise; empty: the school.

    Raises:
        UnknownNameError: There is no such role.
        JournalError: The history cannot be read.
    """
    zone = city_zone(desk.root)
    plug = plug_of(city, school, device.name)
    seen = _seen(history, device.name, lab=desk.lab)
    settings = tuple(_settings(city, school, device))
    located = school.rooms[device.room]
    address = located.building.address or school.spec.address
    profile = city.profiles.get(device.profile or "")
    kind = city.spec.classes.get(device.device_class)
    return AcceptanceRecord(
        city=city.spec.name,
        school=school.id,
        school_name=school.spec.name,
        street=address.street,
        town=f"{address.postcode} {address.town}",
        location=school.location_of(device),
        room=device.room,
        room_title=located.room.title,
        device=device.name,
        class_title=kind.title if kind else device.device_class,
        model=profile.title if profile else "",
        serial=device.serial or "",
        mac=device.mac or "",
        asset=device.asset or "",
        address=device.address or "",
        port=plug.words() if plug else "",
        vlan=_vlan(city, school, plug) if plug else "",
        checks=tuple(_checks(device, plug, seen, _port_seen(history, plug, lab=desk.lab), zone)),
        settings=settings[:_MOST_SETTINGS],
        more_settings=max(0, len(settings) - _MOST_SETTINGS),
        facts=tuple(_facts(seen)),
        run=seen.run.info.id if seen else "",
        checked=_moment(seen, zone) if seen else "",
        inspector=_role(school, by) or _DEFAULT_INSPECTOR,
        receiver=_role(school, to) or _DEFAULT_RECEIVER,
        date=f"{datetime.now(UTC).astimezone(zone):%d.%m.%Y}",
        lab=desk.lab,
    )


def _role(school: School, name: str) -> str:
    if not name:
        return ""
    contact = school.spec.contacts.get(name)
    if contact is None:
        roles = ", ".join(school.spec.contacts) or sentence("none")
        known = sentence("roles of {school}: {roles}", school=school.id, roles=roles)
        what = sentence("no role `{role}` at {school}", role=name, school=school.id)
        raise UnknownNameError(what, did_you_mean(name, school.spec.contacts) or known)
    return contact.title


def _seen(history: RunHistory, device: str, *, lab: bool) -> _Seen | None:
    """The newest run that read the device, or tried to."""
    for run in history.runs(device=device, limit=_MOST_RUNS):
        if run.info.lab is not lab:
            continue
        row = next((row for row in history.run(run.info.id).devices if row.device == device), None)
        if row is not None and row.state not in (DeviceState.PLANNED, DeviceState.SKIPPED):
            return _Seen(run, row)
    return None


def _port_seen(history: RunHistory, plug: Plug | None, *, lab: bool) -> _Seen | None:
    return _seen(history, plug.switch, lab=lab) if plug else None


def _moment(seen: _Seen, zone: ZoneInfo) -> str:
    at = seen.row.ended or seen.run.info.started
    return f"{at.astimezone(zone):%d.%m.%Y, %H:%M}"


def _checks(
    device: Device, plug: Plug | None, seen: _Seen | None, port: _Seen | None, zone: ZoneInfo
) -> Iterator[CheckLine]:
    facts = seen.row.assessment.facts if seen and seen.row.assessment else {}
    yield _identity("Seriennummer", device.serial or "", facts.get("serial", ""))
    if facts.get("mac"):
        yield _identity("MAC-Adresse", device.mac or "", facts["mac"])
    yield _settings_check(seen, zone)
    yield _port_check(plug, port, zone)


def _identity(what: str, wanted: str, said: str) -> CheckLine:
    said = _short(said)
    if not said:
        return CheckLine(what=what, result="am Typenschild vergleichen (das Gerät nennt keine)")
    if not wanted:
        return CheckLine(what=what, result=f"das Gerät nennt {said}, das Inventar keine")
    plain = [text.casefold().replace(":", "").replace("-", "") for text in (wanted, said)]
    if plain[0] == plain[1]:
        return CheckLine(what=what, result=f"{said}, vom Gerät gelesen", passed=True)
    return CheckLine(what=what, result=f"das Gerät nennt {said}, das Inventar {wanted}", passed=False)


def _settings_check(seen: _Seen | None, zone: ZoneInfo) -> CheckLine:
    what = "Einstellungen"
    if seen is None:
        return CheckLine(what=what, result="noch nie von campusctl gelesen")
    row, when = seen.row, _moment(seen, zone)
    if row.state in (DeviceState.OFF, DeviceState.PENDING):
        return CheckLine(what=what, result=f"am {when} ausgeschaltet, nicht geprüft")
    if row.state is DeviceState.DONE:
        done = row.outcome.edits if row.outcome else 0
        return CheckLine(what=what, result=f"am {when} gesetzt ({done}) und zurückgelesen", passed=True)
    if row.fault or row.assessment is None or row.state is not DeviceState.READ:
        return CheckLine(what=what, result=f"am {when} nicht lesbar oder nicht fertig eingestellt", passed=False)
    differs = len(row.assessment.edits) + len(row.assessment.refused_edits)
    if row.assessment.drifted:
        return CheckLine(what=what, result=f"am {when}: {differs} weichen vom Standard ab", passed=False)
    return CheckLine(what=what, result=f"am {when} gelesen, alle wie im Standard", passed=True)


def _port_check(plug: Plug | None, seen: _Seen | None, zone: ZoneInfo) -> CheckLine:
    what = "Netzanschluss"
    if plug is None:
        return CheckLine(what=what, result="im Inventar steht kein Anschluss")
    if seen is None or seen.row.assessment is None:
        return CheckLine(what=what, result=f"{plug.words()} noch nie gelesen")
    row, when = seen.row, _moment(seen, zone)
    mine = [edit for edit in seen.row.assessment.edits if edit.path[:2] == ("port", plug.port)]
    if row.state is DeviceState.DONE or (row.state is DeviceState.READ and not mine):
        return CheckLine(what=what, result=f"{plug.words()} am {when} wie im Inventar", passed=True)
    return CheckLine(what=what, result=f"{plug.words()} am {when} anders als im Inventar", passed=False)


def _vlan(city: City, school: School, plug: Plug) -> str:
    switch = school.devices[plug.switch]
    if plug.item is None or entry_of(plug).uplink or entry_of(plug).downlink:
        return ""
    vlan = resolver(city, school).port_settings(switch, plug.item).vlan or 1
    known = site_vlans(city, school, school.site_of(switch)).get(vlan)
    return f"{vlan} ({known.name})" if known else str(vlan)


def _settings(city: City, school: School, device: Device) -> Iterator[tuple[str, str]]:
    """What is wanted of an appliance, setting by setting; secrets are masked."""
    found = appliance(city, device)
    if found is None or not device.address:
        return
    for path, value in document_of(city, school, found).settings:
        yield _short(" / ".join(path)), _value(value)


def _value(value: object) -> str:
    words = {True: "ja", False: "nein", None: "nicht gesetzt"}
    if value is None or isinstance(value, bool):
        return words[value]
    text = ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    return _short(text)


def _short(text: str) -> str:
    """A text on its line, secrets masked."""
    text = " ".join(printable(TOKEN.sub(MASK, text).replace("\n", " ")).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _facts(seen: _Seen | None) -> Iterator[tuple[str, str]]:
    facts = seen.row.assessment.facts if seen and seen.row.assessment else {}
    yield from ((title, _short(facts[name])) for name, title in _FACTS.items() if facts.get(name))


def acceptance_html(root: Path, record: AcceptanceRecord) -> str:
    """A record as HTML, from the workspace's template or campusctl's own.

    Raises:
        RenderError: An error in the template, with its file and line.
    """
    return Paper(root / "templates").acceptance(record)


def acceptance_pdf(root: Path, record: AcceptanceRecord) -> bytes:
    """A record as PDF.

    Raises:
        PdfError, MissingExtraError: No PDF can be made on this machine; says what is missing.
        RenderError: As `acceptance_html`.
    """
    return pdf_of(acceptance_html(root, record))


def record_json(record: AcceptanceRecord) -> str:
    """A record as JSON."""
    return json.dumps(record.model_dump(mode="json") | {"passed": record.passed}, ensure_ascii=False, indent=2)
