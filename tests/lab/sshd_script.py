# ruff: noqa: D101, D102 - the methods are asyncssh's callbacks, and the steps of one small command line
"""A scripted switch behind real SSH, for the facts a session must cope with. Independent of the drivers' code."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

PASSWORD = "lab-Passw0rd"
ENABLE = "lab-Enable0"


@dataclass
class Script:
    """What one switch does. Attributes may be changed while it runs."""

    name: str = "sw01"
    space: str = ""
    """Behind the prompt: AOS-CX and ArubaOS-Switch print a blank."""
    vt100: bool = False
    """Escape sequences around prompt and echo, `next line` as line end."""
    any_key: bool = False
    """A greeting that waits for a key before the first prompt."""
    prompt_before_key: bool = False
    """The prompt shows up before that greeting, too."""
    account: bool = False
    """Asks for user name and password once more inside the shell."""
    enabled: bool = True
    """Starts at `#`; else at `>` and wants ENABLE."""
    enable_asks_user: bool = False
    cut: int = 200
    """The hostname is cut to this many characters in configuration mode."""
    running: str = "hostname sw01\n!\nend\n"
    replies: dict[str, str] = field(default_factory=dict)
    """Reply by command."""
    refuse: dict[str, str] = field(default_factory=dict)
    """Error reply by command."""
    asks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By command: the question, and the keys that mean yes (with RETURN as a line feed, if wanted)."""
    after: dict[str, str] = field(default_factory=dict)
    """Unsolicited text after a command's prompt."""
    drop_at: str = ""
    """Closes the connection in the middle of this command's reply."""
    hang_at: str = ""
    """Never answers this command."""
    prompts: Iterator[str] | None = None
    """Garbage in place of each prompt."""
    chunk: int = 1024
    pause_s: float = 0.0
    """Between chunks."""
    page: int = 0
    """Lines per page; 0: no paging."""
    auth: tuple[str, ...] = ("password",)
    authorized: str = ""
    """A public key that may log in."""
    drops_typeahead: str = ""
    """Throws away what was typed while this command ran."""
    config_locked: bool = False
    received: list[str] = field(default_factory=list)
    """Every line typed, in order."""
    logins: list[tuple[str, str]] = field(default_factory=list)
    """Method and password of every attempt."""
    connections: int = 0
    refuse_connections: int = 0
    """So many connections are closed before the greeting."""


class Server(asyncssh.SSHServer):
    def __init__(self, script: Script, open_now: set[asyncssh.SSHServerConnection]) -> None:
        self.script = script
        self.open_now = open_now

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.conn = conn
        self.open_now.add(conn)
        self.script.connections += 1
        if self.script.connections <= self.script.refuse_connections:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_now.discard(self.conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return "password" in self.script.auth

    def validate_password(self, username: str, password: str) -> bool:
        self.script.logins.append(("password", password))
        return password == PASSWORD

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self.script.auth

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> tuple:
        return "", "", "en", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: list[str]) -> bool:
        self.script.logins.append(("keyboard-interactive", responses[0]))
        return responses == [PASSWORD]

    def public_key_auth_supported(self) -> bool:
        return "publickey" in self.script.auth

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        offered = key.export_public_key().decode().split()[:2]
        return offered == self.script.authorized.split()[:2]

    def session_requested(self) -> "Shell":
        return Shell(self.script)


