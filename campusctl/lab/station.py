"""One switch in the lab: its machine, its sessions, its place in the network, its faults."""

import asyncio
from typing import TYPE_CHECKING, Final

import asyncssh

from campusctl.lab import device
from campusctl.lab.clock import LoopClock
from campusctl.lab.network import CLIENT, ManagementView
from campusctl.lab.spec import Faults, LabSwitch
from campusctl.lab.surroundings import Neighbor, Surroundings, mac_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from campusctl.lab.campus import Campus
    from campusctl.lab.session import SwitchSession

_HARMLESS: Final = ("show ", "do show ", "ping ")
"""How lines begin that change nothing; every other one may."""
_LOOKS: Final = ("sh", "do sh", "p", "do p")
"""How lines begin that show what is around."""
_STRANGE_ROOT: Final = "02:00:00:00:00:ff"
"""The bridge that takes over where the fault `loses=root` strikes."""
BOOT_S = 20.0
"""How long a switch is away when it reboots, in seconds of the lab's clock."""


class Station:
    """Boots its switch when it is first needed, so that a city of switches starts at once."""

    def __init__(self, spec: LabSwitch, clock: LoopClock, *, stall_s: float = 2.0) -> None:
        """Place a switch.

        Args:
            spec: The switch.
            clock: The lab's time.
            stall_s: How long a session that was cut stays silent before its connection dies, in real seconds.
        """
        self.spec = spec
        self.clock = clock
        self.stall_s = stall_s
        self.sessions: set[SwitchSession] = set()
        self._booted: tuple[device.SimulatedSwitch, ManagementView] | None = None
        self._away_until = 0.0
        self.held: SwitchSession | None = None
        """The session whose reply is kept back."""
        self.rekey: Callable[[bool], None] = _nothing
        """Called with whether new connections shall meet a wrong host key."""
        self.recorded: list[str] | None = None
        """Every line that a session has entered since recording began; None: nobody records."""
        self._lines = 0
        self._read_once = False
        self._spent: set[str] = set()
        self._as_booted = ""
        self.campus: Campus | None = None
        """What the other ends of its cables are; None: they are as the inventory says."""

    @property
    def switch(self) -> device.SimulatedSwitch:
        """The machine."""
        return self._machine()[0]

    @property
    def booted(self) -> bool:
        """Somebody has needed it."""
        return self._booted is not None

    @property
    def away(self) -> bool:
        """It reboots, and nothing passes through it."""
        return self.clock.now() < self._away_until

    def boot(self) -> None:
        """Boot the switch, if it has not been needed yet."""
        self._machine()

    @property
    def lines(self) -> int:
        """How many lines sessions have entered since the faults were set."""
        return self._lines

    def answers(self) -> bool:
        """Whether a new connection gets through."""
        return not self.spec.faults.dead and self.clock.now() >= self._away_until and self._machine()[1].reachable()

    def set_faults(self, faults: Faults) -> None:
        """Break the switch in these ways and in no other; lines are counted anew, and a reply kept back gets out."""
        self.spec = self.spec.model_copy(update={"faults": faults})
        self._lines, self._read_once = 0, False
        self._spent.clear()
        self.rekey(faults.wrong_host_key)
        self.mark()
        self.release()
        self._touched()

    def reset(self) -> None:
        """As the lab came up: started from the first startup configuration, no session, no fault."""
        for session in tuple(self.sessions):
            session.drop()
        self.set_faults(Faults())
        if self._booted:
            # Timers of the machine that is thrown away must not reboot or revert anything any more.
            retired = self._booted[0]
            retired.notify, retired.restart = _unheard, _nobody_restarts
        self._booted, self._away_until = None, 0.0
        self._touched()

    def release(self) -> None:
        """Let the reply that was kept back get out."""
        held, self.held = self.held, None
        if held:
            held.resume()

    def refuses(self, line: str) -> bool:
        """Whether the line that is being entered is refused."""
        faults = self.spec.faults
        if faults.refuse_after and line and self._lines + 1 >= faults.refuse_after and self._once("refuse"):
            return True
        return bool(faults.refuse) and faults.refuse in line

    def garbles(self) -> bool:
        """Whether log lines stand before the prompt now."""
        faults = self.spec.faults
        return faults.garbage_prompt or bool(faults.garbage_after and self._lines + 1 >= faults.garbage_after)

    def mark(self) -> None:
        """Take the running configuration for the one with which nothing is lost."""
        if self.spec.faults.loses:
            self._as_booted = device.running_text(self.spec.dialect, self.switch)

    def look_around(self, line: str) -> None:
        """Bring up to date what the switch sees, if this line shows it."""
        words = line.strip().lower()
        if self.campus is None or not words.startswith(_LOOKS) or "run" in words:
            return
        around = self.switch.around
        self.campus.look(self.spec.name, around, macs="mac" in words or "arp" in words)
        if self.spec.faults.loses and device.running_text(self.spec.dialect, self.switch) != self._as_booted:
            _lose(self.spec.faults.loses, around)

    def line_done(self, session: "SwitchSession", line: str) -> bool:
        """Account for one line that was entered; False when its reply no longer gets out."""
        self._lines += 1
        if not line.strip().lower().startswith(_HARMLESS):
            self._touched()
        self._read_once = self._read_once or "show run" in line
        if self.recorded is not None:
            self.recorded.append(line)
        self._others(self.spec.faults)
        for fault, happen in self._breaks(session):
            after = getattr(self.spec.faults, f"{fault}_after")
            if after and self._lines >= after and self._once(fault):
                happen()
                return False
        if not self._machine()[1].reachable():
            for each in tuple(self.sessions):
                each.stall()
            return False
        return True

    def holds(self, session: "SwitchSession") -> bool:
        """Whether the reply to the line that was entered last is kept back."""
        after = self.spec.faults.hold_after
        if not (after and self._lines >= after and self._once("hold")):
            return False
        self.held = session
        return True

    def _breaks(self, session: "SwitchSession") -> "tuple[tuple[str, Callable[[], None]], ...]":
        return ("reboot", self.switch.reboot), ("drop", session.drop), ("stall", session.stall)

    def _others(self, faults: Faults) -> None:
        """What happens beside the session when its line was entered."""
        if faults.key_after and self._lines >= faults.key_after and self._once("key"):
            self.rekey(True)
        number, _, lines = faults.writer_after.partition(";")
        if number and self._lines >= int(number) and self._once("writer"):
            self.enter(lines.split(";"))

    def session_over(self, session: "SwitchSession") -> None:
        """A session has ended; after the first one that read the configuration, the second writer comes."""
        self.sessions.discard(session)
        if self.held is session:
            self.held = None
        writer = self.spec.faults.second_writer
        if writer and self._read_once and self._once("second-writer"):
            self.enter(writer.split(";"))

    def enter(self, lines: "tuple[str, ...] | list[str]") -> None:
        """Somebody at the console enters these lines at the manager prompt, one after the other."""
        console = device.console(self.spec.dialect, self.switch, user="", source="", rows=10_000)
        console.open()
        console.feed("\r")
        for line in lines:
            console.feed(line.strip() + "\r")
        self._touched()

    def _touched(self) -> None:
        """It may run otherwise than before."""
        if self.campus:
            self.campus.changed(self.spec.name)

    def _once(self, fault: str) -> bool:
        if fault in self._spent:
            return False
        self._spent.add(fault)
        return True

    def _machine(self) -> tuple[device.SimulatedSwitch, ManagementView]:
        if self._booted is None:
            self._booted = self._boot()
        return self._booted

    def _boot(self) -> tuple[device.SimulatedSwitch, ManagementView]:
        spec = self.spec
        around = Surroundings(
            linked=set(spec.linked),
            uplinks=set(spec.uplinks),
            powered=set(spec.powered),
            neighbors=[Neighbor(port, mac_for(name), far, "", name) for port, name, far in spec.neighbors],
        )
        switch = device.boot(spec.dialect, spec.startup, self.clock, spec.ports, around)
        view = ManagementView(spec, switch)
        self._booted = switch, view
        if spec.drift:
            self.enter(spec.drift)
            if spec.saved:
                switch.save()
        self.mark()
        save = switch.save
        switch.save = lambda: None if self.spec.faults.save_fails else save()  # type: ignore[method-assign]
        switch.notify = self._notify
        switch.restart = self._restarted
        return switch, view

    def _notify(self, text: str) -> None:
        # A revert or a rollback that falls due tells everybody.
        self._touched()
        for session in tuple(self.sessions):
            session.announce(text)

    def _restarted(self) -> None:
        self._away_until = self.clock.now() + BOOT_S
        self._touched()
        self.clock.after(BOOT_S, self._touched)
        for session in tuple(self.sessions):
            session.drop()


