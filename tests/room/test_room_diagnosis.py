"""From what was seen to the first cause: a table of everything that can be wrong in a room, one line each."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.room import diagnose, diagnose_switch
from campusctl.engine.room_causes import KINDS
from campusctl.model.outcome import FaultKind
from campusctl.model.room import Cause, Diagnosis, Plug, Queue, Seen, Service, Sighting, Status
from campusctl.model.tables import PortNow, PowerState
from campusctl.words.language import translate_to
from campusctl.words.room import what_is_wrong, what_to_do

MAC, STRANGER = "00:0c:f1:42:01:01", "02:00:00:00:00:99"
PLUG = Plug(switch="s042-a2-sw01", port="GigabitEthernet1/0/6", label="6", vlan=60)
FED = PLUG.model_copy(update={"powered": True})
PORT = PortNow(up=True, enabled=True, mode="access", vlan=60)
WELL = Service(wanted_source="ops", knows_source=True)
BOARD = Seen(
    device="s042-r101-dt01", school="schule-042", address="10.42.60.11", mac=MAC, serial="BD1", has_source=True,
    plug=PLUG, port=PORT, heard=(MAC,), answers=True, service=WELL,
)  # fmt: skip
DEAD: dict[str, Any] = {"answers": False, "service": Service(fault=FaultKind.TIMEOUT, detail="it does not answer")}
NO_VIEW: dict[str, Any] = {"port": None, "heard": ()}
THERE = Sighting(switch="s042-a2-sw01", port="9")


def port(**changes: object) -> PortNow:
    """The board's port, with something else about it."""
    return PORT.model_copy(update=changes)


def told(**changes: object) -> dict[str, Service]:
    """The board answers, with something else about it."""
    return {"service": WELL.model_copy(update=changes)}


def stopped(kind: FaultKind) -> dict[str, Any]:
    """It answers, and its driver got no further."""
    return {"service": Service(fault=kind, detail="in its own words")}


def cloud(kind: FaultKind) -> dict[str, Any]:
    """It is asked for in a cloud, which says this."""
    return {"answers": None, "service": Service(fault=kind, cloud=True)}


def queues(cause: Cause | None) -> dict[str, Any]:
    """A print server prints on it."""
    return {"queues": (Queue(name="flur", server="s042-a1-ps01", cause=cause),)}


OK, DRIFT, OFF, FAULT = Status.OK, Status.DRIFT, Status.OFF, Status.FAULT
PC = {"often_off": True, "has_source": False, "service": None}

CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # What differs from a board that is well: overall status, causes, and each step (- was not looked at).
    "well": ({}, "ok", "", "ok ok ok ok ok ok"),
    # Power
    "switch dead": (DEAD | NO_VIEW | {"switch_fault": FaultKind.UNREACHABLE, "dead_switch": "s042-a1-sw01"},
                    "fault", "switch-dead", "fault - - - - -"),
    "switch hangs": (DEAD | NO_VIEW | {"switch_fault": FaultKind.TIMEOUT}, "fault", "switch-dead", "fault - - - - -"),
    "switch dead, board answers": (NO_VIEW | {"switch_fault": FaultKind.UNREACHABLE}, "ok", "", "ok ok ok ok ok ok"),
    "PoE off": (DEAD | {"plug": FED, "port": port(up=False, power=PowerState.DISABLED), "heard": ()},
                "fault", "poe-off", "fault - - - - -"),
    "PoE denied": (DEAD | {"plug": FED, "port": port(up=False, power=PowerState.DENIED), "heard": ()},
                   "fault", "poe-denied", "fault - - - - -"),
    "PoE fault": (DEAD | {"plug": FED, "port": port(up=False, power=PowerState.FAULT), "heard": ()},
                  "fault", "poe-fault", "fault - - - - -"),
    "PoE off at a port that need not feed": (DEAD | {"port": port(up=False, power=PowerState.DISABLED), "heard": ()},
                                             "fault", "no-link", "unknown fault - - - -"),
    "fed, cable out": (DEAD | {"plug": FED, "port": port(up=False, power=PowerState.SEARCHING), "heard": ()},
                       "fault", "no-link", "unknown fault - - - -"),
    "fed, port shut": (DEAD | {"plug": FED, "port": port(up=False, enabled=False, power=PowerState.DISABLED),
                               "heard": ()}, "fault", "port-shut", "unknown fault - - - -"),
    "fed, port closed by the switch": (
        DEAD | {"plug": FED, "port": port(up=False, closed="bpduguard", power=PowerState.DISABLED), "heard": ()},
        "fault", "port-loop", "unknown fault - - - -"),
    # Link
    "closed because of a loop": (DEAD | {"port": port(up=False, closed="Disabled by loop-protect"), "heard": ()},
                                 "fault", "port-loop", "unknown fault - - - -"),
    "closed because of a stranger": (DEAD | {"port": port(up=False, closed="psecure-violation"), "heard": ()},
                                     "fault", "port-intruder", "unknown fault - - - -"),
    "closed because of an error": (DEAD | {"port": port(up=False, closed="link-flap"), "heard": ()},
                                   "fault", "port-closed", "unknown fault - - - -"),
    "half duplex": ({"port": port(speed_mbps=100, half_duplex=True)}, "drift", "slow-link", "ok drift ok ok ok ok"),
    "10 Mbit/s, and the wrong VLAN": ({"port": port(speed_mbps=10, vlan=30)}, "drift", "slow-link wrong-vlan",
                                      "ok drift drift ok ok ok"),
    "a PC at 10 Mbit/s": (PC | {"port": port(speed_mbps=10)}, "ok", "", "ok ok ok ok unknown"),
    "cable out": (DEAD | {"port": port(up=False), "heard": ()}, "fault", "no-link", "unknown fault - - - -"),
    "port shut": (DEAD | {"port": port(up=False, enabled=False), "heard": ()},
                  "fault", "port-shut", "unknown fault - - - -"),
    "port shut as wanted": (DEAD | {"plug": PLUG.model_copy(update={"shut": True}),
                                    "port": port(up=False, enabled=False), "heard": ()},
                            "fault", "port-shut-wanted", "unknown fault - - - -"),
    "on another port": (DEAD | {"port": port(up=False), "heard": (), "elsewhere": THERE},
                        "fault", "other-port", "unknown fault - - - -"),
    "on another port, and works": ({"port": port(up=False), "heard": (), "elsewhere": THERE},
                                   "drift", "other-port", "ok drift ok ok ok ok"),
    "answers from nowhere": ({"port": port(up=False), "heard": ()}, "drift", "elsewhere", "ok drift ok ok ok ok"),
    "answers through a port that is shut": ({"port": port(up=False, enabled=False), "heard": ()},
                                            "drift", "elsewhere", "ok drift ok ok ok ok"),
    "another device at its port": (DEAD | {"heard": (STRANGER,), "others": (STRANGER,)},
                                   "fault", "other-device", "ok fault - - - -"),
    "another device beside it": (DEAD | {"heard": (MAC, STRANGER), "others": (STRANGER,)},
                                 "fault", "no-address", "ok ok ok fault - -"),
    "PC off": (DEAD | PC | {"port": port(up=False), "heard": ()}, "off", "switched-off", "unknown off - - -"),
    "PC off, port shut": (DEAD | PC | {"port": port(up=False, enabled=False), "heard": ()},
                          "fault", "port-shut", "unknown fault - - -"),
    "PC off with a link": (DEAD | PC | {"heard": ()}, "off", "silent-off", "ok ok ok off -"),
    "PC asleep": (DEAD | PC | {"service": Service(fault=FaultKind.OFF, pc=True)}, "off", "pc-off", "ok ok ok off -"),
    "PC off, nothing known": (DEAD | PC | NO_VIEW | {"switch_fault": FaultKind.SECRET},
                              "off", "silent-off", "unknown unknown unknown off -"),
    "port unknown": ({"plug": None, **NO_VIEW}, "ok", "", "ok ok ok ok ok ok"),
    "port unknown, seen": ({"plug": None, **NO_VIEW, "elsewhere": THERE}, "ok", "",
                           "ok ok ok ok ok ok"),
    "port unknown, silent": (DEAD | {"plug": None, **NO_VIEW}, "fault", "silent port-unknown",
                             "unknown unknown unknown fault - -"),
    "port unknown, seen and silent": (DEAD | {"plug": None, **NO_VIEW, "elsewhere": THERE},
                                      "fault", "no-address port-unknown-seen", "unknown unknown unknown fault - -"),
    # VLAN
    "wrong VLAN": (DEAD | {"port": port(vlan=30)}, "fault", "wrong-vlan", "ok ok fault - - -"),
    "wrong VLAN, and works": ({"port": port(vlan=30)}, "drift", "wrong-vlan", "ok ok drift ok ok ok"),
    "no VLAN at all": (DEAD | {"port": port(vlan=None, mode="trunk")}, "fault", "no-vlan", "ok ok fault - - -"),
    "VLAN not known": (DEAD | {"port": port(vlan=None, mode="")}, "fault", "no-address", "ok ok unknown fault - -"),
    "a tagged VLAN is missing": ({"plug": PLUG.model_copy(update={"tagged": (40, 50)}), "port": port(tagged=(40,))},
                                 "drift", "missing-vlan", "ok ok drift ok ok ok"),
    "a trunk that carries all": ({"plug": PLUG.model_copy(update={"tagged": (40, 50)}),
                                  "port": port(mode="trunk", every_vlan=True)}, "ok", "", "ok ok ok ok ok ok"),
    "cable out hides the wrong VLAN": (DEAD | {"port": port(up=False, vlan=30), "heard": ()},
                                       "fault", "no-link", "unknown fault - - - -"),
    # Address
    "no address": (DEAD, "fault", "no-address", "ok ok ok fault - -"),
    "link, and not a word": (DEAD | {"heard": ()}, "fault", "quiet", "ok ok ok fault - -"),
    "another address": (DEAD | {"has_address": "10.42.60.99"}, "fault", "other-address", "ok ok ok fault - -"),
    "another address, by an old row, and answers": ({"has_address": "10.42.60.99"}, "ok", "", "ok ok ok ok ok ok"),
    "address taken": ({"address_of": "s042-r102-dt01"}, "fault", "address-taken", "ok ok ok fault - -"),
    "address taken, cable out": ({"address_of": "s042-r102-dt01", "port": port(up=False), "heard": ()},
                                 "fault", "no-link", "unknown fault - - - -"),
    "silent, login of the switch missing": (DEAD | NO_VIEW | {"switch_fault": FaultKind.SECRET},
                                            "fault", "silent", "unknown unknown unknown fault - -"),
    "silent, login of the switch refused": (DEAD | NO_VIEW | {"switch_fault": FaultKind.AUTH},
                                            "fault", "silent", "unknown unknown unknown fault - -"),
    "silent, switch too slow for us": (DEAD | NO_VIEW | {"switch_fault": FaultKind.INTERRUPTED},
                                       "fault", "silent", "unknown unknown unknown fault - -"),
    "has no address in the inventory": ({"address": "", "answers": None, "service": None},
                                        "ok", "", "ok ok ok unknown unknown unknown"),
    "has none, cable out": ({"address": "", "answers": None, "service": None, "port": port(up=False), "heard": ()},
                            "fault", "no-link", "unknown fault - - - -"),
    "nothing known at all": ({"address": "", "answers": None, "service": None, **NO_VIEW},
                             "unknown", "", "unknown unknown unknown unknown unknown unknown"),
    # Service
    "standby": (told(standby=True, source="hdmi1"), "off", "standby", "ok ok ok ok off -"),
    "standby, without a word more": (stopped(FaultKind.OFF), "off", "standby", "ok ok ok ok off -"),
    "wrong PIN": (stopped(FaultKind.AUTH), "fault", "wrong-login", "ok ok ok ok fault -"),
    "warms up": (told(troubles=(Cause.WARMING_UP,)), "off", "warming-up", "ok ok ok ok off -"),
    "cools down": (told(troubles=(Cause.COOLING_DOWN,)), "off", "cooling-down", "ok ok ok ok off -"),
    "its lamp is old": (told(troubles=(Cause.LAMP_SOON,)), "ok", "lamp-soon", "ok ok ok ok ok ok"),
    "no PIN in the vault": (stopped(FaultKind.SECRET), "fault", "no-secret", "ok ok ok ok fault -"),
    "other key": (stopped(FaultKind.HOST_KEY), "fault", "wrong-key", "ok ok ok ok fault -"),
    "another protocol": (stopped(FaultKind.MALFORMED), "fault", "other-protocol", "ok ok ok ok fault -"),
    "nothing listens": (stopped(FaultKind.UNREACHABLE), "fault", "not-listening", "ok ok ok ok fault -"),
    "hangs": (stopped(FaultKind.TIMEOUT), "fault", "hangs", "ok ok ok ok fault -"),
    "any other trouble": (stopped(FaultKind.INTERNAL), "fault", "not-read", "ok ok ok ok fault -"),
    "too late": ({"service": Service(late=True)}, "unknown", "not-in-time", "ok ok ok ok unknown unknown"),
    "no driver": ({"service": None}, "ok", "", "ok ok ok ok unknown unknown"),
    "another serial number": (told(serial="BD9"), "fault", "stranger", "ok ok ok unknown fault -"),
    "paper out": (told(troubles=(Cause.PAPER_OUT, Cause.TONER_LOW)), "fault", "paper-out toner-low",
                  "ok ok ok ok fault -"),
    "toner low": (told(troubles=(Cause.TONER_LOW,)), "ok", "toner-low", "ok ok ok ok ok ok"),
    "checklist not signed": (told(differs=3, by_hand=True), "drift", "unsigned", "ok ok ok ok drift ok"),
    "managed from a cloud, not heard of": (cloud(FaultKind.OFF), "off", "not-reported", "ok ok ok unknown off -"),
    "a cloud without our account": (cloud(FaultKind.AUTH), "fault", "cloud-login", "ok ok ok unknown fault -"),
    "a cloud that does not know it": (cloud(FaultKind.REJECTED), "fault", "cloud-unknown",
                                      "ok ok ok unknown fault -"),
    "a cloud that has trouble": (cloud(FaultKind.UNREACHABLE), "unknown", "cloud-down",
                                 "ok ok ok unknown unknown unknown"),
    "a cloud, cable out": (cloud(FaultKind.UNREACHABLE) | {"port": port(up=False), "heard": ()},
                           "fault", "no-link", "unknown fault - - - -"),
    "PC without remote access": (PC | {"service": Service(fault=FaultKind.UNREACHABLE, pc=True)},
                                 "fault", "pc-closed", "ok ok ok ok fault"),
    "PC hangs": (PC | {"service": Service(fault=FaultKind.TIMEOUT, pc=True)}, "fault", "pc-hangs",
                 "ok ok ok ok fault"),
    "queue missing": (queues(Cause.QUEUE_MISSING), "fault", "queue-missing", "ok ok ok ok fault -"),
    "queue stopped, paper out": (queues(Cause.QUEUE_STOPPED) | told(troubles=(Cause.PAPER_OUT,)),
                                 "fault", "paper-out queue-stopped", "ok ok ok ok fault -"),
    "print server dead": (queues(Cause.QUEUE_SERVER), "fault", "queue-server", "ok ok ok ok fault -"),
    "queue stopped, cable out": (queues(Cause.QUEUE_STOPPED) | DEAD | {"port": port(up=False), "heard": ()},
                                 "fault", "no-link", "unknown fault - - - -"),
    "queue that is well": (queues(None), "ok", "", "ok ok ok ok ok ok"),
    "settings": (told(differs=3), "drift", "settings", "ok ok ok ok drift ok"),
    # Source
    "wrong source": (told(source="hdmi1"), "drift", "wrong-source", "ok ok ok ok ok drift"),
    "wrong source and settings": (told(source="hdmi1", differs=1), "drift", "wrong-source settings",
                                  "ok ok ok ok drift drift"),
    "no signal": (told(no_signal=True), "fault", "no-signal", "ok ok ok ok ok fault"),
    "wrong source without a signal": (told(no_signal=True, source="hdmi1"), "drift", "wrong-source",
                                      "ok ok ok ok ok drift"),
    "no picture": (told(troubles=(Cause.NO_PICTURE,)), "drift", "no-picture", "ok ok ok ok ok drift"),
    "source not known": (told(knows_source=False, wanted_source=""), "ok", "", "ok ok ok ok ok unknown"),
}  # fmt: skip


