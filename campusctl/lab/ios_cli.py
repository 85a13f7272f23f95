"""The command interpreter of a simulated Catalyst switch: modes, prompts, error markers, and loading a configuration.

Source: Cisco IOS 15.2 Configuration Fundamentals, chapter Using the Command-Line Interface; recorded sessions.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, Found, Lines, Miss, best, filtered

if TYPE_CHECKING:
    from campusctl.lab.ios_state import Config

_PROMPT_NAME = 20
"""Characters of the hostname in a prompt of a configuration mode."""

_MODES = {
    "exec": "#",
    "user": ">",
    "config": "(config)#",
    "vlan": "(config-vlan)#",
    "if": "(config-if)#",
    "range": "(config-if-range)#",
    "line": "(config-line)#",
}
_BLOCK_MODES = (
    (r"archive", "archive"),
    (r"crypto pki trustpoint", "ca-trustpoint"),
    (r"crypto pki certificate", "cert-chain"),
    (r"class-map", "cmap"),
    (r"policy-map", "pmap"),
    (r"aaa group server", "sg-radius"),
    (r"radius server", "radius-server"),
    (r"tacacs server", "server-tacacs"),
    (r"ip dhcp pool", "dhcp-config"),
    (r"route-map", "route-map"),
    (r"spanning-tree mst configuration", "mst"),
    (r"key chain", "keychain"),
    (r"ipv6 access-list", "ipv6-acl"),
    (r"mac access-list", "ext-macl"),
)


_REMEMBERED: dict[tuple[int, str], dict[str, "Answer"]] = {}
_MOST_REMEMBERED = 20_000
"""Lines by tables and mode, and how many of them."""
_GLOBAL: dict[int, frozenset[int]] = {}
"""Global commands by tables; comparing commands word by word takes too long for a city of switches."""


_STAY = ("exit", "end", "do")
"""Global commands that work from every mode without leaving it for the global one first."""


class Unfit(Exception):  # noqa: N818 - likewise
    """A word of the line is not what the command takes; the text is that word."""


@dataclass(slots=True)
class Store:
    """Something that holds a running configuration."""

    running: "Config"
    """The configuration commands change."""


Tables = dict[str, Sequence[Command["Cli"]]]
Answer = Found["Cli"] | Miss


class Cli:
    """One session's interpreter; `run` takes a line and gives the answer, without prompt or echo."""

    def __init__(self, store: Store, tables: Tables, *, boot: bool = False) -> None:
        """Start at the enable prompt, or, to load a configuration, in the global mode.

        Args:
            store: Whose running configuration is changed.
            tables: Commands per mode.
            boot: Lines come from a stored configuration: they are trusted, and kept when unknown.
        """
        self.store = store
        self.tables = tables
        self.boot = boot
        self.stack = [Context("user"), Context("exec")]
        self.question: Callable[[str], str] | None = None
        self.ask = ""
        self.one_key = False
        self.secret = False
        self.paging = True
        self.closed = False
        self.user = "admin"
        self.source = ""
        self.rows = 0
        """Lines of the terminal, if the session has said so."""
        self.line = ""
        """The line that runs, all abbreviations written out."""
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
        """Go into a mode from anywhere in the configuration; modes below the global one do not nest."""
        base = [Context("user"), Context("exec"), Context("config")]
        self.stack = base if context.kind == "config" else [*base, context]
        return ""

    def leave(self) -> None:
        """One level up."""
        if len(self.stack) > 2:
            self.stack.pop()

    def end(self) -> None:
        """Back to the enable prompt."""
        self.question, self.one_key, self.secret = None, False, False
        self.stack = self.stack[:2]

    def prompt(self) -> str:
        """What the session shows when it waits for input."""
        if self.question is not None:
            return self.ask
        name = self.config.hostname
        return name[:_PROMPT_NAME] + self._mode() if len(self.stack) > 2 else name + self._mode()

    def _mode(self) -> str:
        context = self.context
        if context.kind == "acl":
            return f"(config-{'std' if context.key == 'standard' else 'ext'}-nacl)#"
        if context.kind == "block":
            found = [mode for head, mode in _BLOCK_MODES if context.key.startswith(head)]
            return f"(config-{found[0]})#" if found else "(config-sub)#"
        return _MODES[context.kind]

    def inquire(self, ask: str, then: Callable[[str], str], *, one_key: bool = False, secret: bool = False) -> str:
        """Ask; the next line (or key) is the answer.

        Args:
            ask: Text shown in place of the prompt; empty while a banner is typed.
            then: Called with the answer; returns what the device says to it.
            one_key: A single key answers, without Enter.
            secret: The answer is not shown.
        """
        self.ask, self.question, self.one_key, self.secret = ask, then, one_key, secret
        return ""

    def confirm(self, ask: str, yes: Callable[[], str]) -> str:
        """A `[confirm]` question: Enter or `y` means yes."""
        return self.inquire(f"{ask}[confirm]", lambda key: yes() if key in ("", "y", "Y") else "", one_key=True)

    def run(self, line: str) -> str:
        """The answer to one line; empty when the device says nothing."""
        if self.question is not None:
            then, self.question = self.question, None
            self.one_key = self.secret = False
            return then(line)
        bare = line.strip()
        if not bare or bare.startswith("!"):
            return ""
        try:
            return self._dispatch(line, bare)
        except Rejected as reason:
            return str(reason)
        except Unfit as word:
            return "" if self.boot else self._marked(line.find(str(word)))

    def _dispatch(self, line: str, bare: str) -> str:
        command, pipe, pattern = bare.partition(" | ")
        if pipe and len(self.stack) < 3 and command.lower().startswith("sh"):
            try:
                return filtered(self._dispatch(command, command), pattern)
            except ValueError:
                return self._marked(len(command) + 3)
        found = self._look_up(bare)
        if self.context.kind == "block" and (self.boot or not isinstance(found, Found)):
            return self._into_block(line.rstrip())
        if isinstance(found, Found):
            if len(self.stack) > 3 and self._is_global(found):
                # A global command typed below the global mode goes up to it and stays there.
                self.stack = self.stack[:3]
            self.line = found.line
            return found.command.run(self, list(found.args))
        if self.boot:
            self._keep(bare)
            return ""
        if found.kind == "incomplete":
            return "% Incomplete command.\n"
        if found.kind == "ambiguous":
            return f'% Ambiguous command:  "{bare}"'
        if len(self.stack) == 2 and found.depth == 0 and len(bare.split()) == 1:
            return "% Unknown command or computer name, or unable to find computer address\n"
        return self._marked(_column(line, found.depth))

    def _marked(self, column: int) -> str:
        """The error with its marker below the typed line."""
        return f"{' ' * (len(self.prompt()) + max(column, 0))}^\n% Invalid input detected at '^' marker.\n"

    def _is_global(self, found: Found["Cli"]) -> bool:
        if id(self.tables) not in _GLOBAL:
            _GLOBAL[id(self.tables)] = frozenset(map(id, self.tables["config"]))
        return id(found.command) in _GLOBAL[id(self.tables)] and found.line.split(" ", 1)[0] not in _STAY

    def hints(self, typed: str) -> list[str]:
        """What `?` shows: the words that may stand next, sorted."""
        words = typed.split()
        begun = words.pop() if words and not typed.endswith(" ") else ""
        found = {
            full
            for table in self._tables()
            for command in table
            if len(command.form) > len(words) and all(map(_fits, command.form, words))
            for full in command.form[len(words)].split("|")
            if full.startswith((begun.lower(), "<"))
        }
        return sorted({"WORD" if full.startswith("<") else full for full in found})

    def _tables(self) -> list[Sequence[Command["Cli"]]]:
        kind = "if" if self.context.kind == "range" else self.context.kind
        kinds = dict.fromkeys([kind, "config"] if len(self.stack) > 2 else [kind])
        return [self.tables[name] for name in kinds if name in self.tables]

    def _look_up(self, line: str) -> Answer:
        """What a line means here; remembered, as a city's switches are told the same lines again and again."""
        kind = "if" if self.context.kind == "range" else self.context.kind
        known = _REMEMBERED.setdefault((id(self.tables), kind), {})
        if line not in known:
            if len(known) > _MOST_REMEMBERED:
                known.clear()
            known[line] = best(line, self._tables())
        return known[line]

    def _into_block(self, line: str) -> str:
        words = line.strip()
        lines = self.config.blocks.setdefault(self.context.key, [])
        if words in ("exit", "quit", "end") and not self.boot:
            self.end() if words == "end" else self.leave()
            return ""
        plain = words.removeprefix("no ")
        if words != plain and not self.boot:
            lines[:] = [old for old in lines if old.strip() != plain and not old.strip().startswith(plain + " ")]
            return ""
        kept = line if self.boot else f" {words}"
        head = words.split()[0]
        once = head in ("path", "maximum", "time-period", "write-memory", "name", "revision")
        if once or not self.boot:
            lines[:] = [old for old in lines if old.strip() != words and not (once and old.split()[0] == head)]
        lines.append(kept)
        return ""

    def _keep(self, line: str) -> None:
        """An unknown line of a stored configuration stays in its mode, word for word."""
        context, config = self.context, self.config
        if context.kind in ("if", "range"):
            for name in context.names:
                item = config.ports.get(name) or config.svis.get(name)
                if item:
                    item.lines.put(line)
        elif context.kind == "vlan":
            for name in context.names:
                config.vlans[int(name)].lines.put(line)
        elif context.kind == "line":
            for lines in self.terminal_lines():
                lines.put(line)
        else:
            config.lines.put(line)

    def terminal_lines(self) -> Iterable[Lines]:
        """The terminal lines a mode is about."""
        config = self.config
        names = self.context.names
        return [config.vtys[int(n)] if n.isdecimal() else config.consoles[n] for n in names]


def _fits(form: str, word: str) -> bool:
    return form.startswith("<") or any(full.startswith(word.lower()) for full in form.split("|"))


def _column(line: str, depth: int) -> int:
    places = [match.start() for match in re.finditer(r"\S+", line)]
    return places[depth] if depth < len(places) else len(line)


def load(config: "Config", tables: Tables, text: str) -> None:
    """Make `config` what a stored or rendered configuration says, line by line as the device does at boot."""
    cli = Cli(Store(config), tables, boot=True)
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if cli.question is not None:
            cli.run(line)
            continue
        if not line.strip() or line.startswith("!") or _is_headline(line):
            continue
        if not line.startswith(" "):
            cli.enter(Context("config"))
            if following.startswith(" ") and not isinstance(best(line.strip(), [tables["opener"]]), Found):
                cli.enter(Context("block", line.strip()))
                config.blocks.setdefault(line.strip(), [])
                continue
        if line.strip() not in ("end", "exit") or cli.context.kind == "block":
            cli.run(line)


def _is_headline(line: str) -> bool:
    return line in ("end", "boot-start-marker", "boot-end-marker") or line.startswith(
        ("Building configuration", "Current configuration", "Using ")
    )
