"""The words of IOS: interface names, VLAN lists, and the table of lines that say one thing each.

A line of the table maps words to a path. `*` stands for one word that becomes a part of the path. What follows the
words is the value (True when nothing follows); `no WORDS` is the default, unless the table says otherwise.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from campusctl.drivers.switch.dialects.base import secret
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import Path, Value

# In order of preference for an abbreviation: `Te` is TenGigabitEthernet, `Tw` TwoGigabitEthernet.
_INTERFACES: Final = (
    "GigabitEthernet",
    "FastEthernet",
    "TenGigabitEthernet",
    "TwoGigabitEthernet",
    "TwentyFiveGigE",
    "FiveGigabitEthernet",
    "FortyGigabitEthernet",
    "FiftyGigE",
    "HundredGigE",
    "TwoHundredGigE",
    "FourHundredGigE",
    "Ethernet",
    "AppGigabitEthernet",
    "Port-channel",
    "Vlan",
    "Loopback",
    "Tunnel",
    "BDI",
    "BVI",
    "Dialer",
    "Serial",
    "nve",
    "Null",
    "Bluetooth",
    "Virtual-Template",
    "Virtual-Access",
    "VirtualPortGroup",
    "Multilink",
    "Cellular",
    "Async",
    "ATM",
)
_SHORT: Final = {"eth": "Ethernet", "twe": "TwentyFiveGigE", "fif": "FiftyGigE", "tunnel": "Tunnel"}
_VIRTUAL: Final = frozenset(
    {"Port-channel", "Vlan", "Loopback", "Tunnel", "BDI", "BVI", "Dialer", "nve", "Virtual-Template", "Multilink"}
)
_NAME: Final = re.compile(r"([A-Za-z][A-Za-z-]*?)\s*(\d[\d/.:]*)")
_RANGE_LIMIT: Final = 1024
ALL_VLANS: Final = frozenset(range(1, 4095))
_WIDE: Final = 2048
_LINE_LIMIT: Final = 180


@lru_cache(4096)
def port_name(text: str) -> str:
    """The canonical long name of an interface; what is no interface comes back as it is, spaces made single."""
    found = _NAME.fullmatch(text.strip())
    if not found:
        return " ".join(text.split())
    kind, number = found[1].lower(), found[2]
    if kind in _SHORT:
        return _SHORT[kind] + number
    matches = [name for name in _INTERFACES if name.lower().startswith(kind)]
    exact = [name for name in matches if len(name) == len(kind)]
    return (exact or matches or [found[1]])[0] + number


def is_virtual(name: str) -> bool:
    """Whether the interface exists only because the configuration says so."""
    found = _NAME.fullmatch(name)
    return bool(found) and (found[1] in _VIRTUAL or "." in found[2]) if found else False


def port_range(text: str) -> tuple[str, ...]:
    """Names of `interface range …` (without those words): `Gi1/0/1 - 4 , Te1/1/1`."""
    names: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition(" -") if " -" in part else _split_dash(part)
        start = port_name(first)
        stem = re.fullmatch(r"(.*?)(\d+)", start)
        end = re.search(r"(\d+)\s*$", last)
        if not stem or not end or len(end[1]) > 6:
            names.append(start)
            continue
        low, high = int(stem[2]), int(end[1])
        names.extend(f"{stem[1]}{number}" for number in range(low, min(high, low + _RANGE_LIMIT) + 1))
    return tuple(dict.fromkeys(name for name in names[:_RANGE_LIMIT] if name))


def _split_dash(text: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*\d)-(\d[\d/]*\s*)", text)
    return (found[1], "-", found[2]) if found else (text, "", "")


@lru_cache(8192)
def vlan_set(text: str) -> frozenset[int] | None:
    """The VLANs of a list such as `1-4,7`; None when the text is no list."""
    found: set[int] = set()
    for part in text.replace(" ", "").rstrip(",").split(","):
        low, dash, high = part.partition("-")
        if not (low.isascii() and low.isdigit() and len(low) < 5):
            return None
        if dash and not (high.isascii() and high.isdigit() and len(high) < 5):
            return None
        found.update(range(int(low), int(high or low) + 1))
    return frozenset(found) & ALL_VLANS


def vlan_list(vlans: Iterable[int]) -> str:
    """The shortest list of these VLANs, ascending: `1-4,7`. IOS writes a pair as `7,8`."""
    return ",".join(_runs(sorted(vlans)))


@lru_cache(4096)
def same_list(text: str) -> str:
    """The shortest form of a VLAN list; what is no list comes back as it is."""
    vlans = vlan_set(text)
    return text if vlans is None else vlan_list(vlans)


def vlan_chunks(vlans: Iterable[int]) -> tuple[str, ...]:
    """The list in pieces that each fit into one line."""
    chunks: list[str] = []
    for run in _runs(sorted(vlans)):
        if chunks and len(chunks[-1]) + len(run) < _LINE_LIMIT:
            chunks[-1] += "," + run
        else:
            chunks.append(run)
    return tuple(chunks)


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 < len(numbers) and numbers[index + 1] == number + 1:
            continue
        low = numbers[start]
        start = index + 1
        if number - low > 1:
            yield f"{low}-{number}"
        else:
            yield from (str(each) for each in range(low, number + 1))


def tagged_items(prefix: Path, vlans: frozenset[int]) -> Iterator[tuple[Path, Value]]:
    """The settings of a trunk's list: one per VLAN; for nearly all of them `all` and one per exception."""
    if not vlans:
        yield (*prefix, "tagged", "none"), True
    elif len(vlans) < _WIDE:
        yield from (((*prefix, "tagged", str(vlan)), True) for vlan in sorted(vlans))
    elif vlans != ALL_VLANS:
        yield (*prefix, "tagged", "all"), True
        yield from (((*prefix, "tagged", f"except {vlan}"), True) for vlan in sorted(ALL_VLANS - vlans))