def steps(found: Diagnosis) -> str:
    """The steps in a line."""
    return " ".join(status or "-" for status in found.steps.values())


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_named_and_what_follows_from_it_is_not(case: str) -> None:
    """One line of the table."""
    changes, status, causes, way = CASES[case]
    found = diagnose(BOARD.model_copy(update=changes))
    assert (found.status, " ".join(one.cause for one in found.found), steps(found)) == (status, causes, way)


@pytest.mark.parametrize(
    ("fault", "status", "causes", "way"),
    [
        (None, "ok", "", "ok ok ok"),
        (FaultKind.UNREACHABLE, "fault", "switch-dead", "fault - -"),
        (FaultKind.TIMEOUT, "fault", "switch-dead", "fault - -"),
        (FaultKind.AUTH, "fault", "wrong-login", "ok ok fault"),
        (FaultKind.SECRET, "fault", "no-secret", "ok ok fault"),
        (FaultKind.INTERNAL, "fault", "not-read", "ok ok fault"),
        (FaultKind.INTERRUPTED, "unknown", "not-in-time", "ok ok unknown"),
    ],
)
def test_a_switch_in_the_room_is_a_device_too(fault: FaultKind | None, status: str, causes: str, way: str) -> None:
    """It is there and lets us in, or the reason is said."""
    found = diagnose_switch("s042-a2-sw01", "schule-042", fault, "in its own words")
    assert (found.status, " ".join(one.cause for one in found.found), steps(found)) == (status, causes, way)
    assert all("-" not in what_is_wrong(one, translate_to("en")).split() for one in found.found)


