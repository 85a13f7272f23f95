"""One simulated switch without a network: its clock, its timers, its two configurations, and its terminal sessions.

A dialect makes a `Machine` (state, `console()`, `management_view()`) and a `Console` (`prompt()`, `run(line)`); what
every terminal does alike (echo, line editing, paging, questions answered with one key) is here.
"""

import random
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import Final, Protocol
from weakref import WeakSet

CLIENT: Final = "10.0.0.10"
"""The address our own sessions come from, as the switches see it."""


class Clock(Protocol):
    """Seconds since some moment; only differences count."""

    def now(self) -> float:
        """The time in seconds."""
        ...


class RealClock:
    """The computer's clock."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()


@dataclass(slots=True)
class ManualClock:
    """A clock that a test moves."""

    seconds: float = 0.0
    """What it shows."""

    def now(self) -> float:
        """What it shows."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass; timers that are due run at the machine's next `tick()`."""
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What LLDP shows on a port."""

    port: str
    """Our port, canonical name."""
    device: str
    """System name at the other end."""
    remote_port: str
    """Port at the other end."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """How a port or LAG that is a bridge port treats frames."""

    up: bool
    """Not shut down. A member of a LAG is in it."""
    untagged: int | None
    """VLAN of frames without a tag, if it exists and is active here."""
    tagged: frozenset[int]
    """VLANs with a tag, of those that exist and are active here."""
    lag: str = ""
    """The LAG a physical port is a member of; `untagged` and `tagged` are then the LAG's."""


@dataclass(frozen=True, slots=True)
class ManagementView:
    """What decides whether a switch can be reached."""

    ports: Mapping[str, Carriage]
    """Physical ports by canonical name."""
    addresses: Mapping[int, tuple[IPv4Interface, ...]]
    """Addresses of VLAN interfaces that are not shut down, by VLAN."""
    gateway: str
    """Default gateway or default route; empty: none."""
    ssh: bool
    """The SSH server runs and the terminal lines let it in."""
    permits: Callable[[str], bool]
    """Whether the access lists on the management access let a client address in."""


@dataclass(slots=True)
class Options:
    """What a machine is besides its configuration; faults of the lab set the last ones."""

    model: str = ""
    """Model name; it decides the ports. Empty: the dialect's default."""
    ports: tuple[str, ...] = ()
    """Canonical names of all physical ports, in order; empty: those of the model."""
    neighbours: tuple[Neighbour, ...] = ()
    """What is at the other ends."""
    boot_seconds: float = 3.0
    """How long a reboot takes, in seconds of the clock."""
    refuse: tuple[str, ...] = ()
    """Lines with one of these texts in them are answered like nonsense."""
    save_fails: bool = False
    """Saving prints the dialect's error and changes nothing."""
    garbage_prompt: bool = False
    """Prompts come with control sequences and log messages around them."""


@dataclass(slots=True)
class Timer:
    """Something that will happen."""

    due: float
    """Clock time in seconds."""
    run: Callable[[], None]
    """What happens."""