def tagged_vlans(members: Iterable[str]) -> frozenset[int]:
    """The VLANs of a trunk from its `tagged` path parts; none of them: IOS carries every VLAN."""
    words = set(members)
    exceptions = {int(word[7:]) for word in words if word.startswith("except ")}
    if "all" in words or not words:
        return ALL_VLANS - exceptions
    return frozenset(int(word) for word in words if word.isdigit())


_KINDS: Final = {
    "0": SecretKind.PLAIN,
    "4": SecretKind.CISCO4,
    "5": SecretKind.CISCO5,
    "7": SecretKind.CISCO7,
    "8": SecretKind.CISCO8,
    "9": SecretKind.CISCO9,
}
_DIGITS: Final = {kind: digit for digit, kind in _KINDS.items()}


def read_secret(text: str) -> Secret:
    """A secret with its type digit in front (`7 0822455D0A16`), or in plain text."""
    digit, _, rest = text.partition(" ")
    rest = rest.strip()
    if rest and digit in _KINDS:
        return secret(rest, _KINDS[digit])
    # Type 6 keeps its digit in the text: we know no form of it but the text itself.
    return secret(text, SecretKind.OPAQUE if rest and digit == "6" else SecretKind.PLAIN)


def say_secret(value: Secret) -> str:
    """How a secret stands in a command: the type digit and the token."""
    digit = _DIGITS.get(value.kind, "")
    return f"{digit} {value}" if digit else str(value)


class Rule(NamedTuple):
    """One line of the table."""

    words: tuple[str, ...]
    path: tuple[str, ...]
    default: Value | None = None
    """The value that is left out."""
    no: Value | None = None
    """What `no WORDS` says, where it is not the default."""
    kind: str = ""
    """How the value is read: `text` (verbatim), `secret`, `arg` (the `*` is the value), or a reader's own word."""
    rank: int = 0
    """Place within its context."""

    def filled(self, args: Sequence[str]) -> str:
        """The words with the path's variable parts in place."""
        rest = iter(args)
        return " ".join(next(rest) if word == "*" else word for word in self.words)


Trie: TypeAlias = "dict[str, Trie | Rule]"


class Found(NamedTuple):
    """A line of the table that fits a line of the text."""

    rule: Rule
    args: tuple[str, ...]
    used: int
    """How many words it took."""

    @property
    def path(self) -> Path:
        """The path with its variable parts in place."""
        if not self.args:
            return self.rule.path
        rest = iter(self.args)
        return tuple(re.sub(r"\*", lambda _: next(rest, ""), part) for part in self.rule.path)


OF_THE_LAG: Final = frozenset({"mode", "access_vlan", "native_vlan", "tagged", "trunk_encapsulation", "nonegotiate"})
"""What a LAG hands down to its members."""


class Inherited(str):
    """A value that a member does not state itself: without its LAG it may have another one."""

    __slots__ = ()


