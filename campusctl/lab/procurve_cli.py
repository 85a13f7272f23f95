"""The command interpreter of a simulated ArubaOS-Switch: contexts, prompts, errors, and loading a configuration.

Source: ArubaOS-Switch 16.10 Basic Operation Guide; recorded sessions of YA.16.11 and WC.16.10.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, Found, best, filtered

if TYPE_CHECKING:
    from campusctl.lab.procurve_state import Config, Vlan

_NUMBERED = re.compile(r"(.*?)(\d{1,3})")


@dataclass(slots=True)
class Store:
    """Something that holds a running configuration."""

    running: "Config"
    """The configuration commands change."""


Tables = dict[str, Sequence[Command["Cli"]]]


class Cli:
    """One session's interpreter; `run` takes a line and gives the answer, without prompt or echo."""

    def __init__(self, store: Store, tables: Tables, *, boot: bool = False) -> None:
        """Start at the manager prompt, or, to load a configuration, in the global context.

        Args:
            store: Whose running configuration is changed.
            tables: Commands per context kind.
            boot: Lines come from a stored configuration: they are trusted, and kept when unknown.
        """
        self.store = store
        self.tables = tables
        self.boot = boot
        self.stack = [Context("operator"), Context("exec")]
        self.question: Callable[[str], str] | None = None
        self.ask = ""
        self.one_key = False
        self.secret = False
        self.paging = True
        """Long answers stop at the end of a page."""
        self.closed = False
        """The session has ended itself."""
        if boot:
            self.stack.append(Context("config"))

    @property
    def config(self) -> "Config":
        """The running configuration."""
        return self.store.running

    @property
    def context(self) -> Context:
        """Where the session is."""
        return self.stack[-1]

    def enter(self, context: Context) -> str:
        """Go into a context from anywhere in the configuration; contexts below the global one do not nest."""
        self.stack = [Context("operator"), Context("exec"), Context("config"), context]
        return ""

    def leave(self) -> None:
        """One level up."""
        if len(self.stack) > 1:
            self.stack.pop()

    def prompt(self) -> str:
        """What the session shows when it waits for input."""
        if self.question is not None:
            return self.ask
        return f"{self.config.hostname}{_mode(self.context)}{'>' if self.context.kind == 'operator' else '#'} "

    def inquire(self, ask: str, then: Callable[[str], str], *, one_key: bool = False, secret: bool = False) -> str:
        """Ask; the next line (or key) is the answer.

        Args:
            ask: Text shown in place of the prompt.
            then: Called with the answer; returns what the device says to it.
            one_key: A single key answers, without Enter.
            secret: The answer is shown as asterisks.
        """
        self.ask, self.question, self.one_key, self.secret = ask, then, one_key, secret
        return ""

    def confirm(self, ask: str, yes: Callable[[], str], no: Callable[[], str] = str) -> str:
        """A `[y/n]` question; other keys than y and n are not taken."""

        def answer(key: str) -> str:
            if key[:1].lower() == "y":
                return yes()
            return no() if key[:1].lower() == "n" else self.confirm(ask, yes, no)

        return self.inquire(ask, answer, one_key=True)

    def run(self, line: str) -> str:
        """The answer to one line; empty when the device says nothing."""
        if self.question is not None:
            then, self.question = self.question, None
            self.one_key = self.secret = False
            return then(line)
        line = line.strip()
        if not line or line.startswith(";"):
            return ""
        command, bar, pipe = line.partition(" | ") if line.startswith("sh") else (line, "", "")
        try:
            answer = self._dispatch(command)
            return filtered(answer, pipe) if bar else answer
        except Rejected as reason:
            return str(reason)
        except ValueError:
            return f"Invalid input: {pipe or line}"

    def _alive(self) -> bool:
        """What this context is about still exists (another session may have taken it away)."""
        config, here = self.config, self.context
        if here.kind == "vlan":
            return int(here.key) in config.vlans
        if here.kind == "port":
            return all(name in config.ports or int(name[3:]) in config.trunks for name in here.names)
        return here.kind != "acl" or here.key in config.acls

    def _dispatch(self, line: str) -> str:
        if not self._alive():
            self.leave()
        if not self.boot and line.count('"') % 2 and not line.startswith("ban"):
            raise Rejected(f"Invalid input: {line[line.rindex(chr(34)) :]}")
        found = best(line, self._tables())
        if self.context.kind == "block" and (self.boot or not isinstance(found, Found)):
            return self._into_block(line)
        if isinstance(found, Found):
            return found.command.run(self, found.args)
        if self.boot:
            self._keep(line)
            return ""
        return f"{found.kind.capitalize()} input: {found.word}"

    def _tables(self) -> list[Sequence[Command["Cli"]]]:
        if self.boot:
            return [self.tables.get(self.context.kind, [])]
        kinds = [self.context.kind, *(context.kind for context in reversed(self.stack[:-1]))]
        return [self.tables[kind] for kind in kinds if kind in self.tables]

    def _into_block(self, line: str) -> str:
        lines = self.config.blocks.setdefault(self.context.key, [])
        if line == "exit":
            self.leave()
            return ""
        plain = line.removeprefix("no ")
        left = [old for old in lines if old.strip() not in (plain, f"no {plain}", line)]
        lines[:] = [*left, line] if self.boot or line == plain else left
        return ""

    def _keep(self, line: str) -> None:
        """An unknown line of a stored configuration stays in its context, word for word."""
        if self.context.kind == "vlan":
            self.vlan.lines.put(line)
        elif self.context.kind == "port":
            for name in self.context.names:
                self.config.port(name).lines.put(line)
        else:
            self.config.lines.put(line)

    @property
    def vlan(self) -> "Vlan":
        """The VLAN of a VLAN context."""
        return self.config.vlans[int(self.context.key)]

    def physical(self, text: str) -> list[str]:
        """Physical ports of a list such as `1-5,A1-A4`.

        Raises:
            Rejected: One of them does not exist.
        """
        return self._ports(text, set(self.config.ports))

    def interfaces(self, text: str) -> list[str]:
        """Physical ports and trunks of a list.

        Raises:
            Rejected: One of them does not exist.
        """
        return self._ports(text, {*self.config.ports, *self.config.bridge_ports()})

    def members(self, text: str) -> list[str]:
        """Ports and trunks of a list that can be in a VLAN.

        Raises:
            Rejected: One does not exist, or is a member of a trunk.
        """
        return self._ports(text, set(self.config.bridge_ports()))

    def _ports(self, text: str, known: set[str]) -> list[str]:
        if text.lower() in ("all", "ethernet all"):
            return sorted(known)
        names = [name for part in text.split(",") for name in _span(part)]
        canonical = {name.lower(): name for name in known}
        out = [canonical.get(name.lower(), "") for name in names]
        if self.boot:
            return [name for name in out if name]
        for typed, name in zip(names, out, strict=True):
            if not name:
                raise Rejected(f"Module not present for port or invalid port: {typed}")
        return list(dict.fromkeys(out))


