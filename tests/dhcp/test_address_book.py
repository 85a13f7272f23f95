"""From the example city to address books and the commands that print them."""

from dataclasses import replace
from pathlib import Path

import pytest

from campusctl.cli.main import call
from campusctl.inventory.address_book import address_book, host_of
from campusctl.inventory.load import load_city
from campusctl.model.address_book import Host

DEVICES = "inventory/schools/schule-042/devices-rooms.yml"
PRINTER = "s042-r110-pr01"


def _edit(root: Path, before: str, after: str) -> None:
    file = root / DEVICES
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, after))


def test_every_device_with_an_address_is_in_the_subnet_of_its_vlan(musterstadt: Path) -> None:
    """Subnets ascend, and so do the devices in them; who has no address is not there."""
    city = load_city(musterstadt, ["schule-042"])
    school = city.school("schule-042")
    book = address_book(city, school)
    assert [host.name for host in book.hosts] == sorted(
        (device.name for device in school.devices.values() if device.address),
        key=lambda name: [int(part) for part in str(school.devices[name].address).split(".")],
    )
    printers = next(net for net in book.nets if net.vlan == 70)
    assert (printers.site, printers.name, printers.network, printers.gateway, printers.domain, printers.dns) == (
        42, "DRUCKER", "10.42.70.0/24", "10.42.70.1", "schulen.musterstadt.example", ("10.255.0.53", "10.255.1.53"),
    )  # fmt: skip
    assert printers.hosts[0] == host_of(city, school, school.devices[PRINTER])
    assert book.loose == ()


def test_a_device_in_no_subnet_of_ours_is_loose(musterstadt: Path) -> None:
    """It has a name; no reservation stands outside a subnet."""
    city = load_city(musterstadt, ["schule-042"])
    school = city.school("schule-042")
    stray = school.devices[PRINTER].model_copy(update={"address": "192.0.2.9"})
    book = address_book(city, replace(school, devices={**school.devices, PRINTER: stray}))
    assert [host.name for host in book.loose] == [PRINTER]
    assert PRINTER not in {host.name for net in book.nets for host in net.hosts}


def test_a_subnet_whose_devices_disagree_has_no_name_servers(musterstadt: Path) -> None:
    """Which ones would be a guess."""
    file = musterstadt / "inventory/schools/schule-042/devices-rooms.yml"
    line = next(line for line in file.read_text().splitlines() if line.startswith(f"  {PRINTER}: "))
    other = line.removesuffix("}") + ", settings: {dns: {servers: [10.42.10.53]}}}"
    file.write_text(file.read_text().replace(line, other))
    city = load_city(musterstadt, ["schule-042"])
    book = address_book(city, city.school("schule-042"))
    assert {net.vlan: net.dns for net in book.nets}[70] == ()


def test_a_device_is_an_entry_of_its_own(musterstadt: Path) -> None:
    """What onboarding shows: name, domain, address, MAC; nothing without an address."""
    city = load_city(musterstadt, ["schule-042"])
    school = city.school("schule-042")
    device = school.devices[PRINTER]
    assert host_of(city, school, device) == Host(
        name=PRINTER, domain="schulen.musterstadt.example", address="10.42.70.11", mac="00:80:77:42:00:01"
    )
    assert host_of(city, school, device.model_copy(update={"address": None})) is None


def test_a_building_at_another_site_has_that_sites_subnets(musterstadt: Path) -> None:
    """Its devices stand in subnets of their own, with their own gateways."""
    file = musterstadt / "inventory/schools/schule-007/school.yml"
    spec = load_city(musterstadt, ["schule-007"]).school("schule-007").spec
    building = next(iter(spec.buildings))
    text = file.read_text()
    assert text.count(f"\n  {building}:\n") == 1
    file.write_text(text.replace(f"\n  {building}:\n", f"\n  {building}:\n    site: 107\n"))
    devices = musterstadt / "inventory/schools/schule-007/devices.yml"
    devices.write_text(devices.read_text().replace("10.7.", "10.107."))
    city = load_city(musterstadt, ["schule-007"])
    nets = address_book(city, city.school("schule-007")).nets
    assert {(net.site, net.network.split(".")[1], net.gateway.split(".")[1]) for net in nets} == {(107, "107", "107")}


def test_the_command_prints_and_tells_who_is_left_out(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file goes to stdout, notes to stderr."""
    _edit(musterstadt, 'address: 10.42.70.11, mac: "00:80:77:42:00:01", ', "address: 10.42.70.11, ")
    assert call(["--workspace", str(musterstadt), "export", "dnsmasq", "s042"]) == 0
    out, err = capsys.readouterr()
    assert f"\nhost-record={PRINTER}.schulen.musterstadt.example,{PRINTER},10.42.70.11\n" in out
    assert f",{PRINTER}\n" not in out
    assert f"note: no MAC address, so no reservation: {PRINTER}\n" in err


def test_a_file_is_replaced_in_full(musterstadt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out` writes what would be printed."""
    root, file = str(musterstadt), tmp_path / "hosts"
    assert call(["--workspace", root, "export", "hosts", "schule-042", "--out", str(file)]) == 0
    assert f"hosts file in {file}\n" in capsys.readouterr().err
    assert call(["--workspace", root, "export", "hosts", "schule-042"]) == 0
    assert file.read_text() == capsys.readouterr().out


@pytest.mark.parametrize(("field", "before", "after"), [
    ("address", "address: 10.42.70.12", "address: 10.42.70.11"),
    ("MAC", '"00:80:77:42:00:02"', '"00-80-77-42-00-01"'),
])  # fmt: skip
def test_two_devices_with_one_address_or_mac_are_said(
    musterstadt: Path, capsys: pytest.CaptureFixture[str], field: str, before: str, after: str
) -> None:
    """No file is printed; file, line and both devices are."""
    _edit(musterstadt, before, after)
    assert call(["--workspace", str(musterstadt), "export", "kea", "schule-042"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{DEVICES}:" in err
    assert "s042-r201-pr01" in err
    assert PRINTER in err
    assert field in err


def test_an_unknown_school_is_guessed(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As everywhere."""
    assert call(["--workspace", str(musterstadt), "export", "isc", "schule-024"]) == 1
    assert "did you mean schule-042" in capsys.readouterr().err


@pytest.mark.parametrize("domain", ["schüle.example", "s_042.example", f"{'x' * 64}.example", "-a.example", "a..b"])
def test_a_domain_that_a_name_server_refuses_is_refused_with_its_line(
    musterstadt: Path, capsys: pytest.CaptureFixture[str], domain: str
) -> None:
    """Umlauts, underscores, more than 63 characters between two dots; nothing is printed."""
    city = musterstadt / "inventory" / "city.yml"
    text = city.read_text()
    line = text[: text.index("schulen.musterstadt.example")].count("\n") + 1
    city.write_text(text.replace("schulen.musterstadt.example", domain, 1))
    assert call(["--workspace", str(musterstadt), "export", "bind", "schule-042"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"inventory/city.yml:{line}: " in err
    assert "a DNS domain" in err
