"""The switches that are measured against: IOS-like prompts behind a quick SSH server, at every address of 127/8.

Prints `ready PORT` and writes the public host key to --key-file. Ends when its standard input does.
"""

import argparse
import asyncio
import contextlib
import functools
import re
import sys
from pathlib import Path

from configs import config, printed
from ssh_server import HostKey, SshServer

CHUNK = 1024
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n)")
_REFUSED = b"                  ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
_VERSION = (
    b"Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE SOFTWARE (fc3)\r\n"
    b'%b uptime is 3 weeks, 1 day\r\nSystem image file is "flash:c2960x.bin"\r\n'
    b"cisco WS-C2960X-48LPS-L (APM86XXX) processor with 524288K bytes of memory.\r\nProcessor board ID FOC1234ABCD\r\n"
)


def name_of(address: str) -> str:
    """The host name of the switch at an address."""
    return "sw-" + "-".join(address.split(".")[1:])


@functools.cache
def _printed() -> str:
    return printed(config("@NAME@")).replace("\n", "\r\n")


@functools.lru_cache(4096)
def _texts(address: str) -> tuple[bytes, bytes]:
    name = name_of(address)
    return name.encode(), _printed().replace("@NAME@", name).encode()


def _pieces(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]


class Ios:
    """One shell. Knows enough for reading, and for pushing port settings."""

    def __init__(self, slow_s: float, address: str, write, close, command: bytes | None) -> None:
        self._name, self._text = _texts(address)
        self._write, self._finish, self._slow_s = write, close, slow_s
        self._mode, self._line, self._asleep, self._queue = b"", b"", False, b""
        if command is not None:
            self._later(command)
        else:
            self._write([b"\r\n" + self._prompt()])

    def _later(self, command: bytes) -> None:
        def answer() -> None:
            self._write(_pieces(self._run(command)))
            self._finish()

        if self._slow_s and command.startswith(b"sh"):
            asyncio.get_running_loop().call_later(self._slow_s, answer)
        else:
            answer()

    def _prompt(self) -> bytes:
        return self._name + self._mode + b"#"

    def feed(self, data: bytes) -> None:
        if self._asleep:
            self._queue += data
            return
        data = self._line + data.replace(b"\0", b"")
        at, out = 0, []
        for found in _LINE.finditer(data):
            at = found.end()
            line = found[1].strip()
            out.append(found[1][len(self._line) :] + b"\r\n")
            self._line = b""
            if line in (b"exit", b"logout", b"quit") and not self._mode:
                self._write(_pieces(b"".join(out)))
                self._finish()
                return
            if self._slow_s and line.startswith(b"show run"):
                self._write(_pieces(b"".join(out)))
                self._sleep(line, data[at:])
                return
            out += (self._run(line), self._prompt())
        rest = data[at:]
        out.append(rest[len(self._line) :])
        self._line = rest
        self._write(_pieces(b"".join(out)))

    def _sleep(self, line: bytes, rest: bytes) -> None:
        self._asleep, self._queue = True, rest

        def wake() -> None:
            self._write(_pieces(self._run(line) + self._prompt()))
            self._asleep, waiting, self._queue = False, self._queue, b""
            self.feed(waiting)

        asyncio.get_running_loop().call_later(self._slow_s, wake)

    def _run(self, line: bytes) -> bytes:
        if not line:
            return b""
        if self._mode:
            return self._configure(line)
        if line.startswith((b"show run", b"show start")):
            return self._text + b"\r\n"
        if line.startswith(b"conf"):
            self._mode = b"(config)"
            return b"Enter configuration commands, one per line.  End with CNTL/Z.\r\n"
        if line.startswith(b"wr"):
            return b"Building configuration...\r\n[OK]\r\n"
        if line.startswith(b"show version"):
            return _VERSION % self._name
        if line.startswith(b"show priv"):
            return b"Current privilege level is 15\r\n"
        return b"" if line.startswith((b"term", b"enable")) else _REFUSED

    def _configure(self, line: bytes) -> bytes:
        if line == b"end":
            self._mode = b""
        elif line == b"exit":
            self._mode = b"(config)" if self._mode == b"(config-if)" else b""
        elif line.startswith((b"interface ", b"vlan ", b"line ")):
            self._mode = b"(config-if)"
        elif not line.startswith(
            (b"description", b"switchport", b"spanning-tree", b"no ", b"shutdown", b"power", b"name")
        ):
            return _REFUSED
        return b""


async def serve(options: argparse.Namespace, key: HostKey) -> None:
    shell = functools.partial(Ios, options.slow_ms / 1000)

    def connection() -> SshServer:
        return SshServer(key, "labpass", shell, options.rtt_ms / 1000, options.hello_ms / 1000)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "0.0.0.0", 0, backlog=2048)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, ended.set)
    await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rtt-ms", type=float, default=0, help="added to every segment towards the switch")
    parser.add_argument("--hello-ms", type=float, default=0, help="before the SSH handshake")
    parser.add_argument("--slow-ms", type=float, default=0, help="before `show running-config` is answered")
    parser.add_argument("--key-file", required=True)
    chosen, host_key = parser.parse_args(), HostKey()
    Path(chosen.key_file).write_bytes(host_key.blob)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen, host_key))