class Machine(ABC):
    r"""A switch. Texts have "\n" line ends and are as the device prints them, without the `show` command's headline."""

    rejection: str = "Invalid input: {word}"
    """What the dialect says to nonsense (`{word}`: the first word)."""

    def __init__(self, name: str, startup: str, clock: Clock | None = None, options: Options | None = None) -> None:
        """A switch that has booted from `startup` long ago.

        Args:
            name: Device name in the inventory.
            startup: A configuration text, secrets resolved; unknown lines are kept.
            clock: For timers; the computer's if not given.
            options: Model, ports, neighbours, faults.
        """
        self.name = name
        self.clock: Clock = clock or RealClock()
        self.options = options or Options()
        self.booted_at = self.clock.now()
        self.down_until = 0.0
        self.random = random.Random(name)  # noqa: S311 - salts and serials of a simulation, the same each time
        self.timers: dict[str, Timer] = {}
        self.consoles: WeakSet[Console] = WeakSet()
        self.boot(startup)

    @abstractmethod
    def boot(self, startup: str) -> None:
        """Take a text as startup configuration and make it the running one too."""

    @abstractmethod
    def restart(self) -> None:
        """Make the running configuration what the startup configuration says; `reboot` does the rest."""

    @abstractmethod
    def console(self, user: str = "admin") -> "Console":
        """A new terminal session of a user who has logged in."""

    @abstractmethod
    def running_text(self) -> str:
        """The running configuration as `show running-config` prints it."""

    @abstractmethod
    def startup_text(self) -> str:
        """The startup configuration as the device prints it."""

    @abstractmethod
    def management_view(self) -> ManagementView:
        """What decides whether this switch can be reached."""

    @abstractmethod
    def password_ok(self, user: str, password: str) -> bool:
        """Whether a local account of the running configuration has that password."""

    @abstractmethod
    def has_user(self, user: str) -> bool:
        """Whether there is such a local account (for logins with a key)."""

    def login_banner(self) -> str:
        """Text shown before the login; empty: none."""
        return ""

    def is_down(self) -> bool:
        """Whether it is rebooting."""
        return self.clock.now() < self.down_until

    def uptime_s(self) -> float:
        """Seconds since it booted."""
        return max(0.0, self.clock.now() - self.booted_at)

    def reboot(self) -> None:
        """Restart from the startup configuration: sessions end, timers are gone, nobody answers for a while."""
        self.timers.clear()
        for console in list(self.consoles):
            console.close()
        self.down_until = self.clock.now() + self.options.boot_seconds
        self.booted_at = self.down_until
        self.restart()

    def schedule(self, name: str, seconds: float, run: Callable[[], None]) -> None:
        """Let something happen later; an earlier timer of that name is replaced."""
        self.timers[name] = Timer(self.clock.now() + seconds, run)

    def cancel(self, name: str) -> bool:
        """Forget a timer; whether there was one."""
        return self.timers.pop(name, None) is not None

    def remaining_s(self, name: str) -> float | None:
        """Seconds until a timer runs; None: there is no such timer."""
        timer = self.timers.get(name)
        return None if timer is None else max(0.0, timer.due - self.clock.now())

    def tick(self) -> None:
        """Run the timers that are due, the earliest first."""
        while due := sorted((t.due, n) for n, t in self.timers.items() if t.due <= self.clock.now()):
            self.timers.pop(due[0][1]).run()

    def announce(self, text: str) -> None:
        """Print an unsolicited message in every session."""
        for console in list(self.consoles):
            console.push(text)


_PLAIN: Final = re.compile(r"[^\x00-\x1f\x7f?]+")
_ERASE: Final = "\b \b"


