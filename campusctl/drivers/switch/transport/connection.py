"""Netmiko's drivers on an event-driven link: reads wait for data, preparation is one write, nothing is logged."""

import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

from netmiko.base_connection import BaseConnection
from netmiko.exceptions import NetmikoBaseException
from netmiko.ssh_dispatcher import ssh_dispatcher

from campusctl.drivers.switch.faults import SessionError, translate
from campusctl.drivers.switch.rules import Rules
from campusctl.drivers.switch.transport import screen
from campusctl.drivers.switch.transport.link import Credentials, Link
from campusctl.drivers.switch.transport.screen import Prompt
from campusctl.model.outcome import FaultKind

Done = Callable[[str], object]

QUIET_S: Final = 1.0
"""Silence after which a device has nothing more to say, where no other sign tells."""
_MAX_TEXT: Final = 64 * 1024 * 1024
_MAX_LOGIN_STEPS: Final = 8
_PROMPTS: Final = ("prompt", "user", "password")


class EventConnection(BaseConnection):
    """Comes before one of Netmiko's classes in a subclass made by `connection_class`."""

    def __init__(
        self,
        open_link: Callable[[], Link],
        rules: Rules,
        who: Credentials,
        enable_secret: Callable[[], str] | None,
        **netmiko: Any,  # noqa: ANN401 - Netmiko's own keywords, passed through
    ) -> None:
        self._open_link, self._rules, self._who = open_link, rules, who
        self._enable_secret = enable_secret
        self._screen = screen.Screen()
        self.prompt = Prompt("")
        self.settled = False
        """The last thing the device said was a prompt; only then may a polite `exit` be sent."""
        super().__init__(device_type=rules.netmiko_type, **netmiko)

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:  # noqa: ARG002 - Netmiko's seam
        """Connect, check the host key, log in."""
        self.remote_conn_pre = None
        self.channel = self.remote_conn = self._open_link()

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - Netmiko's seam
        super()._try_session_preparation(force_data=False)

    def session_preparation(self) -> None:
        """Find the prompt, enter enable mode, stop paging.

        The lines that stop paging go out before the first prompt came, which saves a round trip, unless the dialect
        greets and waits for a key. Whatever else swallowed them, they are sent again.
        """
        lines = () if self._rules.greets else self._rules.paging_off
        self.send(*lines)
        text, swallowed = self._pass_greeting() if self._rules.greets else self._first_prompt(lines)
        again = swallowed or self._rules.greets or self._rules.error.search(text) is not None
        self._learn(text, len(lines))
        prompt = self.prompt.at_end(text)
        if prompt and prompt["sign"] == ">":
            self.enter_enable()
        if again and self._rules.paging_off:
            self._stop_paging()

    def _stop_paging(self) -> None:
        lines = self._rules.paging_off
        self.send(*lines)
        # Refusals are no trouble: what still comes in pages is read page by page.
        self.read_until(lambda text: self.prompt.at_end(text) and self.prompt.count(text) >= len(lines))

    def _pass_greeting(self) -> tuple[str, bool]:
        """Press the key; some devices show a prompt, then the greeting, then the prompt again."""
        text = self.read_until(lambda text: _login_step(text, ()))
        pressed = False
        for _ in range(_MAX_LOGIN_STEPS):
            step = _login_step(text, ())
            if step == "prompt" and pressed:
                return text, True
            self._answer_login("key" if step == "prompt" else step)
            pressed = True
            text = self.read_until(lambda text: _login_step(text, ()) in _PROMPTS, quiet=screen.ANY_KEY.search)
        raise SessionError(FaultKind.AUTH, "the switch keeps asking for an account after the SSH log-in")

    def _first_prompt(self, lines: tuple[str, ...]) -> tuple[str, bool]:
        """What came up to the first prompt, and whether something swallowed our lines on the way."""
        swallowed = False
        for _ in range(_MAX_LOGIN_STEPS):
            text = self.read_until(lambda text: _login_step(text, lines), quiet=Prompt.learn)
            step = _login_step(text, lines)
            if step in ("", "prompt"):
                return self._settle(text) if swallowed or not step else (text, False)
            swallowed = True
            self._answer_login(step)
        raise SessionError(FaultKind.AUTH, "the switch keeps asking for an account after the SSH log-in")

    def _settle(self, text: str) -> tuple[str, bool]:
        """Wait until the rest of what we typed too early has been answered; then ask for a fresh prompt."""
        text += self.read_until(lambda _text: False, quiet=lambda _text: True)
        self.send("")
        return self.read_until(Prompt.learn), True

    def _answer_login(self, step: str) -> None:
        if step == "key":
            self.send("")
        elif step == "user":
            self.send(self._who.user)
        elif self._who.password:
            self.send(self._who.password())
        else:
            raise SessionError(FaultKind.AUTH, "the switch asks for a password after the SSH log-in, and none is known")

    def _learn(self, text: str, echoes: int) -> None:
        """Take the last line as the prompt if it was there before every echo too; else ask for it once more."""
        found = Prompt.learn(text)
        if found and found.count(text) > echoes > 0:
            self.prompt = found
        else:
            self.send("")
            self.prompt = Prompt.learn(self.read_until(Prompt.learn)) or Prompt("")
            if found is None or self.prompt.host != found.host:
                raise SessionError(FaultKind.MALFORMED, "the switch shows a prompt that changes or cannot be read")
        self.set_base_prompt()

    def set_base_prompt(self, *_args: object, **_keywords: object) -> str:
        """What Netmiko's own methods take for the prompt."""
        self.base_prompt = self.prompt.host[:16]
        return str(self.base_prompt)

    def enter_enable(self) -> None:
        """Get the rights to configure.

        Raises:
            SessionError: AUTH; no or a wrong enable secret.
        """
        self.send("enable")
        text = self.read_until(lambda text: "enable" in text and (self.prompt.at_end(text) or _asks(text)))
        if screen.ASKS_USER.search(text):
            self.send(self._who.user)
            text = self.read_until(lambda text: self.prompt.at_end(text) or screen.ASKS_PASSWORD.search(text))
        if screen.ASKS_PASSWORD.search(text):
            if not self._enable_secret:
                raise SessionError(FaultKind.AUTH, "the switch wants an enable secret, and the inventory names none")
            self.send(self._enable_secret())
            text = self.read_until(lambda text: self.prompt.at_end(text) or _asks(text))
        prompt = self.prompt.at_end(text)
        if not prompt or prompt["sign"] != "#":
            self.settled = False
            raise SessionError(FaultKind.AUTH, "the switch does not let us into enable mode")

    def send(self, *lines: str) -> None:
        """Write lines, each with RETURN, in one packet."""
        self.write_channel("".join(line + self.RETURN for line in lines))

    def write_channel(self, out_data: str) -> None:
        """Write as is. Unlike Netmiko's, this logs nothing: what we send may be a secret."""
        if not out_data:
            return
        self.settled = False
        try:
            self.channel.write_channel(out_data)
        except _library_errors() as error:
            raise _broken(error) from None

    def read_until(self, done: Done, total_s: float = 0.0, idle_s: float = 0.0, quiet: Done | None = None) -> str:
        """Everything the device says until `done`.

        Args:
            done: Says of all text so far whether it is complete.
            total_s: How long the whole may take; 0: the connection's timeout.
            idle_s: How long the device may be silent; 0: as long as the whole may take.
            quiet: Says of all text so far whether silence ends it.

        Raises:
            SessionError: UNREACHABLE, TIMEOUT or MALFORMED; what came is kept for `unread`.
        """
        total_s = total_s or self.conn_timeout
        text, self._read_buffer = self._read_buffer, ""
        begun = last = time.monotonic()
        try:
            while not (text and done(text)):
                now = time.monotonic()
                left = min(begun + total_s - now, last + (idle_s or total_s) - now)
                _in_bounds(text, left, now - begun)
                more = self._wait(min(left, QUIET_S) if quiet else left)
                if more:
                    text, last = self._turn_page(text + more), time.monotonic()
                elif quiet and time.monotonic() - last >= QUIET_S and quiet(text):
                    break
        except BaseException:
            self._read_buffer = text
            raise
        self.settled = text[-1:] in ("#", ">", " ")
        return text

    def _wait(self, timeout_s: float) -> str:
        try:
            return self._screen.feed(cast("Link", self.channel).wait_read(timeout_s))
        except _library_errors() as error:
            raise _broken(error) from None

    def _turn_page(self, text: str) -> str:
        """Ask for the next page where paging could not be switched off."""
        tail = text[-120:]
        found = screen.PAGER.search(tail) if "ore" in tail or "ORE" in tail else None
        if not found:
            return text
        self.channel.write_channel(" ")
        return text[: len(text) - len(tail) + tail.rfind("\n") + 1]

    @property
    def unread(self) -> str:
        """What came before the last read failed."""
        return str(self._read_buffer)

    def forget_unread(self) -> None:
        """Drop what came late: a new exchange begins."""
        self._read_buffer = ""

    def read_until_pattern(
        self,
        pattern: str = "",
        read_timeout: float = 10.0,
        re_flags: int = 0,
        max_loops: int | None = None,  # noqa: ARG002 - Netmiko's seam
    ) -> str:
        """For Netmiko's own methods: up to and including a pattern, without polling."""
        regex = re.compile(pattern, re_flags)
        text = self.read_until(regex.search, read_timeout)
        stop = next(regex.finditer(text)).end()
        self._read_buffer = text[stop:]
        return text[:stop]

    def find_prompt(self, delay_factor: float = 1.0, pattern: str | None = None) -> str:  # noqa: ARG002 - Netmiko's seam
        """For Netmiko's own methods: the prompt as it stands now."""
        self.send("")
        return screen.last_line(self.read_until(self.prompt.at_end)).strip()

    def is_alive(self) -> bool:
        """Whether the device has not hung up, as far as can be told without asking it."""
        try:
            self._read_buffer += self._screen.feed(self.channel.read_channel())
        except _library_errors():
            return False
        return self.remote_conn is not None

    def cleanup(self, command: str = "exit") -> None:
        """Log out without waiting, but only at a prompt: anywhere else the word might answer a question."""
        if self.settled:
            self.send(command)

    def paramiko_cleanup(self) -> None:
        """Let go of the connection."""
        if self.remote_conn is not None:
            self.remote_conn.close()
            self.remote_conn = None


