"""The command interpreter of a simulated AOS-CX switch: contexts, prompts, errors, and loading a configuration.

Source: AOS-CX 10.10 Command-Line Interface Guide; recorded sessions (range prompts, `% Ambiguous command.`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, Found, best, expand, filtered

if TYPE_CHECKING:
    from campusctl.lab.aoscx_state import Config, Port

_PORT = re.compile(r"(\d+/\d+/)(\d+)")


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
            tables: Commands per context kind; `exec` holds those of the manager level.
            boot: Lines come from a stored configuration: they are trusted, and kept when unknown.
        """
        self.store = store
        self.tables = tables
        self.boot = boot
        self.stack = [Context("exec")]
        self.question: Callable[[str], str] | None = None
        self.ask = ""
        self.one_key = self.secret = False
        self.text_prompt = ""
        self.paging = True
        """Long answers stop at the end of a page."""
        self.closed = False
        """The session has ended itself."""
        if boot:
            self.enter(Context("config"))

    @property
    def config(self) -> "Config":
        """The running configuration."""
        return self.store.running

    @property
    def context(self) -> Context:
        """Where the session is."""
        return self.stack[-1]

    def enter(self, context: Context) -> str:
        """Go into a context from anywhere; contexts below the global one do not nest."""
        self.stack = [Context("exec")] + ([Context("config")] if context.kind != "config" else []) + [context]
        return ""

    def leave(self) -> None:
        """One level up."""
        if len(self.stack) > 1:
            self.stack.pop()

    def prompt(self) -> str:
        """What the session shows when it waits for input."""
        if self.ask:
            return self.ask
        if self.text_prompt:
            return self.text_prompt
        return f"{self.config.hostname}{_mode(self.context)}# "

    def inquire(self, ask: str, then: Callable[[str], str]) -> str:
        """Ask a question; the next line is its answer."""
        self.ask, self.question = ask, then
        return ""

    def run(self, line: str) -> str:
        """The answer to one line; empty when the device says nothing."""
        if self.question is not None:
            then, self.question, self.ask = self.question, None, ""
            return then(line)
        line = line.strip()
        if not line or line.startswith("!"):
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
            return all(int(name) in config.vlans for name in here.names)
        if here.kind in ("lag", "svi"):
            return int(here.key) in (config.lags if here.kind == "lag" else config.svis)
        return here.kind != "acl" or here.key in config.acls

    def _dispatch(self, line: str) -> str:
        if not self._alive():
            self.leave()
        if self.context.kind == "block" and (self.boot or not isinstance(self._global(line), Found)):
            return self._into_block(line)
        found = best(line, self._tables())
        if isinstance(found, Found):
            if len(self.stack) > 2 and found.command in self.tables["config"] and found.line != "exit":
                # As in vtysh: a global command typed below the global context goes up to it and stays there.
                self.stack = self.stack[:2]
            return found.command.run(self, found.args)
        if self.boot:
            self._keep(line)
            return ""
        return {"invalid": f"Invalid input: {found.word}", "incomplete": "% Command incomplete."}.get(
            found.kind, "% Ambiguous command."
        )

    def _tables(self) -> list[Sequence[Command["Cli"]]]:
        if self.boot:
            return [self.tables[self.context.kind]]
        kinds = [self.context.kind, *(["config"] if len(self.stack) > 1 else []), "exec"]
        return [self.tables[kind] for kind in dict.fromkeys(kinds) if kind in self.tables]

    def _global(self, line: str) -> object:
        return best(line, [self.tables["block"], self.tables["config"], self.tables["exec"]])

    def _into_block(self, line: str) -> str:
        lines = self.config.blocks.setdefault(self.context.key, [])
        plain = line.removeprefix("no ")
        if line.split(maxsplit=1)[0] in ("exit", "end"):
            return ""
        opposite = plain if line.startswith("no ") else f"no {line}"
        kept = line == plain or self.boot or plain == "shutdown"
        known = [old for old in lines if old.strip() not in (opposite, line)]
        lines[:] = [*known, line] if kept else [old for old in known if not old.strip().startswith(plain + " ")]
        return ""

    def _keep(self, line: str) -> None:
        """An unknown line of a stored configuration stays in its context, word for word."""
        kind = self.context.kind
        if kind == "vlan":
            for vlan in self.context.names:
                self.config.vlans[int(vlan)].lines.put(line)
        elif kind in ("port", "lag"):
            for port in self.targets():
                port.lines.put(line)
        elif kind == "svi":
            self.config.svis[int(self.context.key)].put(line)
        else:
            self.config.lines.put(line)

    def targets(self) -> list["Port"]:
        """The ports or the LAG a line of this context is about."""
        if self.context.kind == "lag":
            return [self.config.lags[int(self.context.key)]]
        return [self.config.ports[name] for name in self.context.names]

    def port_names(self, text: str) -> list[str]:
        """Ports of `1/1/1-1/1/4,1/1/7`, in the order named.

        Raises:
            Rejected: One of them does not exist.
        """
        names: list[str] = []
        for part in text.split(","):
            names += _span(part)
        if not names or any(name not in self.config.ports for name in names):
            raise Rejected(f"Invalid input: {text}")
        return list(dict.fromkeys(names))

    def vlan_ids(self, text: str, *, exist: bool = True) -> list[int]:
        """VLANs of a list.

        Raises:
            Rejected: It is no list of 1-4094, or one of them has not been created.
        """
        try:
            numbers = expand(text)
        except ValueError:
            raise Rejected(f"Invalid input: {text}") from None
        if not numbers or numbers[0] < 1 or numbers[-1] > 4094:
            raise Rejected(f"Invalid input: {text}")
        missing = [number for number in numbers if number not in self.config.vlans]
        if exist and missing and not self.boot:
            raise Rejected(f"VLAN {missing[0]} does not exist.")
        return numbers


