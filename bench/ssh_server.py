"""A quick SSH 2 server, enough for a measurement: curve25519, ed25519, AES, passwords, one shell or command.

A server library costs 3 ms of CPU a session, more than the clients that are compared here; on shared cores one would
measure the server. This one costs about 1 ms. It trusts its clients to be well-behaved and is for loopback only.
Sources: RFC 4251 to 4254, 5647 (as OpenSSH's PROTOCOL corrects it), 8731, 8709.
"""

import asyncio
import hmac
import os
import re
import struct
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = b"SSH-2.0-Cisco-1.25"
CIPHERS = {"aes128-gcm@openssh.com": 16, "aes256-gcm@openssh.com": 32, "aes128-ctr": 16, "aes256-ctr": 32}
MACS = {
    "hmac-sha2-256-etm@openssh.com": ("sha256", 32, True),
    "hmac-sha2-256": ("sha256", 32, False),
    "hmac-sha2-512-etm@openssh.com": ("sha512", 64, True),
    "hmac-sha2-512": ("sha512", 64, False),
    "hmac-sha1": ("sha1", 20, False),
}
KEX = ("curve25519-sha256", "curve25519-sha256@libssh.org")
HOST_KEY = ("ssh-ed25519",)
WINDOW = 0x7FFFFFFF
_U32 = struct.Struct(">I")
_PAD = bytes(32)


def string(data: bytes) -> bytes:
    return _U32.pack(len(data)) + data


def mpint(data: bytes) -> bytes:
    data = data.lstrip(b"\0")
    return string(b"\0" + data if data and data[0] & 0x80 else data)