@cache
def connection_class(netmiko_type: str) -> type[EventConnection]:
    """Netmiko's class for a platform, with event-driven reads in front of it."""
    platform = ssh_dispatcher(netmiko_type)
    return type(f"Event{platform.__name__}", (EventConnection, platform), {})


@cache
def _library_errors() -> tuple[type[Exception], ...]:
    """What a dead connection may raise."""
    from paramiko.ssh_exception import SSHException  # noqa: PLC0415 - loaded with Netmiko anyway; kept beside its twin

    try:
        from ssh2.exceptions import SSH2Error  # noqa: PLC0415 - libssh2 may be missing
    except ImportError:
        return (OSError, EOFError, NetmikoBaseException, SSHException)
    return (OSError, EOFError, NetmikoBaseException, SSHException, SSH2Error)


def _broken(error: Exception) -> SessionError:
    why = translate(error, "").what.removeprefix(": ")
    closed = isinstance(error, NetmikoBaseException) or "broke" in why
    what = "the switch closed the connection" if closed else f"the connection broke: {why}"
    return SessionError(FaultKind.UNREACHABLE, what, "the switch may have restarted or cut us off: read it again")


def _in_bounds(text: str, left_s: float, waited_s: float) -> None:
    if len(text) > _MAX_TEXT:
        raise SessionError(FaultKind.MALFORMED, f"the switch sent more than {_MAX_TEXT} characters without a prompt")
    if left_s > 0:
        return
    if screen.last_line(text).rstrip()[-1:] in ("#", ">"):
        raise SessionError(FaultKind.MALFORMED, f"no known prompt within {waited_s:.0f} s, but something like one")
    raise SessionError(FaultKind.TIMEOUT, f"no prompt within {waited_s:.0f} s")


def _asks(text: str) -> object:
    return screen.ASKS_PASSWORD.search(text) or screen.ASKS_USER.search(text)


def _login_step(text: str, lines: tuple[str, ...]) -> str:
    """What a fresh session waits for: `key`, `user`, `password`, `prompt`; empty: nothing yet."""
    if screen.ANY_KEY.search(text):
        return "key"
    tail = text[-200:]
    if screen.ASKS_PASSWORD.search(tail):
        return "password"
    if screen.ASKS_USER.search(tail):
        return "user"
    echo = text.rfind(lines[-1]) if lines else 0
    echoed = not lines or (echo >= 0 and "\n" in text[echo:])
    return "prompt" if echoed and Prompt.learn(text) else ""
