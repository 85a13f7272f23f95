"""Net-SNMP's own agent as a printer: v2c and v3, what it sets, what it refuses."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from printer_rig import SECRETS, V2C, V3, Peer, edits, free_port, target_at, wanted

from campusctl.drivers.printer.snmp_trouble import SILENCE
from campusctl.model.outcome import FaultKind, OutcomeKind

pytestmark = pytest.mark.skipif(not shutil.which("snmpd", path="/usr/sbin:/usr/bin"), reason="apt-get install snmpd")

CONFIG = """
agentAddress udp:127.0.0.1:{port}
rocommunity schul-ro-12 127.0.0.0/8
rwcommunity schul-rw-12 127.0.0.0/8
createUser campus SHA-256 authpass-demo AES privpass-demo
rwuser campus authpriv
sysServices 72
override -rw 1.3.6.1.2.1.43.5.1.1.4.1 octet_str "it@schule.example"
override 1.3.6.1.2.1.43.5.1.1.17.1 octet_str "PR007-0001"
override 1.3.6.1.2.1.43.5.1.1.16.1 octet_str "printer"
override 1.3.6.1.2.1.43.10.2.1.4.1.1 counter 48211
override 1.3.6.1.2.1.43.11.1.1.6.1.1 octet_str "Black Toner"
override 1.3.6.1.2.1.43.11.1.1.8.1.1 integer 100
override 1.3.6.1.2.1.43.11.1.1.9.1.1 integer 9
override 1.3.6.1.2.1.25.3.2.1.3.1 octet_str "Kyocera ECOSYS P3145dn"
override 1.3.6.1.2.1.25.3.5.1.1.1 integer 3
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An snmpd of our own."""
    folder = tmp_path_factory.mktemp("snmpd")
    number = free_port("127.0.0.1", socket.SOCK_DGRAM)
    config = folder / "snmpd.conf"
    config.write_text(CONFIG.format(port=number))
    (folder / "state").mkdir()
    environ = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(folder / "state")}
    log = folder / "log"
    command = ["snmpd", "-f", "-Lf", str(log), "-C", "-c", str(config), "-p", str(folder / "pid"), "-I", "-smux"]
    environ["PATH"] += ":/usr/sbin"
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait(log)
        yield number
        process.terminate()


def _wait(log: Path) -> None:
    end = time.monotonic() + 10
    while "NET-SNMP version" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < end, "snmpd did not come up"
        time.sleep(0.02)


def _peer(port: int, printer: dict[str, Any], **secrets: str) -> Peer:
    return Peer(target_at("127.0.0.1", port, wanted(printer, "snmp"), "snmp"), secrets={**SECRETS, **secrets})


@pytest.mark.parametrize("snmp", [V2C, V3], ids=["v2c", "v3"])
def test_it_is_read_and_set(port: int, snmp: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """Facts and notes; what may be set is set and read back; with an umlaut."""
    name = request.node.callspec.id
    printer = {
        "snmp": snmp,
        "system": {"location": f"Büro {name}", "contact": f"{name}@stadt.example"},
        "operator": name,
    }
    peer = _peer(port, printer)
    seen = peer.seen()
    assert seen.facts == {
        "serial": "PR007-0001", "model": "Kyocera ECOSYS P3145dn", "state": "idle", "pages": "48211",
        "supplies": "Black Toner 9 %",
        "alarms": "marker-supply-low",
    }  # fmt: skip
    assert seen.notes == ("Black Toner 9 %",)
    assert set(edits(seen)) == {"system/location", "system/contact", "operator"}
    outcome = peer.apply(seen)
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, 3)
    assert not peer.seen().drifted


def test_what_it_refuses_is_named_and_the_rest_is_set(port: int) -> None:
    """Snmpd says `notWritable` to the whole request; one by one it takes the others."""
    peer = _peer(port, {"snmp": V2C, "mib_name": "other", "operator": "somebody", "system": {"location": None}})
    outcome = peer.apply()
    assert outcome.fault is not None
    assert outcome.fault.kind is FaultKind.REJECTED
    assert outcome.fault.what == ("it refuses mib-name: it lets nobody set it (notWritable) (1 of 2 settings are made)")


def test_a_community_that_may_only_read(port: int) -> None:
    """`noAccess` in plain words."""
    peer = _peer(
        port, {"snmp": {**V2C, "write_community": "printer/snmp-ro"}, "operator": "x", "system": {"location": None}}
    )
    outcome = peer.apply()
    assert outcome.fault is not None
    assert outcome.fault.what == "it refuses operator: our SNMP access may not set it (noAccess)"


def test_silence_and_refusal_are_not_the_same(port: int) -> None:
    """A wrong community is not answered; a wrong passphrase and a wrong user are."""
    silent = _peer(port, {"snmp": V2C}, **{"printer/snmp-ro": "wrong-one-1"}).trouble()
    assert (silent.kind, silent.what) == (FaultKind.TIMEOUT, SILENCE["2c"])
    wrong = _peer(port, {"snmp": V3}, **{"printer/snmp-auth": "wrong-pass-1"}).trouble()
    assert (wrong.kind, wrong.what) == (FaultKind.AUTH, "SNMP refuses our authentication passphrase (or its protocol)")
    unknown = _peer(port, {"snmp": {**V3, "user": "nobody"}}).trouble()
    assert (unknown.kind, unknown.what) == (FaultKind.AUTH, "SNMP does not know our user")
    plain = _peer(port, {"snmp": {**V3, "privacy": ""}}).trouble()
    assert (plain.kind, plain.what) == (
        FaultKind.AUTH, "SNMP knows us and lets us see nothing: is there a passphrase too few?",
    )  # fmt: skip
    dark = _peer(port, {"snmp": V3}, **{"printer/snmp-privacy": "wrong-pass-1"}).trouble()
    assert (dark.kind, dark.what) == (FaultKind.TIMEOUT, SILENCE["3"])
