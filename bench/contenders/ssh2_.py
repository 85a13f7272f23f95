"""libssh2 without anything above it: all commands in one write, read until the last prompt. The upper limit."""

import base64
import socket
from functools import lru_cache
from pathlib import Path

from ssh2.session import Session
from worker import threads

NAME = "bare ssh2-python, one write"
HOST_KEYS = "strict: the raw key compared with known_hosts"
PACKAGES = ("ssh2-python",)


@lru_cache
def _known(path):
    keys = {}
    for line in Path(path).read_text().splitlines():
        host, _, key = line.split()
        keys[host] = base64.b64decode(key)
    return keys


def _talk(job, host, text, prompts):
    sock = socket.create_connection((host, job.port), 60)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(None)
    session = Session()
    session.set_timeout(60_000)
    session.handshake(sock)
    if session.hostkey()[0] != _known(job.known_hosts)[f"[{host}]:{job.port}"]:
        raise ValueError("host key")
    session.userauth_password(job.user, job.password)
    channel = session.open_session()
    channel.pty("vt100")
    channel.shell()
    channel.write(text)
    found, prompt = b"", b"\nsw-" + "-".join(host.split(".")[1:]).encode()
    while not (found.endswith(b"#") and found.count(prompt) >= prompts):
        size, data = channel.read(65536)
        if size <= 0:
            raise EOFError(size)
        found += data
    session.disconnect()
    sock.shutdown(socket.SHUT_RDWR)
    del channel, session
    sock.close()
    return found.decode()


def read(job):
    return threads(job, lambda host: _talk(job, host, "terminal length 0\nshow running-config\n", 3))


def push(job):
    text = "".join(f"{line.strip()}\n" for line in ("configure terminal", *job.lines, "end", "write memory"))
    return threads(job, lambda host: _talk(job, host, text, len(job.lines) + 4))