class Table:
    """Finds the rule for a line by its first words, and the rule for a path."""

    def __init__(self, *rows: tuple[str, str] | tuple[str, str, dict[str, Value]]) -> None:
        self._trie: Trie = {}
        self._by_path: dict[tuple[str, int], list[tuple[re.Pattern[str], Rule]]] = {}
        for rank, row in enumerate(rows):
            words, path = tuple(row[0].split()), tuple(row[1].split("/"))
            options = row[2] if len(row) > 2 else {}
            no = options.get("no", False if options.get("default") is True else None)
            rule = Rule(words, path, options.get("default"), no, str(options.get("kind", "")), rank)
            self._learn(rule)

    def _learn(self, rule: Rule) -> None:
        node = self._trie
        for word in rule.words:
            node = node.setdefault(word, {})  # type: ignore[assignment] # only the key "" holds a Rule
        node[""] = rule
        pattern = re.compile("\x1f".join(re.escape(part).replace(r"\*", "(.+)") for part in rule.path), re.DOTALL)
        self._by_path.setdefault((rule.path[0], len(rule.path)), []).append((pattern, rule))

    def words(self) -> Iterator[str]:
        """Every word of the table."""
        return (word for rows in self._by_path.values() for _, rule in rows for word in rule.words)

    def find(self, words: Sequence[str]) -> Found | None:
        """The rule that takes most of the words."""
        node = self._trie
        args: tuple[str, ...] = ()
        best: Found | None = None
        for number, word in enumerate(words, 1):
            step = node.get(word) if word else None
            if step is None:
                step = node.get("*")
                if step is None:
                    break
                args = (*args, word)
            node = step  # type: ignore[assignment] # words are never ""
            rule = node.get("")
            if rule is not None:
                best = Found(rule, args, number)  # type: ignore[arg-type] # the key "" holds a Rule
        return best

    def rule_for(self, path: Path) -> tuple[Rule, tuple[str, ...]] | None:
        """The first rule of the table that serves a path, and the words for its `*`."""
        text = "\x1f".join(path)
        for pattern, rule in self._by_path.get((path[0], len(path)), ()):
            found = pattern.fullmatch(text)
            if found:
                return rule, found.groups()
        return None


GLOBAL: Final = Table(
    ("hostname", "hostname", {"kind": "text"}),
    ("ip domain-name", "domain"),
    ("ip domain name", "domain"),
    ("ip domain-lookup", "dns/lookup", {"default": True}),
    ("ip domain lookup", "dns/lookup", {"default": True}),
    ("ip domain-list *", "dns/search/*"),
    ("ip domain list *", "dns/search/*"),
    ("ip name-server", "dns/server", {"kind": "many"}),
    ("ip default-gateway", "gateway"),
    ("ip routing", "routing"),
    ("ip route", "route", {"kind": "route"}),
    ("clock timezone", "timezone", {"kind": "zone"}),
    ("clock summer-time", "timezone/summer"),
    ("spanning-tree mode", "stp/mode", {"default": "pvst"}),
    ("spanning-tree vlan * priority", "stp/vlans/*/priority"),
    ("spanning-tree mst * priority", "stp/mst/*/priority", {"default": "32768"}),
    ("spanning-tree portfast default", "stp/edge_default"),
    ("spanning-tree portfast edge default", "stp/edge_default"),
    ("spanning-tree portfast bpduguard default", "stp/bpduguard_default"),
    ("spanning-tree portfast edge bpduguard default", "stp/bpduguard_default"),
    ("spanning-tree portfast bpdufilter default", "stp/bpdufilter_default"),
    ("spanning-tree portfast edge bpdufilter default", "stp/bpdufilter_default"),
    ("spanning-tree loopguard default", "stp/loopguard_default"),
    ("lldp run", "lldp/enabled"),
    ("lldp timer", "lldp/timer", {"default": "30"}),
    ("lldp holdtime", "lldp/holdtime", {"default": "120"}),
    ("cdp run", "cdp/enabled", {"default": True}),
    ("snmp-server community *", "snmp/community/*", {"kind": "community"}),
    ("snmp-server group * v3 *", "snmp/group/*/v3 *"),
    ("snmp-server group * v2c", "snmp/group/*/v2c"),
    ("snmp-server view * *", "snmp/view/*/*"),
    ("snmp-server user *", "snmp/user/*", {"kind": "snmp_user"}),
    ("snmp-server host *", "snmp/host/*", {"kind": "snmp_host"}),
    ("snmp-server contact", "snmp/contact", {"kind": "text"}),
    ("snmp-server location", "snmp/location", {"kind": "text"}),
    ("snmp-server enable traps", "snmp/traps", {"kind": "traps"}),
    ("snmp-server trap-source", "snmp/trap_source", {"kind": "port"}),
    ("ntp server vrf * *", "ntp/server/vrf * *"),
    ("ntp server *", "ntp/server/*"),
    ("ntp peer *", "ntp/peer/*"),
    ("sntp server *", "sntp/server/*"),
    ("ntp source", "ntp/source", {"kind": "port"}),
    ("ntp authenticate", "ntp/authenticate"),
    ("ntp trusted-key *", "ntp/trusted-key/*"),
    ("ntp authentication-key * md5", "ntp/key/*", {"kind": "ntp_key"}),
    ("logging host *", "syslog/server/*"),
    ("logging server-arp", "syslog/arp"),
    ("logging trap", "syslog/level", {"default": "informational", "no": False}),
    ("logging facility", "syslog/facility", {"default": "local7"}),
    ("logging source-interface", "syslog/source", {"kind": "port"}),
    ("username *", "user/*", {"kind": "user"}),
    ("enable secret", "enable/secret", {"kind": "enable"}),
    ("enable password", "enable/password", {"kind": "enable"}),
    ("aaa new-model", "aaa/new-model"),
    ("aaa session-id", "aaa/session-id", {"default": "common"}),
    ("aaa authentication * *", "aaa/authentication * *"),
    ("aaa authorization console", "aaa/authorization console"),
    ("aaa authorization config-commands", "aaa/authorization config-commands"),
    ("aaa authorization commands * *", "aaa/authorization commands * *"),
    ("aaa authorization * *", "aaa/authorization * *"),
    ("aaa accounting commands * *", "aaa/accounting commands * *"),
    ("aaa accounting update", "aaa/accounting update"),
    ("aaa accounting * *", "aaa/accounting * *"),
    ("tacacs-server key", "aaa/tacacs key", {"kind": "secret"}),
    ("radius-server key", "aaa/radius key", {"kind": "secret"}),
    # Never settings by themselves: `no …` of these means what leaving them out means.
    ("vlan *", "vlan/*", {"kind": "block"}),
    ("interface", "port", {"kind": "block"}),
    ("ip access-list", "acl", {"kind": "block"}),
    ("access-list", "acl", {"kind": "block"}),
    ("banner", "banner", {"kind": "block"}),
    ("snmp-server", "snmp", {"kind": "bare"}),
)
"""Global lines; the first row of a path is the one that is sent."""

