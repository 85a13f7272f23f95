"""One session with one switch: show, configure, execute, save. Knows no dialect but by its rules.

Configuration lines go out in windows: so many lines in one packet, then their prompts are awaited and each reply is
checked. That costs one round trip a window instead of one a line. The price: when a line is refused, the device has
already received the rest of its window. So the first window is half as long, a line that asks, a banner and a
hostname go alone, and nothing follows a window with a refused line but the line that leaves configuration mode.
`SessionError.sent` counts what was written, refused or not; only reading the configuration again tells what became
of it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from campusctl.drivers.switch.connecting import connect
from campusctl.drivers.switch.dialogue import (
    ANY_QUESTION,
    Answers,
    Replies,
    Vault,
    echoed,
    mode_of,
    question,
    tidy_end,
    whole_reply,
    windows,
)
from campusctl.drivers.switch.faults import Rejection, SessionError
from campusctl.drivers.switch.rules import Rules
from campusctl.drivers.switch.transport.screen import ASKED, QUESTION, Prompt, last_line, without_echo
from campusctl.model.command import Command, CommandKind
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin

if TYPE_CHECKING:
    from campusctl.drivers.switch.transport.connection import EventConnection

__all__ = ["Rejection", "Session", "SessionError", "open_session"]

Secrets = Callable[[str], str]
"""Gives a reference's plaintext at the moment of sending; raises SecretError."""

_MAX_ANSWERS: Final = 10
_SHORT_REPLY: Final = 2000
_DECLINE_S: Final = 2.0


class _Pushed:
    """Tells before a packet how many commands will have been written with it, and counts them."""

    def __init__(self, on_sent: Callable[[int], None]) -> None:
        self._on_sent = on_sent
        self.count = 0
        self.left = False
        """The last packet has also left configuration mode."""

    def add(self, commands: int) -> None:
        # Whoever is told may object; then the packet does not go out, and does not count.
        self._on_sent(self.count + commands)
        self.count += commands