def test_the_switch_nearest_to_the_core_is_named() -> None:
    """Where a whole branch is dead, its root is what somebody has to look at."""
    changes = DEAD | NO_VIEW | {"switch_fault": FaultKind.UNREACHABLE, "dead_switch": "s042-a1-sw01"}
    (only,) = diagnose(BOARD.model_copy(update=changes)).found
    assert only.values["switch"] == "s042-a1-sw01"


def test_the_words_of_the_driver_are_kept_for_those_who_ask() -> None:
    """Only where the cause is what the driver met."""
    (only,) = diagnose(BOARD.model_copy(update=stopped(FaultKind.AUTH))).found
    assert only.detail == "in its own words"
    (only,) = diagnose(BOARD.model_copy(update=DEAD)).found
    assert only.detail == ""


def test_the_table_names_every_cause_but_those_a_device_says_itself() -> None:
    """A cause without a case would be a cause nobody has tried."""
    tried = {cause for _, _, causes, _ in CASES.values() for cause in causes.split()}
    said_by_devices = {
        "paper-low", "paper-jam", "toner-out", "cover-open", "tray-missing", "output-full", "waste-full", "paused",
        "stopped", "lamp", "overheated", "filter", "device-error", "frozen", "filter-soon",
        "heating", "device-warning",
    }  # fmt: skip
    assert {cause.value for cause in Cause} - said_by_devices == tried


