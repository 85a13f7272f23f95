"""Findings: the same difference is the same finding, in every run and process, on one device or many."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.findings import finding_id, findings_of, grown, narrowed, only, spots_of
from campusctl.model.command import RefusedCommand
from campusctl.model.finding import FindingRow, FindingSeen
from campusctl.model.plan import Assessment, Change, DeviceLogin, DriftReport, EditView, Plan, Target
from campusctl.model.secret import MASK, Secret

NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
PORTS = {
    "sw1": {"GigabitEthernet1/0/3": "3", "GigabitEthernet1/0/4": "4"},
    "sw2": {"1/1/3": "3", "1/1/4": "4"},
    "sw3": {"3": "3", "4": "4"},
}


def edit(path: str, before: object = None, after: object = None) -> EditView:
    """An edit as a driver shows it; parts of the path are separated by `|`."""
    return EditView(path=tuple(path.split("|")), before=before, after=after)  # type: ignore[arg-type]


def seen_on(device: str, *edits: EditView, school: str = "schule-042", **more: object) -> Assessment:
    """What was seen on a switch."""
    return Assessment(device=device, school=school, dialect="x", edits=edits, **more)  # type: ignore[arg-type]


def findings(*assessments: Assessment, owed: tuple[str, ...] = ()) -> tuple[FindingSeen, ...]:
    """What a drift check of these makes of it."""
    schools = tuple(dict.fromkeys(found.school for found in assessments))
    return findings_of(
        DriftReport(checked=NOW, schools=schools, assessments=assessments, faults=(), findings=owed), PORTS
    )


def test_a_vlan_missing_on_three_switches_is_one_finding() -> None:
    """With its name, which goes with it."""
    lacks = (edit("vlan|60", None, True), edit("vlan|60|name", None, "MEDIEN"))
    (found,) = findings(*(seen_on(name, *lacks) for name in ("sw2", "sw1", "sw3")))
    assert (found.title, found.devices) == ("VLAN 60: missing", ("sw1", "sw2", "sw3"))
    assert found.path == ("vlan", "60")


def test_the_same_port_on_switches_of_three_makes_is_one_finding() -> None:
    """A port is called as the inventory calls it; another port is another finding."""
    said = ("TEST", None)
    found = findings(
        seen_on("sw1", edit("port|GigabitEthernet1/0/3|description", *said)),
        seen_on("sw2", edit("port|1/1/3|description", *said), edit("port|1/1/4|description", *said)),
        seen_on("sw3", edit("port|3|description", *said)),
    )
    assert [(item.path[1], item.devices) for item in found] == [("3", ("sw1", "sw2", "sw3")), ("4", ("sw2",))]


def test_another_value_or_another_school_is_another_finding() -> None:
    """What is decided about one says nothing about the other."""
    found = findings(
        seen_on("sw1", edit("stp|priority", "4096", "8192")),
        seen_on("sw2", edit("stp|priority", "0", "8192")),
        seen_on("sw3", edit("stp|priority", "4096", "8192"), school="schule-007"),
    )
    assert len({item.id for item in found}) == 3


def test_the_vlans_of_a_port_are_one_finding() -> None:
    """Mode, native and tagged VLANs make sense only together; one setting alone is itself."""
    edits = (
        edit("port|1/1/3|mode", "trunk", None),
        edit("port|1/1/3|native_vlan", "3", None),
        edit("port|1/1/3|tagged|40", True, None),
        edit("port|1/1/3|tagged|101", True, None),
        edit("port|1/1/3|access_vlan", None, "30"),
        edit("port|1/1/3|poe", None, "off"),
        edit("port|1/1/4|access_vlan", "10", "30"),
    )
    titles = [item.title for item in findings(seen_on("sw2", *edits))]
    assert titles == [
        "port 3, VLANs: is mode trunk, native VLAN 3, tagged 40 101, should be access VLAN 30",
        "port 3, PoE: is (default), should be off",
        "port 4, access VLAN: is 10, should be 30",
    ]


def test_ids_do_not_depend_on_the_order_of_edits() -> None:
    """A parser may name settings in another order."""
    edits = [
        edit("port|1/1/3|mode", "trunk", None),
        edit("port|1/1/3|tagged|40", True, None),
        edit("vlan|60", None, True),
    ]
    forth, back = (findings(seen_on("sw2", *order)) for order in (edits, edits[::-1]))
    assert {item.id for item in forth} == {item.id for item in back}


_ELSEWHERE = """
from campusctl.engine.findings import finding_id
from campusctl.model.plan import EditView
from campusctl.model.secret import Secret
mask = Secret("geheim").mask
path = ("snmp", "host", f"10.0.0.1 {mask}")
print(finding_id("schule-042", "switch", EditView(path=path, before=f"x {mask}", after="<<secret:device/3>>")))
"""


def test_ids_are_the_same_in_another_process_whatever_its_masks_are() -> None:
    """A mask is new in every process; it never enters an id."""
    mask = Secret("another").mask
    path = ("snmp", "host", f"10.0.0.1 {mask}")
    mine = finding_id("schule-042", "switch", EditView(path=path, before=f"x {mask}", after="<<secret:device/7>>"))
    run = [sys.executable, "-c", _ELSEWHERE]
    root = str(Path(__file__).parents[2])
    outs = {
        subprocess.run(
            run, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": root}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert outs == {mine}


def test_an_id_that_was_given_stays() -> None:
    """Written down here, so that a change of how it is made cannot go unnoticed: it would open everything again."""
    assert finding_id("schule-042", "switch", edit("vlan|60", None, True)) == "571e6134c2"


def test_secrets_stand_in_no_finding() -> None:
    """Not in a path, a value or a title."""
    secret = Secret("geheim-canary")
    path = ("snmp", "community", secret.mask)
    (found,) = findings(seen_on("sw1", EditView(path=path, before=f"ro {secret.mask}", after=MASK)))
    assert secret.mask not in found.model_dump_json()
    assert found.path == ("snmp", "community", MASK)


def test_control_characters_do_not_reach_a_title() -> None:
    """A description may have been made to move the cursor."""
    (found,) = findings(seen_on("sw1", edit("port|1|description", "a\x1b[2Jb\nc", None)))
    assert found.title.isprintable()


def test_what_is_refused_is_a_finding_with_its_reason_and_keeps_its_id() -> None:
    """Whether a revert is at hand today changes nothing about what differs."""
    gateway = edit("gateway", "10.0.0.2", "10.0.0.1")
    (plain,) = findings(seen_on("sw1", gateway))
    refused = RefusedCommand(command="ip default-gateway 10.0.0.1", reason="it would cut us off", path=("gateway",))
    (found,) = findings(seen_on("sw1", refused_edits=(gateway,), refused=(refused,)))
    assert found.id == plain.id
    assert found.title == "default gateway: is 10.0.0.2, should be 10.0.0.1 (apply refuses: it would cut us off)"
    (alone,) = findings(seen_on("sw1", refused=(refused,)))
    assert "refused" in alone.title


def test_unsaved_and_owed_are_findings_and_unmanaged_lines_are_none() -> None:
    """A line number is no part of an id."""
    told = "inventory/schools/schule-042/school.yml:{}: exceptions: lldp: the exception ended on 2020-01-31\nhint: ask"
    ids = []
    for line in (3, 33):
        unsaved, owed = findings(
            seen_on("sw1", startup_differs=True, unmanaged=("ip http server",)), owed=(told.format(line),)
        )
        assert unsaved.title == "running configuration is not saved"
        assert (owed.school, owed.device_class) == ("schule-042", "inventory")
        assert (
            owed.title == "inventory/schools/schule-042/school.yml: exceptions: lldp: the exception ended on 2020-01-31"
        )
        ids.append(owed.id)
    assert ids[0] == ids[1]


parts = st.sampled_from(["3", "name", "mode", "tagged", "access_vlan", "1/1/3", "GigabitEthernet1/0/3", "x y", MASK])
paths = st.one_of(
    st.tuples(st.sampled_from(["vlan", "svi", "user", "free", "gateway"]), parts),
    st.tuples(st.just("port"), parts, parts),
    st.tuples(st.just("port"), parts, st.just("tagged"), st.sampled_from(["10", "20", "all"])),
    st.tuples(st.sampled_from(["gateway", "hostname"])),
)
shown = st.one_of(st.none(), st.just(True), st.integers(0, 9), st.text(max_size=5), st.tuples(st.text(max_size=3)))
edits = st.lists(
    st.builds(EditView, path=paths, before=shown, after=shown), max_size=12, unique_by=lambda item: item.path
)


@given(edits)
def test_every_edit_is_in_exactly_one_finding(some: list[EditView]) -> None:
    """Nothing is lost, and nothing is decided twice."""
    spots = tuple(spots_of([seen_on("sw2", *some)], PORTS))
    held = [item for spot in spots for item in spot.edits]
    assert sorted(held, key=repr) == sorted(some, key=repr)
    assert all(found.title.isprintable() for found in findings(seen_on("sw2", *some)))


def _plan(*assessments: Assessment, paths: dict[str, tuple[tuple[str, ...], ...]] | None = None) -> Plan:
    login = DeviceLogin(host="h", user="u", known_hosts="k")

    def target(found: Assessment) -> Target:
        return Target(device=found.device, school=found.school, dialect="x", login=login, intended="")

    changes = tuple(Change(target=target(found), assessment=found) for found in assessments)
    return Plan(
        id="1", made=NOW, expires=NOW, tool_version="1", inventory_digest="", template_digest="",
        schools=("schule-042",), changes=changes,
    )  # fmt: skip


def test_a_plan_is_limited_to_where_the_finding_stands_as_it_was_seen() -> None:
    """A switch with another value by now, or with something more, is left out."""
    server = edit("syslog|server|10.9.9.9", True, None)
    (finding, *_) = findings(seen_on("sw1", server), seen_on("sw2", server), seen_on("sw3", server))
    plan = _plan(
        seen_on("sw1", server, startup_differs=True),
        seen_on("sw2", edit("syslog|server|10.9.9.9", "vrf mgmt", None)),
        seen_on("sw3", server, edit("vlan|60", None, True)),
    )
    assert [change.target.device for change in only(plan, finding, PORTS).changes] == ["sw1"]
    wanted = narrowed([change.target for change in plan.changes], finding, PORTS)
    assert {target.only for target in wanted} == {(("syslog", "server", "10.9.9.9"),)}


def test_the_paths_of_a_finding_are_those_of_each_switch() -> None:
    """Port 3 has another name on every make."""
    (finding,) = findings(
        seen_on("sw1", edit("port|GigabitEthernet1/0/3|poe", None, "off")),
        seen_on("sw2", edit("port|1/1/3|poe", None, "off")),
    )
    targets = [change.target for change in _plan(seen_on("sw1"), seen_on("sw2"), seen_on("sw3")).changes]
    assert [target.only for target in narrowed(targets, finding, PORTS)] == [
        (("port", "GigabitEthernet1/0/3", "poe"),), (("port", "1/1/3", "poe"),),
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "more"), [(("sw1",), ("sw2",)), (("sw1", "sw2"), ()), (("sw1", "sw2", "sw3"), ())])
def test_what_a_finding_has_grown_by(before: tuple[str, ...], more: tuple[str, ...]) -> None:
    """Devices that were not there when it was recorded last."""
    (found,) = findings(seen_on("sw1", edit("vlan|60", None, True)), seen_on("sw2", edit("vlan|60", None, True)))
    row = FindingRow(**found.model_dump() | {"devices": before}, first_seen=NOW, last_seen=NOW)
    assert grown(row, found) == more