def _span(part: str) -> list[str]:
    low, dash, high = part.partition("-")
    first, last = _NUMBERED.fullmatch(low), _NUMBERED.fullmatch(high)
    if not dash or not first or not last or first[1].lower() != last[1].lower():
        return [part]
    return [f"{first[1]}{number}" for number in range(int(first[2]), int(last[2]) + 1)] or [part]


def _mode(context: Context) -> str:
    return {
        "config": "(config)",
        "vlan": f"(vlan-{context.key})",
        "port": f"(eth-{context.key})",
        "acl": f"(config-{'std' if context.key.startswith('standard') else 'ext'}-nacl)",
        "block": f"({context.key.split(' ')[0]})",
    }.get(context.kind, "")


def joined(text: str) -> list[str]:
    """Lines of a stored configuration: wrapped ones put together, a quoted text over several lines is one line."""
    out: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if out and out[-1].count('"') % 2:
            out[-1] += "\\n" + line
        elif out and re.match(r' "', line):
            out[-1] += line
        else:
            out.append(line)
    return out


def load(config: "Config", tables: Tables, text: str) -> None:
    """Make `config` what a stored or rendered configuration says, line by line as the device does at boot."""
    cli = Cli(Store(config), tables, boot=True)
    lines = [line for line in joined(text) if line.strip() and not line.startswith((";", "!"))]
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        indent = len(line) - len(line.lstrip())
        words = line.strip()
        if cli.question is not None:
            cli.run(line)
        elif indent > 3 and cli.context.kind == "block":
            config.blocks[cli.context.key].append(" " * (indent - 3) + words)
        elif indent == 0 and words != "exit" and _is_block(cli, words, following):
            cli.enter(Context("block", words))
            config.blocks.setdefault(words, [])
        elif words != "exit" or len(cli.stack) > 3:
            if indent == 0 and words != "exit" and len(cli.stack) > 3 and _is_global(cli, words):
                cli.stack = cli.stack[:3]
            cli.run(words)
    config.settle()


def _is_block(cli: Cli, words: str, following: str) -> bool:
    deeper = following.startswith("  ") and following.strip() != "exit"
    return deeper and not isinstance(best(words, [cli.tables["opener"]]), Found)


def _is_global(cli: Cli, words: str) -> bool:
    """A line at column 0 belongs to the open context only when the context knows it (old firmware indents nothing)."""
    if cli.context.kind == "block":
        return isinstance(best(words, [cli.tables["opener"]]), Found)
    return not isinstance(best(words, [cli.tables[cli.context.kind]]), Found)
