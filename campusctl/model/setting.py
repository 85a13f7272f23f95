r"""A device's state as settings: a vendor-neutral path and a value. One shape for every device class.

Paths of a switch (parts are strings; `P` is a port or LAG in the dialect's canonical long name, `N` a number):

    hostname · domain · timezone · gateway
    vlan/N                          True when the VLAN exists        vlan/N/name
    port/P/description              text                             port/P/shutdown      True when shut
    port/P/mode                     access | trunk | routed | …      port/P/access_vlan   "N"
    port/P/native_vlan              "N" (IOS, AOS-CX trunk)          port/P/untagged      "N" (ProCurve)
    port/P/tagged/N                 True, one per VLAN               port/P/tagged/all    True: every VLAN
    port/P/voice_vlan               "N"                              port/P/lag           LAG name it belongs to
    port/P/lag_mode                 active | passive | on | static   port/P/poe           off | on | a dialect's words
    port/P/stp_edge · stp_bpduguard · stp_bpdufilter · lldp_transmit · lldp_receive …
    svi/N                           True when the SVI exists         svi/N/address        "10.0.0.1/24" | "dhcp"
    svi/N/address/secondary/A       True                             svi/N/shutdown · svi/N/description
    route/PREFIX/NEXTHOP            True (static routes; the default route is `gateway` where the dialect has one)
    stp/enabled · stp/mode · stp/priority …                          lldp/enabled
    snmp/community/~MASK            "ro" | "rw" and ACL, as the dialect prints it (the path part is Secret.mask)
    snmp/user/NAME/… · snmp/contact · snmp/location · snmp/host/A …
    ntp/server/A · dns/server/A · syslog/server/A                    True, or options as text
    user/NAME                       options as text                  user/NAME/secret     Secret
    aaa/WORDS                       text                             vty/RANGE/WORDS      text
    banner/KIND                     text, "\n" line ends             acl/KIND/NAME        tuple of entries, in order
    free/CONTEXT/…/LINE             True: a line the parser does not know, verbatim, below its context

A value that is the device's default is left out, printed or hidden, so equal states are
equal dictionaries.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from campusctl.model.secret import Match, Secret

Path: TypeAlias = tuple[str, ...]
Value: TypeAlias = bool | int | str | Secret | tuple[str, ...]

FREE = "free"
"""First part of the path of a line that no parser knows."""


class Edit(NamedTuple):
    """One setting that changes; None stands for "not there" (the default)."""

    path: Path
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class State:
    """What a device is, or shall be: settings in the order in which the text names them."""

    settings: Mapping[Path, Value] = field(default_factory=dict)
    """Path to value; never changed after construction."""
    manages: frozenset[Path] = frozenset()
    """Context paths (`("free", …context)`) whose unknown lines the template owns: those may be removed."""
    secrets: Mapping[Path, Secret] = field(default_factory=dict)
    """Secrets that stand in a path (as a mask): the path that carries them, to the secret itself."""
    mentions: frozenset[Path] = frozenset()
    """Physical ports (and the like) that the text names, even when it says nothing of them."""
    _near: dict[Path, list[tuple[Path, Value]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Settings by the first two parts of their path, made when first asked for: a port is looked up many times."""

    def get(self, *path: str) -> "Value | None":
        """The value at a path, or None."""
        return self.settings.get(path)

    def under(self, *prefix: str) -> "Iterator[tuple[Path, Value]]":
        """Every setting below a prefix (the prefix itself included), in order."""
        size = len(prefix)
        among = self._among(prefix[:2]) if size > 1 else self.settings.items()
        return ((path, value) for path, value in among if path[:size] == prefix)

    def _among(self, start: Path) -> "list[tuple[Path, Value]]":
        if not self._near:
            near: dict[Path, list[tuple[Path, Value]]] = {}
            for item in self.settings.items():
                near.setdefault(item[0][:2], []).append(item)
            self._near.update(near)
        return self._near.get(start, [])

    def names(self, *prefix: str) -> tuple[str, ...]:
        """The distinct path parts right below a prefix, in order: `names("port")` lists the ports."""
        size = len(prefix)
        found = (path[size] for path, _ in self.under(*prefix) if len(path) > size)
        return tuple(dict.fromkeys(found))

    def edited(self, edits: Iterable[Edit]) -> "State":
        """This state after the edits."""
        settings = dict(self.settings)
        for edit in edits:
            if edit.after is None:
                settings.pop(edit.path, None)
            else:
                settings[edit.path] = edit.after
        return State(settings, self.manages, self.secrets, self.mentions)

    def with_secrets(self, more: Mapping[Path, Secret]) -> "State":
        """This state, knowing also the secrets behind the masks of another one."""
        return State(self.settings, self.manages, {**more, **self.secrets}, self.mentions)

    def digest(self, key: bytes) -> str:
        """A keyed fingerprint of every setting; without the key it says nothing about the secrets."""
        digest = hashlib.blake2b(key=key, digest_size=16)
        # Sorted as revealed: masks are new in every process, and so is their order.
        for line in sorted(self._revealed(path, value) for path, value in self.settings.items()):
            digest.update(line.encode())
            digest.update(b"\x1e")
        return digest.hexdigest()

    def _revealed(self, path: Path, value: Value) -> str:
        """One setting as text, with its secrets; a mask may be a part of the path, or stand within one."""
        secret = self.secrets.get(path)
        shown = [part.replace(secret.mask, secret.reveal()) for part in path] if secret else path
        return "\x1f".join([*shown, value.reveal() if isinstance(value, Secret) else repr(value)])


class Comparison(NamedTuple):
    """What separates two states."""

    edits: tuple[Edit, ...]
    """Settings to change, in the order of the text."""
    unmanaged: tuple[Path, ...]
    """`free` paths of lines only the device has: kept, reported, never negated."""
    unchecked: tuple[Path, ...]
    """Secrets whose stored form cannot be compared."""


def compare_values(before: Value | None, after: Value | None) -> Match:
    """Whether two values mean the same."""
    if isinstance(before, Secret) and isinstance(after, Secret):
        return before.match(after)
    return Match.SAME if before == after else Match.DIFFERENT
