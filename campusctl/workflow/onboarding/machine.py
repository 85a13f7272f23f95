"""The steps of an onboarding, one after the other; after each, what was done is on the disk.

Every step can be taken twice. What was refused before anything was sent is taken back; what was cut off, or waits for a
person, is taken up again from where it stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from campusctl.errors import CampusError, SecretError
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.model.onboarding import NewDevice, Onboarding, OnboardingState, StepName
from campusctl.model.sentence import joined, sentence, sentences
from campusctl.model.tables import Tables
from campusctl.words.trouble import advice, trouble
from campusctl.workflow.inventory_change import undo
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.appearing import Sight, pinged, sight
from campusctl.workflow.onboarding.devicework import Work, bring
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.learning import learn
from campusctl.workflow.onboarding.one_device import Ended, OneDevice
from campusctl.workflow.onboarding.queue_back import take_queue
from campusctl.workflow.onboarding.silence import why_silent
from campusctl.workflow.onboarding.touched import Paths, narrowed, standing
from campusctl.workflow.onboarding.writing import take_back, write

if TYPE_CHECKING:
    from campusctl.inventory.city import City, School
    from campusctl.model.outcome import Fault

_ALL_SWITCHES_EVERY: Final = 5
"""Looks, until the other switches of the school are asked whether a device is plugged in there."""


def carry_on(hands: Hands, onboarding: Onboarding, edited: Edited | None = None) -> Onboarding:
    """Take an onboarding as far as it goes now.

    Args:
        hands: Of whoever started it.
        onboarding: As it stands.
        edited: The files of the inventory as they were shown and agreed to; None: it is taken up again.

    Returns:
        As it stands then; what is left to do says each device's `stopped`.

    Raises:
        CampusError: It was refused. At the first time the inventory is as it was then.
        KeyboardInterrupt: What was done is remembered.
    """
    root = hands.desk().root
    with journal.held(root, onboarding.id):
        if edited is None:
            onboarding = journal.load(root, onboarding.id)
        return _Machine(hands, onboarding).go(edited)


def abandon(hands: Hands, onboarding: Onboarding) -> Onboarding:
    """Give an onboarding up: its lines go, and its ports are as they were.

    Raises:
        CampusError: It cannot be taken back now; what was done is remembered.
    """
    root = hands.desk().root
    with journal.held(root, onboarding.id):
        return _Machine(hands, journal.load(root, onboarding.id)).abandon()


class _Machine:
    """One onboarding at work."""

    def __init__(self, hands: Hands, onboarding: Onboarding) -> None:
        self._hands = hands
        self._now = onboarding
        self._desk = hands.desk()
        self._root = self._desk.root
        self._looks = 0
        self._said: dict[str, str] = {}
        self._silent: dict[str, str] = {}

    def go(self, edited: Edited | None) -> Onboarding:
        if self._now.giving_up:
            return self.abandon()
        self._keep(self._now)
        if not self._now.taken(StepName.INVENTORY):
            self._write(edited)
        else:
            self._refuse_gone()
        if not self._now.taken(StepName.PORT) and not self._set_ports(edited):
            return self._now
        self._see_to_each()
        if all(device.next_step is None for device in self._now.devices):
            self._keep(self._now.model_copy(update={"state": OnboardingState.DONE}))
        return self._now

    def _keep(self, onboarding: Onboarding) -> None:
        """What is done is on the disk before anything else is."""
        journal.save(self._root, onboarding)
        self._now = onboarding

    def _all_done(self, step: StepName, note: str, **more: str) -> None:
        now = self._now
        devices = tuple(
            device if any(done.step is step for done in device.done) else device.with_done(step, _utc(), note)
            for device in now.devices
        )
        self._keep(now.model_copy(update={"devices": devices, **more}))

    # -- inventory ---------------------------------------------------------------------------------------------------

    def _write(self, edited: Edited | None) -> None:
        try:
            commit = write(self._root, self._now, edited)
        except (CampusError, OSError) as wrong:
            if edited is not None:
                self._keep(self._now.model_copy(update={"state": OnboardingState.ABANDONED}))
            if isinstance(wrong, CampusError):
                raise
            why = wrong.strerror or str(wrong)
            what = sentence("the inventory cannot be written, so nothing was done: {why}", why=why)
            raise CampusError(what) from wrong
        note = sentence("commit {commit}", commit=commit[:10]) if commit else sentence("written")
        self._all_done(StepName.INVENTORY, note, commit=commit)
        self._hands.say(sentence("inventory: {what}", what=note))

    def _refuse_gone(self) -> None:
        """Refuse to go on with a device that somebody has taken out of the inventory since.

        Raises:
            CampusError: Which one.
        """
        city = load_city(self._root, self._now.schools)
        gone = next((one.name for one in self._now.devices if one.name not in city.schools[one.school].devices), "")
        if gone:
            hint = sentence("put it back, or give it up: campusctl onboard resume {id} --abandon", id=self._now.id)
            raise CampusError(sentence("{device} is not in the inventory any more", device=gone), hint)

    def _take_back(self, edited: Edited, wrong: CampusError) -> CampusError:
        """The inventory as it was, after the ports were refused; the error with what became of that."""
        try:
            undo(edited, f"Give up onboarding {self._now.id}\n\n{wrong.what}")
        except (CampusError, OSError) as second:
            why = second.what if isinstance(second, CampusError) else str(second)
            again = sentence(
                "the inventory still has the new lines ({why}); campusctl onboard resume {id} --abandon",
                why=why,
                id=self._now.id,
            )
            return CampusError(wrong.what, again)
        self._keep(self._now.model_copy(update={"state": OnboardingState.ABANDONED}))
        back = sentence("nothing was sent, and the inventory is as it was")
        return CampusError(joined((wrong.what, back), "\n"), wrong.hint)

    # -- ports -------------------------------------------------------------------------------------------------------

    def _set_ports(self, edited: Edited | None) -> bool:
        """Set switches and print servers; False: something went wrong on the way, and can be taken up again."""
        if not self._paths(print_servers=False):
            self._all_done(StepName.PORT, sentence("the ports are right already"))
            return True
        try:
            work = self._bring_standing(self._now.agreed, self._paths(print_servers=False))
        except CampusError as wrong:
            if edited is not None:
                raise self._take_back(edited, wrong) from wrong
            raise
        if work.interrupted:
            raise KeyboardInterrupt
        if work.faults:
            return self._ports_failed(edited, work)
        sent = sum(outcome.edits for outcome in work.outcomes)
        made = sentences(
            "{number} setting made, read back and saved (run {run})",
            "{number} settings made, read back and saved (run {run})",
            sent,
            run=work.run,
        )
        note = made if sent else sentence("the ports are right already")
        self._all_done(StepName.PORT, note)
        self._hands.say(sentence("ports: {what}", what=note))
        return True

    def _paths(self, *, print_servers: bool) -> Paths:
        servers = frozenset() if print_servers else self._now.print_servers
        return {name: paths for name, paths in self._now.paths.items() if name not in servers}

    def _bring_standing(self, agreed: Mapping[str, Sequence[str]] | None, paths: Paths) -> Work:
        schools = self._now.schools
        city = load_city(self._root, schools)
        wanted = narrowed(standing(self._desk, city, schools, paths), paths)
        return bring(self._hands, self._desk, schools, wanted, agreed)

    def _ports_failed(self, edited: Edited | None, work: Work) -> bool:
        fault = work.faults[0]
        what = sentence("{device}: {what}", device=fault.device, what=trouble(fault))
        if edited is not None and not work.sent and not any(one.sent for one in work.faults):
            raise self._take_back(edited, CampusError(what, advice(fault)))
        after = sentence("campusctl resume {run} looks after the switch", run=work.run)
        self._stop_all(joined((what, after if fault.sent else advice(fault))))
        return False

    def _stop_all(self, what: str) -> None:
        devices = tuple(
            device.model_copy(update={"stopped": what}) if device.next_step else device for device in self._now.devices
        )
        self._keep(self._now.model_copy(update={"devices": devices}))

    # -- each device -------------------------------------------------------------------------------------------------

    def _see_to_each(self) -> None:
        """Every device as far as it goes; those that are not there yet are waited for."""
        waiting = {device.name for device in self._now.devices if device.next_step}
        for device in self._now.devices:
            if device.next_step is StepName.APPEAR:
                self._hands.announce(device)
        end = self._hands.clock() + self._hands.wait_s
        while waiting:
            before = self._steps_taken()
            self._desk = self._hands.desk()
            self._look_for([device for device in self._now.devices if device.name in waiting])
            waiting -= {name for name in sorted(waiting) if self._see_to(name) is not Ended.WAITS}
            if self._steps_taken() > before:
                end = self._hands.clock() + self._hands.wait_s
            if not waiting or self._hands.clock() >= end:
                break
            self._hands.sleep(self._hands.pause_s)

    def _steps_taken(self) -> int:
        return sum(len(device.done) for device in self._now.devices)

    def _look_for(self, devices: Iterable[NewDevice]) -> None:
        """Ask the switches, and by a ping, whether the devices are there."""
        absent = [device for device in devices if device.next_step is StepName.APPEAR]
        for school_id in dict.fromkeys(device.school for device in absent):
            mine = [device for device in absent if device.school == school_id]
            city = load_city(self._root, [school_id])
            school = city.schools[school_id]
            own = {device.port.switch for device in mine if device.port}
            names = tuple(school.switches) if self._looks % _ALL_SWITCHES_EVERY == 1 else tuple(own)
            tables: dict[str, Tables | Fault] = {}
            if own:
                tables = dict(self._hands.look(self._desk, city, school, names, self._hands.emit))
            sights = {device.name: sight(city, school, device, tables) for device in mine}
            asked = {name for name, seen in tables.items() if isinstance(seen, Tables)}
            pings = self._pings(city, school, [one for one in mine if sights[one.name].there is not False], asked)
            for device in mine:
                seen = pinged(sights[device.name], device, pings)
                self._tell(device.name, seen.what)
                if seen.there:
                    self._seen(device, seen)
                else:
                    self._wait(device.name, seen.what)
        self._looks += 1

    def _pings(
        self, city: "City", school: "School", devices: Iterable[NewDevice], switches: Collection[str]
    ) -> Mapping[str, bool]:
        """Who answers a ping; a switch that has just been silent is not asked to send one."""
        wanted: dict[str, list[str]] = {}
        for device in devices:
            own = device.port.switch if device.port and device.port.switch in switches else ""
            if device.address:
                wanted.setdefault(own, []).append(device.address)
        return self._hands.ping(self._desk, city, school, wanted, self._hands.emit) if wanted else {}

    def _seen(self, device: NewDevice, seen: Sight) -> None:
        """A device is there; the MAC address that nobody typed is learnt first, so that it is asked about again."""
        if seen.mac:
            device = learn(self._hands, self._root, device, "mac", seen.mac)
        self._keep(self._now.replaced(device.with_done(StepName.APPEAR, _utc(), seen.what)))

    def _see_to(self, name: str) -> Ended:
        """The steps after a device is there."""
        device = self._device(name)
        if device.next_step is StepName.APPEAR:
            return Ended.WAITS
        work = OneDevice(self._hands, self._desk, self._now)
        while (step := device.next_step) is not None:
            try:
                result = work.take(device, step)
            except SecretError as wrong:
                result = work.stopped(joined((wrong.what, wrong.hint)))
            note = result.note
            if result.silent:
                if name not in self._silent:
                    self._silent[name] = why_silent(self._hands, self._desk, device)
                note = joined((note, self._silent[name]))
            self._tell(name, note)
            if result.ended is not Ended.WELL:
                self._wait(name, note)
                return result.ended
            if result.serial:
                device = learn(self._hands, self._root, device, "serial", result.serial)
            device = device.with_done(step, _utc(), result.note)
            self._keep(self._now.replaced(device))
        return Ended.WELL

    def _device(self, name: str) -> NewDevice:
        return next(device for device in self._now.devices if device.name == name)

    def _wait(self, name: str, what: str) -> None:
        device = self._device(name)
        if device.stopped != what:
            self._keep(self._now.replaced(device.model_copy(update={"stopped": what})))

    def _tell(self, name: str, what: str) -> None:
        """Say something once, until something else is to be said."""
        if what and self._said.get(name) != what:
            self._said[name] = what
            self._hands.say(sentence("{device}: {what}", device=name, what=what))

    # -- giving up ---------------------------------------------------------------------------------------------------

    def abandon(self) -> Onboarding:
        self._keep(self._now.model_copy(update={"giving_up": True}))
        take_back(self._root, self._now)
        self._hands.say(sentence("the inventory is as it was"))
        if self._now.paths and self._now.taken(StepName.INVENTORY):
            self._refuse_unlike_before(self._bring_standing(None, self._paths(print_servers=True)))
            self._hands.say(sentence("the ports are as they were"))
        for device in self._now.devices:
            if device.queue and any(done.step is StepName.PORT for done in device.done):
                gone = take_queue(self._hands, self._desk, device)
                self._refuse_unlike_before(gone)
                if gone is not None:
                    told = {"queue": device.queue.name, "server": device.queue.server}
                    self._hands.say(sentence("the print queue {queue} is gone from {server}", **told))
        self._keep(self._now.model_copy(update={"state": OnboardingState.ABANDONED}))
        return self._now

    def _refuse_unlike_before(self, work: "Work | Fault | None") -> None:
        """Stop giving up where a device is not as it was.

        Raises:
            CampusError, KeyboardInterrupt: It is not; it can be tried again.
        """
        if isinstance(work, Work) and work.interrupted:
            raise KeyboardInterrupt
        faults = work.faults if isinstance(work, Work) else (work,) if work else ()
        if faults:
            fault = faults[0]
            what = sentence("{device} is not as it was: {why}", device=fault.device, why=trouble(fault))
            self._stop_all(what)
            raise CampusError(what, sentence("campusctl onboard resume {id} --abandon tries again", id=self._now.id))


def _utc() -> datetime:
    return datetime.now(UTC)