def _lose(what: str, around: Surroundings) -> None:
    """Take away what the fault says, from what the switch sees."""
    if what == "neighbors":
        around.neighbors = []
    elif what == "link":
        around.linked -= {next((one.port for one in around.neighbors if one.port in around.linked), "")}
    elif what == "root":
        around.root, around.root_priority = _STRANGE_ROOT, 0
    elif what == "macs":
        around.macs = []
    elif what == "power":
        around.powered = set()
    else:
        around.hosts = frozenset()


def _nothing(_wrong: bool) -> None:  # noqa: FBT001 - a callable's one argument
    """Nobody listens yet."""


def _unheard(_text: str) -> None:
    """A machine that was thrown away says nothing to anybody."""


def _nobody_restarts() -> None:
    """Nor does it cut a session."""


class SwitchServer(asyncssh.SSHServer):
    """The SSH server of one switch: who may come in."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """A connection that does not reach the switch dies."""
        self._connection = conn
        if not self._station.answers():
            asyncio.get_running_loop().call_soon(conn.abort)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        """Everybody must prove who they are."""
        return True

    def password_auth_supported(self) -> bool:
        """By password, also asked for interactively."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """The switch's own accounts decide."""
        station = self._station
        return not station.spec.faults.wrong_password and station.switch.allows(username, password)

    def session_requested(self) -> "SwitchSession":
        """A shell on the switch."""
        from campusctl.lab.session import SwitchSession  # noqa: PLC0415 - the two know each other

        return SwitchSession(self._station, self._connection)


__all__ = ["CLIENT", "Station", "SwitchServer"]
