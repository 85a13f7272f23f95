"""A VLAN that an exception gives to one port is a VLAN the switch has, and one the city must know."""

from pathlib import Path

import pytest

from campusctl.errors import InventoryError
from campusctl.inventory.edit import append
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent

SWITCH = "s042-a2-sw01"


def _except(root: Path, path: str, value: object) -> None:
    school = root / "inventory/schools/schule-042/school.yml"
    item = {"path": path, "value": value, "device": SWITCH, "reason": "Exam network", "owner": "medien"}
    text = school.read_text()
    school.write_text(append(text, ("exceptions",), item | {"until": "2027-01-31"}).apply(text))


@pytest.mark.parametrize("port", ["2", "23", "48"])
def test_the_switch_and_its_uplink_carry_the_vlan_of_an_exception(musterstadt: Path, port: str) -> None:
    """Whether the port stands in a range, first or last, or in no entry at all."""
    _except(musterstadt, f"ports.{port}.vlan", 120)
    intent = switch_intent(load_city(musterstadt, ["schule-042"]), "schule-042", SWITCH)
    assert 120 in {vlan.id for vlan in intent.vlans}
    uplink = next(found for found in intent.ports if found.role == "uplink")
    assert 120 in uplink.tagged


@pytest.mark.parametrize(
    ("path", "value"),
    [("ports.2.vlan", 777), ("ports.2.tagged", [30, 777]), ("ports.2.voice_vlan", 777), ("extra_vlans", [777])],
)
def test_a_vlan_that_the_city_does_not_know_is_a_problem(musterstadt: Path, path: str, value: object) -> None:
    """In an exception like anywhere else."""
    _except(musterstadt, path, value)
    with pytest.raises(InventoryError, match="unknown vlan 777"):
        load_city(musterstadt, ["schule-042"])