def test_every_cause_has_its_step_and_its_actor() -> None:
    """In one table."""
    assert set(KINDS) == set(Cause)


MACS = st.sampled_from(["", MAC, STRANGER])
PORTS = st.builds(
    PortNow,
    up=st.none() | st.booleans(),
    enabled=st.none() | st.booleans(),
    power=st.none() | st.sampled_from(PowerState),
    mode=st.sampled_from(["", "access", "trunk"]),
    vlan=st.none() | st.sampled_from([30, 60]),
    tagged=st.sampled_from([(), (40,), (40, 50)]),
    every_vlan=st.booleans(),
    closed=st.sampled_from(["", "bpduguard", "\x1b[2J"]),
    half_duplex=st.booleans(),
)
PLUGS = st.builds(
    Plug, switch=st.just("s042-a2-sw01"), port=st.just("6"), label=st.just("6"), vlan=st.just(60),
    tagged=st.sampled_from([(), (40, 50)]), powered=st.booleans(), shut=st.booleans(),
)  # fmt: skip
SERVICES = st.builds(
    Service,
    fault=st.none() | st.sampled_from(FaultKind),
    late=st.booleans(),
    serial=st.sampled_from(["", "BD9"]),
    standby=st.booleans(),
    troubles=st.lists(st.sampled_from(Cause), max_size=2).map(tuple),
    source=st.sampled_from(["", "hdmi1", "{0}", "\x1b[2J"]),
    knows_source=st.booleans(),
    differs=st.integers(0, 3),
    cloud=st.booleans(),
    pc=st.booleans(),
)
SEEN = st.builds(
    Seen,
    device=st.just("s042-r101-dt01"),
    school=st.just("schule-042"),
    address=st.sampled_from(["", "10.42.60.11"]),
    mac=MACS,
    often_off=st.booleans(),
    has_source=st.booleans(),
    plug=st.none() | PLUGS,
    switch_fault=st.none() | st.sampled_from(FaultKind),
    port=st.none() | PORTS,
    elsewhere=st.none() | st.just(THERE),
    heard=st.lists(MACS.filter(bool), max_size=2).map(tuple),
    others=st.sampled_from([(), (STRANGER,)]),
    address_of=st.sampled_from(["", "s042-r102-dt01"]),
    answers=st.none() | st.booleans(),
    service=st.none() | SERVICES,
    queues=st.sampled_from([(), (Queue(name="{0}", server="s042-a1-ps01", cause=Cause.QUEUE_STOPPED),)]),
)


@given(SEEN)
def test_whatever_is_seen_can_be_said_in_both_languages(seen: Seen) -> None:
    """No observation breaks the diagnosis or a sentence, and no text of a device reaches the terminal as it is."""
    found = diagnose(seen)
    for cause in found.found:
        for code in ("de", "en"):
            tr = translate_to(code)
            for sentence in (what_is_wrong(cause, tr), what_to_do(cause, tr)):
                assert sentence
                assert sentence.isprintable()


@given(SEEN)
def test_nothing_is_looked_at_behind_what_explains_everything(seen: Seen) -> None:
    """A device that does not answer has one cause on its way, and no step after it says anything."""
    found = diagnose(seen)
    broken = [step for step, status in found.steps.items() if status in (FAULT, OFF)]
    assert len(broken) <= 1
    if broken:
        after = list(found.steps)[list(found.steps).index(broken[0]) + 1 :]
        assert all(found.steps[step] is None for step in after)
    assert found.status is not OK or not any(status in (FAULT, DRIFT, OFF) for status in found.steps.values())