class Shell(asyncssh.SSHServerSession):
    """The command line. `self.wait` names what the next line or key is for."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.mode = ""
        self.level = "#" if script.enabled else ">"
        self.line, self.wait, self.question = "", "command", ("", "")
        self.out = b""
        self.pages: list[str] = []
        self.banner_end = ""
        self.deaf = False

    def connection_made(self, chan: asyncssh.SSHServerChannel) -> None:
        self.chan = chan
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.sender = asyncio.get_running_loop().create_task(self.send_slowly())

    def connection_lost(self, exc: Exception | None) -> None:
        self.sender.cancel()

    def pty_requested(self, *_args: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def eof_received(self) -> bool:
        return False

    def session_started(self) -> None:
        script = self.script
        if script.any_key:
            if script.prompt_before_key:
                self.say(self.prompt())
            self.say("\nHPE J9772A\n(C) Copyright 2015 Hewlett Packard\nPress any key to continue")
            self.wait = "key"
        elif script.account:
            self.say("\nUser Access Verification\n\nUsername: ")
            self.wait = "user"
        else:
            self.say("\n" + self.prompt())

    def prompt(self) -> str:
        script = self.script
        if script.prompts is not None:
            return next(script.prompts)
        name = script.name[: script.cut] if self.mode else script.name
        text = f"{name}{self.mode}{self.level}{script.space}"
        return f"\x1b[1;24r\x1b[24;1H\x1b[2K\x1b[24;1H{text}\x1b[24;{len(text) + 1}H\x1b[?25h" if script.vt100 else text

    def say(self, text: str) -> None:
        text = text.replace("\n", "\x1bE" if self.script.vt100 else "\r\n")
        self.queue.put_nowait(text.encode())

    async def send_slowly(self) -> None:
        size, pause_s = self.script.chunk, self.script.pause_s
        while True:
            data = await self.queue.get()
            if data is None:
                self.chan.close()
                return
            for start in range(0, len(data), size):
                self.chan.write(data[start : start + size])
                if pause_s:
                    await asyncio.sleep(pause_s)

    def data_received(self, data: bytes, datatype: object) -> None:
        for char in data.decode().replace("\r\n", "\n").replace("\r", "\n"):
            self.key(char)
            if self.deaf:
                self.deaf = False
                return

    def key(self, char: str) -> None:
        if self.wait == "hung":
            return
        if self.wait == "key":
            self.wait = "command"
            self.say("\n" + self.prompt())
        elif self.wait == "page":
            self.next_page(8 if char == " " else 1)
        elif self.wait == "question":
            self.answered(char)
        elif char == "\n":
            line, self.line = self.line, ""
            if self.wait != "password":
                self.say("\n")
            self.entered(line)
        else:
            self.line += char
            if not self.wait.endswith("password"):
                self.say(f"\x1b[24;9H{char}" if self.script.vt100 else char)

    def entered(self, line: str) -> None:
        script = self.script
        script.received.append(line)
        if self.wait == "user":
            self.wait = "password"
            self.say("Password: ")
        elif self.wait == "password":
            self.wait = "command" if line == PASSWORD else "user"
            self.say("\n" + (self.prompt() if self.wait == "command" else "% Login invalid\n\nUsername: "))
        elif self.wait == "enable user":
            self.wait = "enable password"
            self.say("Password: ")
        elif self.wait == "enable password":
            self.say("\n")
            if line == ENABLE:
                self.wait, self.level = "command", "#"
                self.say(self.prompt())
            else:
                self.say("Password: ")
        elif self.wait == "banner":
            if self.banner_end in line:
                self.wait = "command"
                self.say(self.prompt())
        else:
            self.command(line.strip())

    def command(self, line: str) -> None:
        script = self.script
        if line == script.hang_at and line:
            self.wait = "hung"
            return
        if line == script.drop_at and line:
            self.say("Building configuration...\n\nhostname sw")
            self.queue.put_nowait(None)
            self.wait = "hung"
            return
        if line in script.asks:
            self.question = (script.asks[line][1], "")
            self.wait = "question"
            self.say(script.asks[line][0])
            return
        self.finish(self.reply(line), line)

    def reply(self, line: str) -> str:  # noqa: C901, PLR0912 - one branch per command it knows
        script = self.script
        if line in script.refuse:
            return script.refuse[line]
        if line in script.replies:
            return script.replies[line]
        if line == "enable" and self.level == ">":
            self.wait = "enable user" if script.enable_asks_user else "enable password"
            return "Username: " if script.enable_asks_user else "Password: "
        if line == "configure terminal" and not self.mode:
            if script.config_locked:
                return "Configuration mode is locked by process '185' user 'admin'\n"
            self.mode = "(config)"
            return "Enter configuration commands, one per line.  End with CNTL/Z.\n"
        if line == "end":
            self.mode = ""
        elif line == "exit":
            if not self.mode:
                self.queue.put_nowait(None)
                self.wait = "hung"
            self.mode = "" if self.mode == "(config)" else self.mode and "(config)"
        elif line.startswith("interface ") and self.mode:
            self.mode = "(config-if)"
        elif line.startswith("hostname ") and self.mode:
            script.name = line.split(None, 1)[1].strip('"')
        elif line.startswith("banner ") and self.mode:
            self.banner_end = line.split()[2][-1:] if len(line.split()) > 2 else "^"
            self.wait = "banner"
            return "Enter TEXT message.  End with the character '^'.\n"
        elif line.startswith("show running-config"):
            return script.running
        elif line in ("no page", "terminal length 0"):
            script.page = 0
        return ""

    def finish(self, text: str, line: str) -> None:
        script = self.script
        if script.page and text.count("\n") > script.page:
            self.pages = text.splitlines(keepends=True)
            self.wait = "page"
            self.next_page(script.page)
            return
        if line == script.drops_typeahead and line:
            self.deaf = True
        done = "" if self.wait.startswith(("enable", "banner")) or self.wait == "hung" else self.prompt()
        self.say(text + done)
        if line in script.after:
            self.say(script.after[line])

    def next_page(self, lines: int) -> None:
        shown, self.pages = self.pages[:lines], self.pages[lines:]
        erase = "\b" * 9 + " " * 8 + "\b" * 9
        self.say(erase + "".join(shown))
        if self.pages:
            self.say(" --More-- ")
        else:
            self.wait = "command"
            self.say(self.prompt())

    def answered(self, char: str) -> None:
        wanted, so_far = self.question
        if char not in ("\n", "\x03"):
            self.say(char)
        so_far += char
        if wanted.startswith(so_far) and so_far != wanted:
            self.question = (wanted, so_far)
            return
        self.wait = "command"
        self.script.received.append(f"<{so_far!r}>")
        self.say("\n" + self.prompt())


class Farm:
    """Starts scripted switches in one event loop of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.servers: list[asyncssh.SSHAcceptor] = []
        self.open_now: set[asyncssh.SSHServerConnection] = set()

    def start(self, script: Script, keys: list[asyncssh.SSHKey], **options: object) -> int:
        """A switch on loopback; gives its port."""

        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=keys,
                server_factory=lambda: Server(script, self.open_now),
                line_editor=False,
                encoding=None,
                gss_host=None,
                server_version="Cisco-1.25",
                **options,
            )

        server = asyncio.run_coroutine_threadsafe(listen(), self.loop).result(10)
        self.servers.append(server)
        return server.get_port()

    def call(self, work: Callable[[], object]) -> None:
        """Do something in the loop."""
        self.loop.call_soon_threadsafe(work)

    def stop(self) -> None:
        """Close everything."""

        async def close() -> None:
            for server in self.servers:
                server.close()
            connections = list(self.open_now)
            for connection in connections:
                connection.abort()
            for connection in connections:
                await connection.wait_closed()

        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(close(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


ERROR = re.compile(
    r"^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Error|Bad)"
    r"|Command rejected|(?:Invalid|Incomplete|Ambiguous) input)",
    re.MULTILINE,
)
