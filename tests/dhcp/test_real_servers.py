"""What is printed for the example city is what real DHCP and name servers take."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from campusctl.workflow.exporting_addresses import address_file

CITY = Path(__file__).parents[2]
SBIN = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
SCHOOLS = ("schule-042", "schule-101")


def _run(package: str, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    program = shutil.which(words[0], path=SBIN)
    if program is None:
        pytest.skip(f"{words[0]} is not there: apt-get install {package}")
    return subprocess.run([program, *words[1:]], capture_output=True, text=True, timeout=30, check=False)


def _file(tmp_path: Path, school: str, kind: str) -> Path:
    file = tmp_path / kind
    file.write_text(address_file(CITY, school, kind).text)
    return file


@pytest.mark.parametrize("school", SCHOOLS)
def test_dnsmasq_takes_the_file(tmp_path: Path, school: str) -> None:
    """`dnsmasq --test` says yes, and no to one that is spoilt."""
    file = _file(tmp_path, school, "dnsmasq")
    done = _run("dnsmasq-base", ["dnsmasq", "--test", f"--conf-file={file}"])
    assert (done.returncode, done.stderr.strip()) == (0, "dnsmasq: syntax check OK.")
    file.write_text(file.read_text().replace("dhcp-host=", "dhcp-hots=", 1))
    assert _run("dnsmasq-base", ["dnsmasq", "--test", f"--conf-file={file}"]).returncode == 1


@pytest.mark.parametrize("school", SCHOOLS)
def test_kea_takes_the_file(tmp_path: Path, school: str) -> None:
    """`kea-dhcp4 -t` says yes, and no to one that is spoilt."""
    file = _file(tmp_path, school, "kea")
    done = _run("kea-dhcp4-server", ["kea-dhcp4", "-t", str(file)])
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text(file.read_text().replace('"hw-address"', '"hw-adress"', 1))
    assert _run("kea-dhcp4-server", ["kea-dhcp4", "-t", str(file)]).returncode == 1


@pytest.mark.parametrize("school", SCHOOLS)
def test_dhcpd_takes_the_file(tmp_path: Path, school: str) -> None:
    """`dhcpd -t` says yes, and no to one that is spoilt."""
    file = _file(tmp_path, school, "isc")
    leases = tmp_path / "leases"
    leases.touch()
    words = ["dhcpd", "-t", "-cf", str(file), "-lf", str(leases)]
    done = _run("isc-dhcp-server", words)
    assert done.returncode == 0, done.stderr
    file.write_text(file.read_text().replace("hardware ethernet", "hardware eternet", 1))
    assert _run("isc-dhcp-server", words).returncode == 1


@pytest.mark.parametrize(
    ("kind", "zone"), [("bind", "schulen.musterstadt.example"), ("bind-reverse", "42.10.in-addr.arpa")]
)
def test_bind_takes_the_records_into_a_zone(tmp_path: Path, kind: str, zone: str) -> None:
    """`named-checkzone` loads every record, and none is outside the zone."""
    file = _file(tmp_path, "schule-042", kind)
    whole = tmp_path / "zone"
    whole.write_text(
        f"$TTL 3600\n@ IN SOA ns.example. hostmaster.example. 1 7200 3600 1209600 3600\n"
        f"@ IN NS ns.example.\n$INCLUDE {file}\n"
    )
    done = _run("bind9-utils", ["named-checkzone", "-D", zone, str(whole)])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ignoring" not in done.stdout + done.stderr
    records = [line for line in file.read_text().splitlines() if " IN " in line]
    assert len(records) > 30
    assert done.stdout.count(" IN A\t") + done.stdout.count(" IN PTR\t") == len(records)