@dataclass(slots=True, eq=False, weakref_slot=True)
class Console(ABC):
    """One terminal session: raw characters in, characters out.

    A dialect gives `prompt()` and `run()`. After each `run()` the editor looks at `one_key` (the next key alone is
    the next line) and `echo` (what typed characters show: None as they are, "" nothing, "*" stars).
    """

    machine: Machine
    """The switch."""
    user: str = "admin"
    """Who logged in."""
    length: int = 24
    """Lines of a page; 0: no paging."""
    width: int = 80
    """Columns."""
    one_key: bool = False
    """The next key answers a question."""
    echo: str | None = None
    """What typed characters show."""
    closed: bool = False
    """The session is over."""
    on_output: Callable[[str], None] | None = None
    """Where unsolicited messages go; None: they wait for the next `feed`."""
    on_close: Callable[[], None] | None = None
    """Told when the switch ends the session."""
    more: str = "--More--"
    """What stands below a page."""
    more_erase: str = "\b" * 9 + " " * 8 + "\b" * 9
    """What takes it away again."""
    _line: str = ""
    _after_cr: bool = False
    _pages: list[str] = field(default_factory=list)
    _waiting: str = ""

    def __post_init__(self) -> None:
        self.machine.consoles.add(self)

    @abstractmethod
    def prompt(self) -> str:
        """What the session shows when it waits for input (a question too)."""

    @abstractmethod
    def run(self, line: str) -> str:
        r"""The answer to a line, "\n" line ends, without echo and prompt; may change `closed`, `one_key`, `echo`."""

    def greeting(self) -> str:
        """The first characters of a session."""
        return "\r\n" + self._shown_prompt()

    def interrupt(self) -> None:  # noqa: B027 - a dialect without questions has nothing to do
        """Ctrl-C or Ctrl-Z was typed: questions are over."""

    def leave_config(self) -> None:  # noqa: B027 - likewise
        """Ctrl-Z was typed: back to the manager prompt."""

    def help(self, line: str) -> str | None:  # noqa: ARG002 - dialects that have help use it
        """The answer to `?` after these characters; None: `?` is a character like others."""
        return None

    def push(self, text: str) -> None:
        """Print an unsolicited message."""
        wire = _wire("\n" + text)
        if self.on_output is None:
            self._waiting += wire
        else:
            self.on_output(wire)

    def close(self) -> None:
        """End the session from the switch's side."""
        if not self.closed:
            self.closed = True
            if self.on_close is not None:
                self.on_close()

    def feed(self, data: str) -> str:
        """What the terminal shows after these characters were typed."""
        self.machine.tick()
        out, self._waiting = [self._waiting], ""
        at = 0
        while at < len(data) and not self.closed:
            plain = None if self._pages or self.one_key else _PLAIN.match(data, at)
            if plain:
                out.append(self._type(plain[0]))
                at = plain.end()
            else:
                out.append(self._key(data[at]))
                at += 1
        return "".join(out)

    def _type(self, text: str) -> str:
        self._after_cr = False
        self._line += text
        return text if self.echo is None else self.echo * len(text)

    def _key(self, key: str) -> str:
        after_cr, self._after_cr = self._after_cr, key == "\r"
        if key == "\0" or (key == "\n" and after_cr):
            return ""
        if self._pages:
            return self._turn(key)
        if self.one_key:
            return self._answer(key)
        if key in "\r\n":
            return self._enter()
        return self._edit(key)

    def _edit(self, key: str) -> str:
        if key in "\b\x7f":
            gone, self._line = self._line[-1:], self._line[:-1]
            return _ERASE if gone and self.echo is None else ""
        if key in "\x15\x18":
            gone, self._line = self._line, ""
            return _ERASE * len(gone) if self.echo is None else ""
        if key in "\x03\x1a":
            return self._break(key)
        if key == "?" and self.echo is None:
            answer = self.help(self._line)
            if answer is not None:
                return f"?\r\n{_wire(answer)}{self._shown_prompt()}{self._line}"
        return self._type(key) if key == "?" else ""

    def _break(self, key: str) -> str:
        self._line = ""
        self.interrupt()
        if key == "\x1a":
            self.leave_config()
        return f"^{'C' if key == chr(3) else 'Z'}\r\n{self._shown_prompt()}"

    def _answer(self, key: str) -> str:
        self.one_key = False
        shown = key if key.isprintable() and self.echo is None else ""
        return shown + self._say("\r\n", self._ask_machine(key))

    def _enter(self) -> str:
        line, self._line = self._line, ""
        return self._say("\r\n", self._ask_machine(line))

    def _ask_machine(self, line: str) -> str:
        options = self.machine.options
        if options.refuse and any(text in line for text in options.refuse):
            return self.machine.rejection.format(word=line.split(maxsplit=1)[0]) + "\n"
        return self.run(line)

    def _say(self, before: str, text: str) -> str:
        if self.closed:
            return before + _wire(text)
        lines = text.splitlines(keepends=True)
        if self.length and len(lines) >= self.length:
            self._pages = lines
            return before + self._page(self.length - 1)
        return before + _wire(text) + self._shown_prompt()

    def _page(self, size: int) -> str:
        shown, self._pages = self._pages[:size], self._pages[size:]
        return _wire("".join(shown)) + (self.more if self._pages else self._shown_prompt())

    def _turn(self, key: str) -> str:
        if key in " \r\n":
            return self.more_erase + self._page(self.length - 1 if key == " " else 1)
        if key in "qQ\x03\x1a":
            self._pages = []
            return self.more_erase + self._shown_prompt()
        return ""

    def _shown_prompt(self) -> str:
        prompt = self.prompt()
        if self.machine.options.garbage_prompt and prompt:
            return f"\x1b[0m\x07{prompt[:3]}\x1b[K\b\b\b{prompt}\x1b[?7l"
        return prompt


def _wire(text: str) -> str:
    """A text with the line ends of a terminal; a last line without an end gets one."""
    if text and not text.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n")
