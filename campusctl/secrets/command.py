"""Secrets from a program, such as `pass`, `op`, `bw` or `gopass`: one call a reference, never through a shell."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from campusctl.errors import SecretError
from campusctl.secrets.asking import MAX_OUTPUT, ask_program
from campusctl.secrets.config import CONFIG_FILE, SecretsFile
from campusctl.secrets.source import REF


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call of the program ended."""

    value: str | None
    """What it printed; None: it ended with an exit code other than 0."""
    code: int = 0
    """Its exit code."""

    def __repr__(self) -> str:
        return f"Answer(code={self.code})"


Run = Callable[[Sequence[str]], Answer]
"""Runs a command and says how it ended."""


class CommandSource:
    """What a program prints for a reference. See `campusctl.secrets.source.Source`."""

    name = "command"

    def __init__(self, root: Path, config: SecretsFile, run: Run | None = None) -> None:
        """Prepare; nothing runs before the first secret is wanted.

        Args:
            root: The workspace; the program runs there.
            config: What to call.
            run: Calls it; None: as a child process.
        """
        self._config = config
        self._run = run or (lambda command: _call(root, config, command))
        self._answers: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"CommandSource({self._config.program!r})"

    def find(self, refs: Sequence[str]) -> Mapping[str, str]:
        """What the program prints for each reference, each asked for once in the life of this object."""
        wanted = [ref for ref in dict.fromkeys(refs) if REF.fullmatch(ref)]
        # One caller at a time: a person would be asked twice for the passphrase of the same store.
        with self._lock:
            fresh = [ref for ref in wanted if ref not in self._answers]
            if fresh:
                with ThreadPoolExecutor(min(self._config.at_once, len(fresh))) as pool:
                    self._answers.update(zip(fresh, pool.map(self._ask, fresh), strict=True))
            answers = {ref: self._answers[ref].value for ref in wanted}
        return {ref: value for ref, value in answers.items() if value is not None}

    def lacks(self, ref: str) -> tuple[str, str]:
        """The program has failed for it."""
        program = self._config.program
        code = self._answers[ref].code if ref in self._answers else 0
        hint = f"run {program} by hand and look: {CONFIG_FILE} says how it is called"
        return f"is not known to `{program}` (exit code {code})", hint

    def _ask(self, ref: str) -> Answer:
        return self._run([word.replace("{ref}", ref) for word in self._config.command])


def _call(root: Path, config: SecretsFile, command: Sequence[str]) -> Answer:
    """Run the program.

    Raises:
        SecretError: It cannot be started, takes too long, or prints no text.
    """
    program = config.program
    try:
        code, output = ask_program(command, config.timeout_s, root)
    except TimeoutError:
        raise SecretError(
            f"{CONFIG_FILE}: `{program}` took more than {config.timeout_s:g} s",
            "does it wait for somebody? unlock it before, or raise timeout_s",
        ) from None
    except OSError as error:
        raise SecretError(
            f"{CONFIG_FILE}: `{program}` cannot be started: {(error.strerror or 'no reason given').lower()}",
            "is it installed, and on the PATH of who runs campusctl?",
        ) from None
    if code:
        return Answer(None, code)
    return Answer(_text(program, output, whole=config.output == "whole"))


def _text(program: str, output: bytes, *, whole: bool) -> str:
    if len(output) > MAX_OUTPUT:
        raise SecretError(f"{CONFIG_FILE}: `{program}` printed more than {MAX_OUTPUT} bytes")
    try:
        text = output.decode()
    except UnicodeDecodeError:
        raise SecretError(f"{CONFIG_FILE}: `{program}` printed something that is no text") from None
    # `pass` keeps a login, an address and notes below the password.
    return text.removesuffix("\n").removesuffix("\r") if whole else text.split("\n", 1)[0].removesuffix("\r")