PORT: Final = Table(
    ("description", "description", {"kind": "text"}),
    ("switchport", "switchport", {"kind": "switchport"}),
    ("switchport access vlan", "access_vlan", {"default": "1"}),
    ("switchport voice vlan", "voice_vlan", {"default": "none"}),
    ("switchport trunk encapsulation", "trunk_encapsulation"),
    ("switchport trunk native vlan", "native_vlan", {"default": "1"}),
    ("switchport trunk allowed vlan", "tagged", {"kind": "allowed"}),
    ("switchport mode", "mode", {"default": "dynamic auto"}),
    ("switchport nonegotiate", "nonegotiate"),
    ("ip address", "address", {"kind": "address"}),
    ("ip helper-address *", "helper/*"),
    ("ip access-group * in", "acl_in", {"kind": "arg"}),
    ("ip access-group * out", "acl_out", {"kind": "arg"}),
    ("channel-protocol", "lag_protocol"),
    ("channel-group * mode", "lag", {"kind": "lag"}),
    ("power inline", "poe", {"default": "auto", "kind": "poe"}),
    ("spanning-tree portfast", "stp_edge", {"kind": "edge"}),
    ("spanning-tree bpduguard", "stp_bpduguard", {"kind": "enable_word"}),
    ("spanning-tree bpdufilter", "stp_bpdufilter", {"kind": "enable_word"}),
    ("spanning-tree guard", "stp_guard"),
    ("spanning-tree cost", "stp_cost"),
    ("spanning-tree port-priority", "stp_port_priority", {"default": "128"}),
    ("spanning-tree link-type", "stp_link_type"),
    ("lldp transmit", "lldp_transmit", {"default": True}),
    ("lldp receive", "lldp_receive", {"default": True}),
    ("cdp enable", "cdp", {"default": True}),
    ("shutdown", "shutdown"),
)
"""Lines below an interface, in the order in which a port has to be told."""

LINE: Final = Table(
    ("password", "password", {"kind": "secret"}),
    ("login", "login", {"kind": "login"}),
    ("access-class * in", "access-class in", {"kind": "class"}),
    ("access-class * out", "access-class out", {"kind": "class"}),
    ("exec-timeout", "exec-timeout", {"kind": "timeout"}),
    ("privilege level", "privilege level", {"default": "1"}),
    ("authorization exec", "authorization exec", {"default": "default"}),
    ("transport preferred", "transport preferred"),
    ("transport input", "transport input"),
    ("transport output", "transport output"),
    ("logging synchronous", "logging synchronous"),
)
"""Lines below `line con 0` and `line vty 0 4`."""

SERVER: Final = Table(
    ("address ipv4", "address"),
    ("address ipv6", "address6"),
    ("key", "key", {"kind": "secret"}),
    ("timeout", "timeout"),
    ("single-connection", "single-connection"),
)
"""Lines below `tacacs server X` and `radius server X`."""