def _span(part: str) -> list[str]:
    low, _, high = part.partition("-")
    first, last = _PORT.fullmatch(low), _PORT.fullmatch(high)
    if not high:
        return [low]
    if not first or not last or first[1] != last[1] or len(first[2]) > 3 or len(last[2]) > 3:
        return [part]
    return [f"{first[1]}{number}" for number in range(int(first[2]), int(last[2]) + 1)]


def _mode(context: Context) -> str:
    many = len(context.names) > 1
    if context.kind == "exec":
        return ""
    if context.kind == "vlan":
        return f"(config-vlan-<{context.key}>)" if many else f"(config-vlan-{context.key})"
    if context.kind == "port":
        return f"(config-if-<{context.key}>)" if many else "(config-if)"
    if context.kind == "block":
        return f"({_block_mode(context.key)})"
    short = {"config": "config", "lag": "config-lag-if", "svi": "config-if-vlan"}
    return f"({short.get(context.kind) or 'config-acl-' + context.key.split()[0]})"


def _block_mode(header: str) -> str:
    words = header.split()
    special = {
        "interface mgmt": "config-if-mgmt",
        "interface loopback": "config-loopback-if",
        "interface vxlan": "config-vxlan-if",
        "aaa group": "config-sg",
        "router ospf": "config-ospf-" + words[-1],
        "port-access role": "config-pa-role",
        "snmp-server community": "config-community",
    }
    return special.get(" ".join(words[:2]), f"config-{words[0]}")


def load(config: "Config", tables: Tables, text: str) -> None:
    """Make `config` what a stored or rendered configuration says, line by line as the device does at boot."""
    cli = Cli(Store(config), tables, boot=True)
    lines = _bare(text)
    base = 0
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        indent = len(line) - len(line.lstrip())
        if cli.question is None and line.strip():
            if indent == 0:
                cli.enter(Context("config"))
                base = len(following) - len(following.lstrip())
                if base and not isinstance(best(line.strip(), [tables["opener"]]), Found):
                    cli.enter(Context("block", line.strip()))
                    config.blocks.setdefault(line.strip(), [])
                    continue
            elif base and indent > base:
                _nested(cli, " " * (indent - base) + line.strip())
                continue
        cli.run(line)


def _nested(cli: Cli, line: str) -> None:
    """A line of a context below a context is kept where it stands."""
    kind, config = cli.context.kind, cli.config
    if kind == "block":
        config.blocks[cli.context.key].append(line)
    elif kind in ("port", "lag"):
        for port in cli.targets():
            port.lines.items.append(line)
    elif kind == "svi":
        config.svis[int(cli.context.key)].items.append(line)


def _bare(text: str) -> list[str]:
    """Lines without comments, but with those inside a banner."""
    out: list[str] = []
    end = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        opener = re.match(r"banner (?:motd|exec) (\S)", line)
        if end or not line.startswith("!"):
            out.append(line)
        if end and end in line:
            end = ""
        elif opener and not end and line.count(opener[1]) == 1:
            end = opener[1]
    return out