class Session:
    """A shell at the enable prompt. Not for use by several threads at once."""

    def __init__(
        self,
        connection: "EventConnection",
        login: DeviceLogin,
        rules: Rules,
        vault: Vault,
        stop: threading.Event | None = None,
    ) -> None:
        self._connection, self._login, self._rules, self._vault = connection, login, rules, vault
        self._stop = stop
        self._mode: str | None = None
        self._noise = ((rules.noise_mark, rules.noise),) if rules.noise else ()

    @property
    def hostname(self) -> str:
        """The name in the prompt."""
        return self._connection.prompt.host

    def show(self, command: str, timeout_s: float | None = None) -> str:
        """The reply to one command.

        Args:
            command: One line for the enable prompt.
            timeout_s: For the whole reply; None: the login's `read_timeout_s`.

        Returns:
            Without echo and prompt, line feeds as line ends, unsolicited messages dropped.

        Raises:
            SessionError: REJECTED when the device refuses the command.
        """
        return self.show_many((command,), timeout_s)[0]

    def show_many(self, commands: Sequence[str], timeout_s: float | None = None) -> list[str]:
        """The replies to several commands, sent in one packet; see `show`."""
        replies = self._show(commands, timeout_s)
        for command, reply in zip(commands, replies, strict=True):
            self._check(command, reply)
        return replies

    def show_each(self, commands: Sequence[str], timeout_s: float | None = None) -> list[str | None]:
        """The replies to several commands, sent in one packet; None for each that the switch refuses; see `show`."""
        replies = self._show(commands, timeout_s) if commands else []
        return [None if self._refuses(reply) else reply for reply in replies]

    def _show(self, commands: Sequence[str], timeout_s: float | None) -> list[str]:
        # An empty line at the end gives a second prompt: a line of output that looks like the prompt and happens to
        # end a packet cannot be taken for the end.
        replies = self._exchange([*commands, ""], timeout_s or self._login.read_timeout_s, spare=1).found
        return replies[: len(commands)]

    def configure(
        self, commands: Sequence[Command], on_sent: Callable[[int], None], enter: Sequence[str] | None = None
    ) -> int:
        """Send configuration commands, in order, and leave configuration mode again, whatever happens.

        Args:
            commands: Secrets in them as `<<secret:REF>>`.
            on_sent: Told before each packet how many commands will have been written with it.
            enter: Lines for the enable prompt that enter configuration mode (an armed revert); None: the dialect's.

        Returns:
            How many commands were sent: all of them.

        Raises:
            SessionError: `sent` says how many were written; REJECTED carries the refused command. The device is
                proven to be back at the enable prompt, or the connection is gone, or `what` says that it is not.
        """
        if not commands:
            return 0
        pushed = _Pushed(on_sent)
        try:
            self._enter(enter if enter is not None else (self._rules.config_enter,))
            self._push_all(commands, pushed)
            if not pushed.left:
                self._leave()
        except BaseException as error:
            if not pushed.left:
                self._leave_after(error)
            if isinstance(error, SessionError):
                error.sent = pushed.count
            raise
        return pushed.count

    def execute(self, lines: Sequence[str], answers: Answers | None = None) -> list[str]:
        """Send lines one by one that may ask, and answer by the rules.

        Args:
            lines: For the enable prompt (or the mode a line before has entered).
            answers: Questions and what to reply, with RETURN where the device wants one; None: the dialect's.

        Returns:
            One reply per line, without echo and prompt.

        Raises:
            SessionError: REJECTED when the device refuses a line or asks what nobody expected.
        """
        known = self._rules.answers if answers is None else answers
        replies = []
        for line in lines:
            replies.append(self._ask(line, known))
            self._check(line, replies[-1])
        return replies

    def save(self) -> str:
        """Make running the startup configuration. Devices say OK too easily: compare the two afterwards."""
        return self.execute((self._rules.save,))[0]

    def _exchange(self, lines: Sequence[str], total_s: float, idle_s: float = 0.0, spare: int = 0) -> Replies:
        """Write lines in one packet and wait for one prompt each; the last `spare` of them may get lost."""
        texts = [self._vault.fill(line) for line in lines]
        connection = self._connection
        replies = Replies(connection.prompt, self._noise, texts, spare)
        connection.forget_unread()
        connection.send(*texts)
        quiet = replies.complete_if_quiet if spare else _asks
        try:
            seen = connection.read_until(replies.complete, total_s, idle_s, quiet)
        except SessionError as error:
            self._quote_refusal(error)
            raise
        if not replies.found:
            self._decline()
            raise self._rejected(lines[replies.answered(seen)], f"asks what nobody expected: {last_line(seen).strip()}")
        return replies

    def _quote_refusal(self, error: SessionError) -> None:
        """A refused line may be why the line went dead: an `exit` too many logs out."""
        found = self._rules.error.search(self._connection.unread)
        if found:
            said = self._connection.unread[found.start() :].partition("\n")[0].strip()
            error.what += f"; before that the switch said: {self._vault.mask(said)}"
            error.args = (error.what,)

    def _enter(self, lines: Sequence[str]) -> None:
        replies = self.execute(lines)
        if self._mode is None:
            said = self._vault.mask(" ".join(replies[-1].split())[:200])
            kind = FaultKind.LOCKED if "lock" in said.lower() else FaultKind.REJECTED
            raise SessionError(kind, f"`{lines[-1]}` did not enter configuration mode: {said}")

    def _push_all(self, commands: Sequence[Command], pushed: _Pushed) -> None:
        for window in windows(commands, self._rules.window):
            if self._stop is not None and self._stop.is_set():
                raise SessionError(FaultKind.INTERRUPTED, "the run was stopped before the next commands were sent")
            last = pushed.count + len(window) == len(commands)
            for command, reply in zip(window, self._push(window, pushed, last=last), strict=True):
                self._check(command.text, reply)
                if command.answer is None and command.kind is not CommandKind.BANNER and ASKED.search(reply):
                    # The next line was taken for the answer.
                    raise self._rejected(command.text, f"asks what nobody expected: {reply.strip()}")

    def _push(self, window: Sequence[Command], pushed: _Pushed, *, last: bool) -> list[str]:
        """Send one packet; one reply per command. The last one takes the way out of configuration mode with it."""
        first = window[0]
        # Filled in before it counts as sent: a missing secret sends nothing.
        texts = [self._vault.fill(command.text) for command in window]
        pushed.add(len(window))
        if first.kind is CommandKind.BANNER:
            return [self._send_banner(texts[0])]
        if first.kind is CommandKind.HOSTNAME:
            return [self._rename(texts[0])]
        if first.answer is not None:
            return [self._ask(texts[0], ((ANY_QUESTION, first.answer),))]
        texts += [self._rules.config_leave] if last else []
        # Silence is bounded by the prompt's time; a slow switch may take it for every line.
        whole_s = self._login.read_timeout_s + self._login.timeout_s * len(texts)
        replies = self._exchange(texts, whole_s, self._login.timeout_s)
        pushed.left = last and replies.mode is None
        return replies.found[: len(window)]

    def _send_banner(self, text: str) -> str:
        """A banner's lines have no prompts between them: it has ended when a prompt follows its last line."""
        lines = text.rstrip("\n").split("\n")
        connection = self._connection
        connection.forget_unread()
        connection.send(*lines)

        def complete(seen: str) -> bool:
            at = seen.rfind(lines[-1].strip())
            return at >= 0 and "\n" in seen[at:] and self._at_prompt(seen)

        seen = connection.read_until(complete, self._login.read_timeout_s, self._login.timeout_s)
        return whole_reply(seen, lines[0], connection.prompt, self._noise)

    def _rename(self, text: str) -> str:
        """Send a hostname and learn the prompt anew."""
        connection = self._connection
        connection.forget_unread()
        connection.send(text)
        seen = connection.read_until(
            lambda seen: echoed(text, seen) and Prompt.learn(seen), self._login.read_timeout_s, self._login.timeout_s
        )
        wanted, found = Prompt(text.partition("hostname")[2].strip().strip("\"'")), Prompt.learn(seen)
        if found and not connection.prompt.at_end(seen):
            connection.prompt = wanted if wanted.host and wanted.at_end(seen) else found
        return without_echo(seen, text)

    def _ask(self, line: str, answers: Answers) -> str:
        """Send one line, answer what it asks, and give the reply."""
        connection, text = self._connection, self._vault.fill(line)
        connection.forget_unread()
        connection.send(text)
        seen, owes_return = "", False
        for _ in range(_MAX_ANSWERS):
            waits = partial(self._waits, text if not seen else "", answers)
            quiet = _anything if owes_return else self._waits_for_somebody
            part = connection.read_until(waits, self._login.read_timeout_s, quiet=quiet)
            seen += part
            if self._at_prompt(part):
                self._mode = mode_of(part, connection.prompt, self._noise)
                return whole_reply(seen, text, connection.prompt, self._noise)
            owes_return = self._answer(line, part, answers, owes_return=owes_return)
        raise self._rejected(line, f"asks more than {_MAX_ANSWERS} questions")

    def _waits(self, line: str, answers: Answers, seen: str) -> bool:
        """Whether the line was echoed and a prompt or a known question came."""
        if not echoed(line, seen):
            return False
        return self._at_prompt(seen) or question(without_echo(seen, line) if line else seen, answers) is not None

    def _waits_for_somebody(self, seen: str) -> bool:
        return QUESTION.search(seen) is not None or self._at_prompt(seen)

    def _answer(self, line: str, part: str, answers: Answers, *, owes_return: bool) -> bool:
        """Reply to a question; says whether the reply may need a RETURN behind it.

        Some devices take one key, some want RETURN after it: those stay silent, and then get it.
        """
        answer = question(part, answers)
        if answer is None and not owes_return:
            self._decline()
            raise self._rejected(line, f"asks what nobody expected: {last_line(part).strip()}")
        self._connection.write_channel((answer or "\n").replace("\n", self._connection.RETURN))
        return not (answer or "\n").endswith("\n")

    def _decline(self) -> None:
        """Say no to a question, so that a prompt comes back."""
        for refusal in ("n", self._connection.RETURN, "\x03"):
            self._connection.write_channel(refusal)
            try:
                self._connection.read_until(self._at_prompt, _DECLINE_S)
            except SessionError as error:
                if error.kind is FaultKind.UNREACHABLE:
                    return
                continue
            return

    def _at_prompt(self, text: str) -> bool:
        return tidy_end(text, self._connection.prompt, self._noise) is not None

    def _check(self, command: str, reply: str) -> None:
        if self._refuses(reply):
            raise self._rejected(command, reply)

    def _refuses(self, reply: str) -> bool:
        # A long reply is content; a banner in it may well say "% Invalid".
        return len(reply) <= _SHORT_REPLY and self._rules.error.search(reply) is not None

    def _rejected(self, command: str, reply: str) -> SessionError:
        found = self._rules.error.search(reply)
        said = reply[found.start() :] if found else reply
        said = self._vault.mask(said.strip().partition("\n")[0].strip())
        return SessionError(
            FaultKind.REJECTED,
            f"the switch refused `{self._vault.mask(command.partition(chr(10))[0])}`: {said}",
            rejected=Rejection(self._vault.mask(command), said),
        )

    def _leave(self) -> None:
        """Leave configuration mode and see the enable prompt."""
        connection = self._connection
        for _ in range(2):
            connection.forget_unread()
            connection.send(self._rules.config_leave)
            seen = connection.read_until(self._left)
            if mode_of(seen, connection.prompt, self._noise) is None:
                return
        raise SessionError(FaultKind.MALFORMED, "the switch does not leave configuration mode")

    def _left(self, seen: str) -> bool:
        return echoed(self._rules.config_leave, seen) and self._at_prompt(seen)

    def _leave_after(self, error: BaseException) -> None:
        """Leave configuration mode after a failure, as far as the line is alive."""
        if isinstance(error, SessionError) and error.kind is FaultKind.UNREACHABLE:
            return
        try:
            self._leave()
        except SessionError as worse:
            if isinstance(error, SessionError):
                error.what += f"; and leaving configuration mode failed: {worse.what}"
                error.args = (error.what,)


def _asks(text: str) -> bool:
    return QUESTION.search(last_line(text)) is not None


def _anything(_text: str) -> bool:
    return True


@contextmanager
def open_session(
    login: DeviceLogin,
    rules: Rules,
    secrets: Secrets,
    transport: str = "auto",
    stop: threading.Event | None = None,
) -> Iterator[Session]:
    """Connect, check the host key, log in, get to the enable prompt; disconnect at the end.

    A connection that never got a session is tried once more, as long as half its time is left. Nothing is repeated
    after a credential was refused or a line was sent.

    Args:
        login: Where and who.
        rules: The dialect's.
        secrets: Gives the plaintext of a reference at the moment of sending.
        transport: `libssh2`, `paramiko`, or `auto`: libssh2, and paramiko where that is missing or has no algorithm
            in common with the switch.
        stop: When set, `configure` sends no further packet.

    Raises:
        SessionError: The device's trouble, as a fault kind with a sentence and a hint.
    """
    vault = Vault(secrets)
    connection = connect(login, rules, vault, transport)
    try:
        yield Session(connection, login, rules, vault, stop)
    finally:
        connection.disconnect()
