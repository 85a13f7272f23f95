"""What is done for one new device once it is there: its key trusted, its settings made, everything read again."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Final, NamedTuple

from campusctl.drivers.switch.trusting import KeyState, SeenKey
from campusctl.errors import UnknownNameError
from campusctl.inventory.appliances import KINDS, appliance
from campusctl.inventory.city import City
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve_pc import pc_dialect
from campusctl.model.onboarding import NewDevice, Onboarding, StepName
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, Target
from campusctl.model.sentence import joined, sentence, sentences
from campusctl.render.pc import DOCUMENTS
from campusctl.words.trouble import advice, trouble
from campusctl.workflow.choosing import PC, SWITCH, Choice, driver_of
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk
from campusctl.workflow.onboarding.devicework import bring, look
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.touched import narrowed, standing
from campusctl.workflow.trust import look_at_keys, remember_keys

_PASSING: Final = frozenset({FaultKind.OFF, FaultKind.UNREACHABLE, FaultKind.TIMEOUT})
"""Trouble that goes by when a device has started and has its address."""


_OVER_SSH: Final = frozenset({SWITCH, PC})


class Ended(Enum):
    """How a step ended."""

    WELL = auto()
    """It is done."""
    WAITS = auto()
    """It may be well in a moment."""
    STOPPED = auto()
    """A person must do something first."""


class Result(NamedTuple):
    """What came of a step."""

    ended: Ended
    """How."""
    note: str
    """One sentence."""
    silent: bool = False
    """It did not answer at its address."""
    serial: str = ""
    """Serial number that the device says it has; empty: it says none, or was not asked."""


class OneDevice:
    """One device, at its steps."""

    def __init__(self, hands: Hands, desk: Desk, onboarding: Onboarding) -> None:
        """Prepare; nothing is contacted.

        Args:
            hands: Of whoever started it.
            desk: The workspace.
            onboarding: What the device belongs to.
        """
        self._hands, self._desk, self._onboarding = hands, desk, onboarding

    def stopped(self, what: str) -> Result:
        """A step that a person must see to."""
        return Result(Ended.STOPPED, what)

    def take(self, device: NewDevice, step: StepName) -> Result:
        """Take one step.

        Raises:
            LockedError, ClosedError: Somebody has the school, or no window is open; nothing was sent.
            SecretError: A secret is missing.
        """
        city = load_city(self._desk.root, [device.school])
        if step is StepName.TRUST:
            return self._trust(city, device)
        if step is StepName.SETTINGS:
            return self._settings(city, device)
        if step is StepName.CHECK:
            return self._check(city, device)
        return Result(Ended.WELL, self._hands.papers(self._desk, city, device, self._onboarding.papers))

    # -- trust -------------------------------------------------------------------------------------------------------

    def _trust(self, city: City, device: NewDevice) -> Result:
        own = self._own(city, device)
        is_pc = driver_of(city, city.find_device(device.name)) == PC
        if is_pc and not own and (absent := self._absent(city, device)):
            return absent
        if not any(target.dialect != "windows" and target.driver in _OVER_SSH for target in own):
            return Result(Ended.WELL, "")
        (key,) = look_at_keys(self._desk, [device.school], device.name, None)
        if key.state is KeyState.SAME:
            return Result(Ended.WELL, sentence("its host key is known"))
        if key.state is KeyState.UNSEEN:
            return Result(Ended.WAITS, sentence("no host key yet: {why}", why=key.trouble))
        if key.state is not KeyState.NEW:
            state = key.trouble or sentence("its host key is not the one that is known ({words})", words=key.state)
            return self.stopped(joined((state, sentence("was an address given on? campusctl trust"))))
        if not self._hands.agree(_key_question(key)):
            what = sentence("its host key was not accepted; compare it with the console, then take this up again")
            return self.stopped(what)
        remember_keys(self._desk, [key])
        shown = f"{key.keytype} {key.fingerprint}"
        told = sentence("its host key is trusted: {key}", key=shown)
        return Result(Ended.WELL, told)

    # -- settings ----------------------------------------------------------------------------------------------------

    def _own(self, city: City, device: NewDevice) -> tuple[Target, ...]:
        """The device as its driver is told of it; (): nothing brings it to standard."""
        try:
            return targets(self._desk, city, Choice(device=device.name))
        except UnknownNameError:
            return ()

    def _settings(self, city: City, device: NewDevice) -> Result:
        own = self._own_settings(city, device)
        if own.ended is not Ended.WELL or device.queue is None:
            return own
        work = bring(self._hands, self._desk, (device.school,), self._queue(city, device), self._onboarding.agreed)
        if work.interrupted:
            raise KeyboardInterrupt
        if work.faults:
            return self._fault(work.faults[0], device.queue.server)
        queued = sentence("print queue {queue} is on {server}", queue=device.queue.name, server=device.queue.server)
        return Result(Ended.WELL, joined((own.note, queued)), serial=own.serial)

    def _queue(self, city: City, device: NewDevice) -> tuple[Target, ...]:
        """The print server, to be given the queue of this printer and nothing else."""
        queue = device.queue
        if queue is None:
            return ()
        paths = tuple(path for path in self._onboarding.paths.get(queue.server, ()) if queue.name in path)
        return narrowed(standing(self._desk, city, (device.school,), [queue.server]), {queue.server: paths})

    def _own_settings(self, city: City, device: NewDevice) -> Result:
        wanted = self._own(city, device)
        if not wanted:
            return self._without_driver(city, device)
        work = bring(self._hands, self._desk, (device.school,), wanted)
        if work.interrupted:
            raise KeyboardInterrupt
        for change in work.plan.changes:
            stranger = _stranger(device, change.assessment)
            if stranger:
                return self.stopped(stranger)
        if work.faults:
            return self._fault(work.faults[0])
        made = sum(outcome.edits for outcome in work.outcomes)
        told = sentences(
            "{number} setting made and read back (run {run})",
            "{number} settings made and read back (run {run})",
            made,
            run=work.run,
        )
        serial = next((change.assessment.facts.get("serial", "") for change in work.plan.changes), "")
        return Result(Ended.WELL, told if made else sentence("as it shall be"), serial=serial)

    def _without_driver(self, city: City, device: NewDevice) -> Result:
        if absent := self._absent(city, device):
            return absent
        entry = city.find_device(device.name)
        driver = driver_of(city, entry)
        if entry.profile and driver:
            told = sentence("no settings are made: profile {profile} says no dialect", profile=entry.profile)
        else:
            told = sentence("no settings are made: nothing brings its class to standard")
        return Result(Ended.WELL, told)

    def _absent(self, city: City, device: NewDevice) -> Result | None:
        """Whether a lab lacks the device; real devices are always there."""
        entry = city.find_device(device.name)
        driver = driver_of(city, entry)
        there = {PC: self._desk.has_pc}.get(driver, self._desk.has_appliance)
        speaks = appliance(city, entry) if driver in KINDS else driver == PC and pc_dialect(city, entry) in DOCUMENTS
        if not speaks or there(device.name):
            return None
        return Result(
            Ended.WAITS, sentence("the lab that is up does not have it yet: campusctl lab plug, or lab up again")
        )

    def _fault(self, fault: Fault, who: str = "") -> Result:
        ended = Ended.WAITS if fault.kind in _PASSING and not fault.sent else Ended.STOPPED
        what = sentence("{device}: {what}", device=who, what=trouble(fault)) if who else trouble(fault)
        return Result(ended, joined((what, advice(fault))), silent=ended is Ended.WAITS and not who)

    # -- check -------------------------------------------------------------------------------------------------------

    def _check(self, city: City, device: NewDevice) -> Result:
        switch = [device.port.switch] if device.port else []
        around = narrowed(standing(self._desk, city, (device.school,), switch), self._onboarding.paths)
        wanted = [*around, *self._queue(city, device), *self._own(city, device)]
        if not wanted:
            return Result(Ended.WELL, sentence("there is nothing to check"))
        seen = look(self._hands, self._desk, (device.school,), wanted)
        remarks: list[str] = []
        for name, result in seen.items():
            if isinstance(result, Fault):
                return self._fault(result)
            problem = _stranger(device, result) if name == device.name else ""
            if not problem and (result.edits or result.cables):
                problem = sentence("{device} still differs: {what}", device=name, what=_first_edit(result))
            if problem:
                return self.stopped(problem)
            remarks += [f"{item.command}: {item.reason}" for item in result.refused]
        told = sentence("{devices} read again, nothing differs", devices=_names(seen))
        left = sentence("not set: {what}", what="; ".join(remarks)) if remarks else ""
        return Result(Ended.WELL, joined((told, left)))


def _key_question(key: SeenKey) -> str:
    address = f"{key.login.host}:{key.login.port}"
    shown = "\n  ".join((f"{key.keytype} {key.fingerprint}", *key.notes))
    return sentence(
        "{device} at {address} shows the host key\n  {key}\nCompare it with what its console shows. Trust it?",
        device=key.device,
        address=address,
        key=shown,
    )


def _stranger(device: NewDevice, seen: Assessment) -> str:
    """Why what answers is not the device that was typed; empty: it is, or does not say."""
    said = seen.facts.get("serial", "") if seen.device == device.name else ""
    if not said or not device.serial or said.casefold() == device.serial.casefold():
        return ""
    return sentence(
        "another device answers: its serial number is {said}, and {typed} was typed", said=said, typed=device.serial
    )


def _first_edit(seen: Assessment) -> str:
    if seen.cables:
        return seen.cables[0]
    return " / ".join(seen.edits[0].path)


def _names(seen: Iterable[str]) -> str:
    return joined(seen, sentence(" and "))