def take(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 4 + _U32.unpack_from(data, at)[0]
    return data[at + 4 : end], end


class HostKey:
    """One key for all simulated switches."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.blob = string(b"ssh-ed25519") + string(raw)

    def sign(self, data: bytes) -> bytes:
        return string(b"ssh-ed25519") + string(self._key.sign(data))


class Plain:
    """Before the keys: no cipher, no MAC."""

    block, clear, tag = 8, 0, 0

    def seal(self, packet: bytes, _number: int) -> bytes:
        return packet

    def length(self, head: bytes) -> int:
        return _U32.unpack(head[:4])[0]

    def open(self, packet: bytes, _number: int) -> bytes:
        return packet


class Gcm:
    block, clear, tag = 16, 4, 16

    def __init__(self, key: bytes, iv: bytes, _mac: str, _mac_key: bytes) -> None:
        self._aead = AESGCM(key)
        self._fixed, self._count = iv[:4], int.from_bytes(iv[4:12], "big")

    def _nonce(self) -> bytes:
        nonce = self._fixed + (self._count & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")
        self._count += 1
        return nonce

    def seal(self, packet: bytes, _number: int) -> bytes:
        return packet[:4] + self._aead.encrypt(self._nonce(), packet[4:], packet[:4])

    def length(self, head: bytes) -> int:
        return _U32.unpack(head[:4])[0]

    def open(self, packet: bytes, _number: int) -> bytes:
        return packet[:4] + self._aead.decrypt(self._nonce(), packet[4:], packet[:4])


class Ctr:
    block = 16

    def __init__(self, key: bytes, iv: bytes, mac: str, mac_key: bytes) -> None:
        self._crypt = Cipher(algorithms.AES(key), modes.CTR(iv[:16])).encryptor().update
        self._hash, self.tag, etm = MACS[mac]
        self.clear = 4 if etm else 0
        self._mac_key, self._head = mac_key[: self.tag], b""

    def _mac(self, number: int, data: bytes) -> bytes:
        return hmac.digest(self._mac_key, _U32.pack(number) + data, self._hash)

    def seal(self, packet: bytes, number: int) -> bytes:
        if self.clear:
            sealed = packet[:4] + self._crypt(packet[4:])
            return sealed + self._mac(number, sealed)
        return self._crypt(packet) + self._mac(number, packet)

    def length(self, head: bytes) -> int:
        if self.clear:
            return _U32.unpack(head[:4])[0]
        self._head = self._head or self._crypt(head[:16])
        return _U32.unpack(self._head[:4])[0]

    def open(self, packet: bytes, number: int) -> bytes:
        body, tag = packet[: -self.tag], packet[-self.tag :]
        if self.clear:
            plain, signed = body[:4] + self._crypt(body[4:]), body
        else:
            plain = signed = self._head + self._crypt(body[16:])
            self._head = b""
        if not hmac.compare_digest(self._mac(number, signed), tag):
            raise ValueError("a packet's MAC is wrong")
        return plain


def choose(client: bytes, ours) -> str:
    for name in client.decode().split(","):
        if name in ours:
            return name
    raise ValueError(f"nothing in common with {client.decode()}")


class SshServer(asyncio.Protocol):
    """One connection. `shell` makes the program behind it: a callable(address, write, close) with feed(bytes)."""

    def __init__(self, host_key: HostKey, password: str, shell, rtt_s: float = 0.0, hello_s: float = 0.0) -> None:
        self._host_key, self._password, self._make_shell = host_key, password, shell
        self._rtt_s, self._hello_s = rtt_s, hello_s
        self._buffer, self._kex_done, self._skip_guess = b"", False, False
        self._in, self._out = Plain(), Plain()
        self._received = self._sent = 0
        self._client_version = self._session_id = self._my_init = b""
        self._shell = None
        self._waiting: list[bytes] = []
        self._room = self._peer = self._largest = 0
        self._closing = False
        self._handlers = {
            20: self._kexinit, 30: self._ecdh, 21: self._newkeys, 5: self._service, 50: self._auth, 80: self._global,
            90: self._open, 98: self._request, 94: self._data, 93: self._adjust, 96: self._eof, 97: self._close,
            1: self._bye,
        }  # fmt: skip

    def connection_made(self, transport) -> None:
        self._transport = transport
        if self._hello_s:
            asyncio.get_running_loop().call_later(self._hello_s, self._hello)
        else:
            self._hello()

    def _hello(self) -> None:
        lists = [KEX, HOST_KEY, CIPHERS, CIPHERS, MACS, MACS, ("none",), ("none",), (), ()]
        names = b"".join(string(",".join(names).encode()) for names in lists)
        self._my_init = b"\x14" + os.urandom(16) + names + bytes(5)
        self._transport.write(VERSION + b"\r\n")
        self._feed(b"")

    def data_received(self, data: bytes) -> None:
        if self._rtt_s:
            asyncio.get_running_loop().call_later(self._rtt_s, self._feed, data)
        else:
            self._feed(data)

    def connection_lost(self, _error) -> None:
        self._closing = True

    def _feed(self, data: bytes) -> None:
        if self._closing:
            return
        self._buffer += data
        if not self._my_init:
            return  # the client was first
        try:
            self._work()
        except (ValueError, IndexError, struct.error) as wrong:
            print(f"{self._client_version.decode(errors='replace')}: {wrong!r}", flush=True)
            self._closing = True
            self._transport.close()

    def _work(self) -> None:
        if not self._client_version:
            line, ended, rest = self._buffer.partition(b"\n")
            if not ended:
                return
            self._client_version, self._buffer = line.rstrip(b"\r"), rest
            self._send(self._my_init)  # as sshd: only when it knows who is calling
        while len(self._buffer) >= self._in.block and not self._closing:
            cipher = self._in
            size = 4 + cipher.length(self._buffer) + cipher.tag
            if len(self._buffer) < size:
                return
            packet, self._buffer = self._buffer[:size], self._buffer[size:]
            plain = cipher.open(packet, self._received)
            self._received = (self._received + 1) & 0xFFFFFFFF
            end = 4 + _U32.unpack_from(plain)[0] - plain[4]
            handle = self._handlers.get(plain[5])
            if handle:
                handle(plain[5:end])

    def _packet(self, payload: bytes) -> bytes:
        cipher = self._out
        block = cipher.block
        pad = block - (5 - cipher.clear + len(payload)) % block
        pad += block if pad < 4 else 0
        packet = _U32.pack(1 + len(payload) + pad) + bytes((pad,)) + payload + _PAD[:pad]
        number, self._sent = self._sent, (self._sent + 1) & 0xFFFFFFFF
        return cipher.seal(packet, number)

    def _send(self, *payloads: bytes) -> None:
        self._transport.write(b"".join(map(self._packet, payloads)))

    # -- keys

    def _kexinit(self, payload: bytes) -> None:
        self._client_init, at, lists = payload, 17, []
        for _ in range(10):
            names, at = take(payload, at)
            lists.append(names)
        self._names = [
            choose(lists[0], KEX),
            choose(lists[1], HOST_KEY),
            choose(lists[2], CIPHERS),
            choose(lists[3], CIPHERS),
        ]
        self._macs = ["" if "gcm" in self._names[2 + way] else choose(lists[4 + way], MACS) for way in (0, 1)]
        guessed = (
            lists[0].decode().split(",")[0] == self._names[0] and lists[1].decode().split(",")[0] == self._names[1]
        )
        self._skip_guess = bool(payload[at]) and not guessed

    def _ecdh(self, payload: bytes) -> None:
        if self._skip_guess:
            self._skip_guess = False
            return
        theirs, _ = take(payload, 1)
        private = X25519PrivateKey.generate()
        mine = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        shared = mpint(private.exchange(X25519PublicKey.from_public_bytes(theirs)))
        parts = (self._client_version, VERSION, self._client_init, self._my_init, self._host_key.blob, theirs, mine)
        exchange = sha256(b"".join(map(string, parts)) + shared).digest()
        self._session_id = self._session_id or exchange
        self._secret = shared + exchange
        signature = self._host_key.sign(exchange)
        self._send(b"\x1f" + string(self._host_key.blob) + string(mine) + string(signature), b"\x15")
        self._out = self._cipher(1)

    def _newkeys(self, _payload: bytes) -> None:
        self._in = self._cipher(0)

    def _cipher(self, way: int):
        name = self._names[2 + way]
        iv, key, mac = (self._derive("ACE"[i] if way == 0 else "BDF"[i]) for i in range(3))
        return (Gcm if "gcm" in name else Ctr)(key[: CIPHERS[name]], iv, self._macs[way], mac)

    def _derive(self, letter: str) -> bytes:
        first = sha256(self._secret + letter.encode() + self._session_id).digest()
        return first + sha256(self._secret + first).digest()

    # -- who

    def _service(self, payload: bytes) -> None:
        self._send(b"\x06" + payload[1:])

    def _auth(self, payload: bytes) -> None:
        _user, at = take(payload, 1)
        _service, at = take(payload, at)
        method, at = take(payload, at)
        if method == b"password" and take(payload, at + 1)[0].decode() == self._password:
            self._send(b"\x34")
        else:
            self._send(b"\x33" + string(b"password") + b"\0")

    def _global(self, payload: bytes) -> None:
        _name, at = take(payload, 1)
        if payload[at]:
            self._send(b"\x52")

    # -- one channel

    def _open(self, payload: bytes) -> None:
        _kind, at = take(payload, 1)
        self._peer, self._room, self._largest = struct.unpack_from(">III", payload, at)
        self._send(b"\x5b" + struct.pack(">IIII", self._peer, 0, WINDOW, 32768))

    def _request(self, payload: bytes) -> None:
        kind, at = take(payload, 5)
        if payload[at]:
            self._send(b"\x63" + _U32.pack(self._peer))
        if kind in (b"shell", b"exec"):
            command = take(payload, at + 1)[0] if kind == b"exec" else None
            address = self._transport.get_extra_info("sockname")[0]
            self._shell = self._make_shell(address, self.write, self.finish, command)

    def _data(self, payload: bytes) -> None:
        if self._shell:
            self._shell.feed(take(payload, 5)[0])

    def _adjust(self, payload: bytes) -> None:
        self._room += _U32.unpack_from(payload, 5)[0]
        waiting, self._waiting = self._waiting, []
        self.write(waiting)

    def write(self, chunks) -> None:
        """Send pieces of output, one packet each, as far as the peer has room."""
        if self._closing:
            return
        chunks = self._waiting + list(chunks)
        fits = 0
        while fits < len(chunks) and len(chunks[fits]) <= self._room:
            self._room -= len(chunks[fits])
            fits += 1
        self._waiting = chunks[fits:]
        head = b"\x5e" + _U32.pack(self._peer)
        self._send(*(head + string(chunk) for chunk in chunks[:fits]))

    def finish(self) -> None:
        """The program has ended."""
        peer = _U32.pack(self._peer)
        self._send(b"\x62" + peer + string(b"exit-status") + b"\0" + bytes(4), b"\x60" + peer, b"\x61" + peer)

    def _eof(self, _payload: bytes) -> None:
        pass

    def _close(self, _payload: bytes) -> None:
        self._send(b"\x61" + _U32.pack(self._peer))

    def _bye(self, _payload: bytes) -> None:
        self._closing = True
        self._transport.close()


def safe_name(text: str) -> str:
    """What of a text may stand in a host name."""
    return re.sub(r"[^A-Za-z0-9-]", "-", text)
