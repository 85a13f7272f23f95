"""The fast path says what the slow one says: the lab's printer, read by both."""

import asyncio
from collections.abc import Mapping

import pytest
from printer_rig import SECRETS, STANDARD, Peer, Rig

from campusctl.drivers.printer import printer_mib
from campusctl.drivers.printer.snmp_agent import Credentials, Place, Reader, Value, columns, open_agent
from campusctl.drivers.printer.snmp_fast import FastReader, fast_reader
from campusctl.drivers.printer.snmp_trouble import SnmpSilentError

SYSTEM = "1.3.6.1.2.1.1"
GENERAL = "1.3.6.1.2.1.43.5.1.1"
OBJECTS = [*(f"{SYSTEM}.{number}.0" for number in range(1, 9)), *(f"{GENERAL}.{number}.1" for number in range(1, 20))]
READ = Credentials("2c", SECRETS["printer/snmp-ro"])

Told = tuple[Mapping[str, Value], Mapping[str, Mapping[str, Value]]]


@pytest.fixture(scope="module")
def peer(rig: Rig) -> Peer:
    """A printer with an umlaut in it and an empty text."""
    return rig.printer("paper-out", printer={**STANDARD, "operator": "Hausmeister Böll"}, dialect="snmp")


async def _all(reader: Reader) -> Told:
    await reader.bulk([GENERAL], 1)
    return await reader.get(OBJECTS), await columns(reader, printer_mib.COLUMNS)


async def _both(peer: Peer) -> tuple[Told, Told]:
    login = peer.target.login
    place = Place(login.host, login.port, 3.0)
    async with open_agent(place, READ) as agent:
        fast = fast_reader(agent, place, READ)
        assert isinstance(fast, FastReader)
        return await _all(agent), await _all(fast)


def test_both_read_the_same(peer: Peer) -> None:
    """Scalars and tables: numbers, texts in UTF-8, empty texts, what is not there."""
    slow, fast = asyncio.run(_both(peer))
    assert fast == slow
    objects, tables = slow
    assert objects[f"{GENERAL}.4.1"] == "Hausmeister Böll".encode()
    assert objects[f"{SYSTEM}.4.0"] == b""
    assert f"{GENERAL}.6.1" not in objects
    assert tables["1.3.6.1.2.1.43.8.2.1.10"] == {"1.1": 0, "1.2": 310}


def test_it_is_for_reading_v2c_only() -> None:
    """SNMPv3 gains nothing by it."""

    async def kinds() -> list[str]:
        place = Place("127.0.0.1", 1, 1.0)
        v3 = Credentials("3", user="campus")
        async with open_agent(place, READ) as one, open_agent(place, v3) as other:
            return [type(fast_reader(one, place, READ)).__name__, type(fast_reader(other, place, v3)).__name__]

    assert asyncio.run(kinds()) == ["FastReader", "Agent"]


def test_silence_is_silence(rig: Rig) -> None:
    """A printer that never answers does not get as far as the one thread; one that stops answering is silent, too."""
    peer = rig.printer(dialect="snmp")

    async def ask() -> tuple[bool, bool]:
        login = peer.target.login
        place = Place(login.host, login.port, 0.9)
        async with open_agent(place, READ) as agent:
            first, later = FastReader(agent, place, READ), FastReader(agent, place, READ)
            await later.bulk([GENERAL], 1)
            await asyncio.to_thread(rig.faults, peer, "no-snmp")
            return await _silent(first), await _silent(later)

    assert asyncio.run(ask()) == (True, True)


async def _silent(reader: Reader) -> bool:
    try:
        await reader.get([f"{SYSTEM}.5.0"])
    except SnmpSilentError:
        return True
    return False


def test_secrets_do_not_stand_in_what_is_shown() -> None:
    """Credentials never print a passphrase."""
    assert repr(Credentials("3", "com-x", "campus", "auth-x", "priv-x")) == "Credentials(version='3', user='campus')"
