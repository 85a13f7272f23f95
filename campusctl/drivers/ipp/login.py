"""How we log in over HTTP: by Digest (RFC 7616), or with the password as it is (Basic, RFC 7617). Pure.

aiohttp's own middleware looks at the first offer only; printers offer Basic first, and Digest beside it.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[A-Za-z0-9-]+\s*=|\s*,|\s*$)")
_PAIR: Final = re.compile(r'([A-Za-z0-9-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_ESCAPED: Final = re.compile(r"\\(.)")
_HASHES: Final[Mapping[str, Callable[[bytes], "hashlib._Hash"]]] = {
    "sha-512-256": lambda data: hashlib.new("sha512_256", data),
    "sha-256": hashlib.sha256,
    "md5": hashlib.md5,
}
"""The best first."""


class Offer(NamedTuple):
    """One way to log in that a device offers."""

    scheme: str
    """`basic`, `digest` … in small letters."""
    said: Mapping[str, str]
    """What belongs to it, such as `nonce`, by name in small letters."""


def offers(headers: Sequence[str]) -> Iterator[Offer]:
    """What the WWW-Authenticate headers of an answer offer, in their order.

    Args:
        headers: One may hold several offers.
    """
    for header in headers:
        # What stands in quotes is hidden from the search for schemes.
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: "x" * len(quoted[0]), header)
        found = [match for match in _SCHEME.finditer(bare) if "=" not in match[1]]
        for at, match in enumerate(found):
            rest = header[match.end() : found[at + 1].start() if at + 1 < len(found) else len(header)]
            pairs = {
                name.casefold(): _ESCAPED.sub(r"\1", quoted) or plain for name, quoted, plain in _PAIR.findall(rest)
            }
            yield Offer(match[1].casefold(), pairs)


class Account(NamedTuple):
    """Who we are."""

    user: str
    """Name."""
    password: str
    """Empty: there is none."""


NOBODY: Final = Account("", "")


def basic(account: Account) -> str:
    """The header that has the password as it is."""
    return f"Basic {base64.b64encode(':'.join(account).encode()).decode()}"


def best_digest(offered: Sequence[Offer]) -> Offer | None:
    """The best Digest that we can answer; None: there is none."""
    known = list(_HASHES)
    mine = [one for one in offered if one.scheme == "digest" and one.said.get("nonce") and _algorithm(one) in known]
    return min(
        (one for one in mine if not one.said.get("qop") or "auth" in _qops(one)),
        key=lambda one: known.index(_algorithm(one)),
        default=None,
    )


def _algorithm(offer: Offer) -> str:
    return offer.said.get("algorithm", "MD5").casefold()


def _qops(offer: Offer) -> list[str]:
    return [word.strip() for word in offer.said.get("qop", "").casefold().split(",")]


def digest(offer: Offer, account: Account, line: str, count: int, cnonce: str) -> str:
    """The header that answers a Digest, for one request.

    Args:
        offer: See `best_digest`.
        account: Who we are; the password is not in it.
        line: Method and path of the request, such as `POST /ipp/print`.
        count: How often the offer was answered, with this time.
        cnonce: Something that nobody can foresee.
    """
    hashed, said = _HASHES[_algorithm(offer)], offer.said

    def h(*parts: str) -> str:
        return hashed(":".join(parts).encode()).hexdigest()

    (method, _, path), realm, nonce = line.partition(" "), said.get("realm", ""), said["nonce"]
    secret, request = h(account.user, realm, account.password), h(method, path)
    times = f"{count:08x}"
    fields = {"username": account.user, "realm": realm, "nonce": nonce, "uri": path}
    tail = f", algorithm={said['algorithm']}" if "algorithm" in said else ""
    if said.get("qop"):
        fields |= {"cnonce": cnonce, "response": h(secret, nonce, times, cnonce, "auth", request)}
        tail += f", qop=auth, nc={times}"
    else:
        fields["response"] = h(secret, nonce, request)
    fields |= {"opaque": said["opaque"]} if "opaque" in said else {}
    return "Digest " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in fields.items()) + tail


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
