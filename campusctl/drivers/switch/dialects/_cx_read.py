"""AOS-CX sections to settings: the global lines. Contexts with ports and VLANs are read in `_cx_read_ports`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.switch.dialects import _cx_tables as tables
from campusctl.drivers.switch.dialects._cx_text import children, vlan_ids
from campusctl.drivers.switch.dialects.base import Item, Reading, Section, secret
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import FREE, Path, Value

ENTRY: Final = re.compile(r"(?:(\d{1,10}) )?(permit|deny|comment)\b ?(.*)")
"""One line of an access list: number, verb, rest."""

_MASKED: Final = re.compile(r"(\d+\.\d+\.\d+\.\d+)/((?:128|192|224|240|248|252|254|255|0)(?:\.\d+){3})(?= |$)")
_PORT_NUMBERS: Final = {
    "ftp-data": 20,
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "dns": 53,
    "dhcp-server": 67,
    "dhcp-client": 68,
    "tftp": 69,
    "http": 80,
    "ntp": 123,
    "snmp": 161,
    "snmp-trap": 162,
    "https": 443,
    "syslog": 514,
}
_NAMED_PORT: Final = re.compile(rf"\b(eq|gt|lt|neq) ({'|'.join(_PORT_NUMBERS)})(?= |$)")
_NTP_VALUES: Final = ("key-id", "version", "minpoll", "maxpoll")
_NTP_FLAGS: Final = ("burst", "iburst", "prefer")
_NTP_DEFAULTS: Final = {"minpoll": "6", "maxpoll": "10", "version": "4"}
_LOGGING_WORDS: Final = frozenset(
    {"console", "persistent-storage", "filter", "threshold", "cli", "buffered", "monitor", "no", "security", "rate"}
)


@dataclass(slots=True)
class Found:
    """Collects what a section says."""

    items: list[Item] = field(default_factory=list)
    manages: set[Path] = field(default_factory=set)
    mentions: set[Path] = field(default_factory=set)
    secrets: list[tuple[Path, Secret]] = field(default_factory=list)

    def put(self, path: Path, value: Value = True) -> None:  # noqa: FBT002 - True is what most lines say
        """Add a setting."""
        self.items.append((path, value))

    def free(self, *lines: str) -> None:
        """Add a line nobody knows, below its context lines."""
        self.items.append(((FREE, *lines), True))

    def reading(self) -> Reading:
        """All of it, frozen."""
        return Reading(tuple(self.items), frozenset(self.manages), tuple(self.secrets), frozenset(self.mentions))


def unquoted(text: str) -> str:
    """A value without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def take_secret(words: list[str], after: str) -> tuple[list[str], Secret | None]:
    """Take `AFTER [ciphertext|plaintext] SECRET` out of the words; the rest and the secret."""
    if after not in words[:-1]:
        return words, None
    start = words.index(after)
    end = start + 1
    kind = SecretKind.PLAIN
    if words[end] in ("ciphertext", "plaintext") and end + 1 < len(words):
        kind = SecretKind.OPAQUE if words[end] == "ciphertext" else SecretKind.PLAIN
        end += 1
    return words[:start] + words[end + 1 :], secret(words[end], kind)


def take_value(words: list[str], after: str, default: str) -> tuple[list[str], str]:
    """Take `AFTER VALUE` out of the words; the rest and the value."""
    if after not in words[:-1]:
        return words, default
    start = words.index(after)
    return words[:start] + words[start + 2 :], words[start + 1]


def options(words: Iterable[str]) -> Value:
    """Options as text, or True when there are none."""
    return " ".join(words) or True


def free_section(found: Found, section: Section, head: str = "") -> None:
    """A section nobody knows: its head and every line below it."""
    head = head or section[0]
    found.free(head)
    for parents, line in children(section):
        found.free(head, *parents, line)


def simple(found: Found, line: str, words: list[str]) -> bool:
    """Read a line that sets one value or flag, from the tables; whether it was one."""
    flag = tables.GLOBAL_FLAGS.get(line)
    if flag:
        found.put(tuple(flag.split(" ", 1)))
        return True
    for size in (3, 2, 1):
        prefix = " ".join(words[:size])
        known = tables.GLOBAL_VALUES.get(prefix)
        if known and len(words) > size and (len(words) == size + 1 or prefix in tables.WHOLE_REST):
            value = unquoted(line[len(prefix) :].strip())
            value = value.lower() if known.part == "timezone" else value
            if value and value != known.default:
                found.put(tuple(known.part.split(" ")), value)
            return True
    return False


def read_ip(found: Found, section: Section, words: list[str]) -> None:
    """`ip route`, `ip dns`; everything else of `ip` and `ipv6` is free."""
    match words:
        case ["ip" | "ipv6", "route", prefix, hop, *rest] if "/" in prefix:
            rest, vrf = take_value(rest, "vrf", "default")
            found.put(("route", prefix, hop, *(() if vrf == "default" else (vrf,))), options(rest))
        case ["ip", "dns", "server-address", address, *rest]:
            rest, vrf = take_value(rest, "vrf", "default")
            if rest:
                found.free(section[0])
            else:
                found.put(("dns", "server", address, *(() if vrf == "default" else (vrf,))))
        case ["ip", "dns", "domain-list", name]:
            found.put(("dns", "search", name))
        case _:
            free_section(found, section)


def read_ntp(found: Found, section: Section, words: list[str]) -> None:
    """`ntp server`, `ntp authentication-key`; switches come from the tables."""
    match words:
        case ["ntp", "server", address, *rest]:
            found.put(("ntp", "server", address), options(_ntp_options(rest)))
        case ["ntp", "authentication-key", number, algorithm, *rest] if rest:
            left, key = take_secret(["key", *rest], "key")
            found.put(("ntp", "key", number), options([algorithm, *left]))
            if key:
                found.put(("ntp", "key", number, "secret"), key)
        case _:
            free_section(found, section)


def _ntp_options(words: list[str]) -> list[str]:
    """Options in one order, defaults left out."""
    named: list[str] = []
    for name in _NTP_VALUES:
        words, value = take_value(words, name, "")
        if value and value != _NTP_DEFAULTS.get(name):
            named += [name, value]
    flags = [flag for flag in _NTP_FLAGS if flag in words]
    return named + flags + [word for word in words if word not in _NTP_FLAGS]


def read_logging(found: Found, section: Section, words: list[str]) -> None:
    """`logging ADDRESS …`; defaults left out."""
    if len(words) < 2 or len(section) > 1 or words[1] in _LOGGING_WORDS:
        free_section(found, section)
        return
    rest = words[2:]
    for name, default in (("severity", "info"), ("vrf", "default")):
        without, value = take_value(rest, name, default)
        rest = without if value == default else rest
    if rest[:2] == ["udp", "514"]:
        rest = rest[2:]
    elif rest[:1] == ["udp"] and not (len(rest) > 1 and rest[1].isdecimal()):
        rest = rest[1:]
    found.put(("syslog", "server", words[1]), options(rest))


def read_snmp(found: Found, section: Section, words: list[str]) -> None:
    """`snmp-server` communities, trap receivers and VRFs."""
    match words:
        case ["snmp-server", "community", text, *rest]:
            known = secret(unquoted(text))
            lines = [*([" ".join(rest)] if rest else []), *(line for _, line in children(section))]
            path = ("snmp", "community", known.mask)
            found.put(path, community_value(lines))
            found.secrets.append((path, known))
        case ["snmp-server", "host", address, *rest] if rest:
            rest, community = take_secret(rest, "community")
            found.put(("snmp", "host", address, " ".join(rest)), community or True)
        case ["snmp-server", "vrf", name]:
            found.put(("snmp", "vrf", name))
        case _:
            free_section(found, section)


def community_value(lines: Iterable[str]) -> str:
    """`ro` or `rw`, and further lines of the community, joined by `; `."""
    access = "ro"
    more: list[str] = []
    for line in lines:
        word = line.removeprefix("access-level ")
        if word in ("ro", "rw"):
            access = word
        else:
            more.append(line)
    return "; ".join([access, *sorted(more)])


def read_snmpv3(found: Found, section: Section, words: list[str]) -> None:
    """`snmpv3 user`; its two passphrases are settings of their own."""
    if words[1:2] != ["user"] or len(words) < 3:
        free_section(found, section)
        return
    rest, auth = take_secret(words[3:], "auth-pass")
    rest, priv = take_secret(rest, "priv-pass")
    rest, access = take_value(rest, "access-level", "ro")
    rest += [] if access == "ro" else ["access-level", access]
    found.put(("snmp", "user", words[2]), options(rest))
    for name, value in (("auth", auth), ("priv", priv)):
        if value:
            found.put(("snmp", "user", words[2], name), value)
    for parents, line in children(section):
        found.free(" ".join(words[:3]), *parents, line)


def read_user(found: Found, section: Section, words: list[str]) -> None:
    """`user NAME group GROUP password …`; wrapped ciphertext is put together."""
    words = words + [line.strip() for line in section[1:]]
    if words[-2:-1] != ["ciphertext"] and "ciphertext" in words:
        at = words.index("ciphertext")
        words = [*words[: at + 1], "".join(words[at + 1 :])]
    if len(words) < 3 or not {"group", "password"} & set(words[2:]) or words[-1] == "":
        free_section(found, section)
        return
    rest, password = take_secret(words[2:], "password")
    found.put(("user", words[1]), options(rest))
    if password:
        found.put(("user", words[1], "secret"), password)


def read_server(found: Found, section: Section, words: list[str]) -> None:
    """`radius-server` and `tacacs-server`: hosts and shared keys."""
    root = words[0].removesuffix("-server")
    match words[1:]:
        case ["host", address, *rest] if len(section) == 1:
            rest, key = take_secret(rest, "key")
            found.put((root, "host", address), options(rest))
            if key:
                found.put((root, "host", address, "key"), key)
        case ["key", *rest] if rest and len(section) == 1:
            _, key = take_secret(["key", *rest], "key")
            if key:
                found.put((root, "key"), key)
        case ["timeout" | "retries" | "auth-type" as name, value] if len(section) == 1:
            found.put((root, name), value)
        case _:
            free_section(found, section)


def read_aaa(found: Found, section: Section, words: list[str]) -> None:
    """`aaa` lines that stand alone: the words that name the rule, and what it says."""
    if len(section) > 1 or len(words) < 3 or words[1] == "group" or "port-access" in words:
        free_section(found, section)
        return
    size = 4 if words[2] in ("login", "commands", "all-mgmt") else 3
    found.put(("aaa", " ".join(words[1:size])), options(words[size:]))


def read_stp(found: Found, section: Section, words: list[str]) -> None:
    """`spanning-tree`: on or off, instances, and VLANs of RPVST."""
    match words:
        case ["spanning-tree"]:
            found.put(("stp", "enabled"))
        case ["spanning-tree", "instance" | "vlan" as kind, number, *rest]:
            _read_stp_tree(found, section, [kind, number, *rest])
        case _:
            free_section(found, section)


def _read_stp_tree(found: Found, section: Section, words: list[str]) -> None:
    match words:
        case ["instance", number, "vlan", ids] if (known := vlan_ids(ids)) is not None:
            for vlan in known:
                found.put(("stp", "instance", number, "vlan", vlan))
        case ["instance", number, "priority", value]:
            if value != "8":
                found.put(("stp", "instance", number, "priority"), value)
        case ["vlan", ids] if (known := vlan_ids(ids)) is not None:
            for vlan in known:
                found.put(("stp", "vlan", vlan))
        case ["vlan", ids, "priority" as name, value] if (known := vlan_ids(ids)) is not None:
            for vlan in known:
                if value != "8":
                    found.put(("stp", "vlan", vlan, name), value)
        case _:
            free_section(found, section)


def read_lldp(found: Found, section: Section, words: list[str]) -> None:
    """`lldp` alone is the default."""
    if words != ["lldp"]:
        free_section(found, section)


def read_apply(found: Found, section: Section, words: list[str]) -> None:
    """`apply access-list KIND NAME control-plane vrf NAME` decides who reaches the switch itself."""
    match words:
        case ["apply", "access-list", kind, name, "control-plane", *rest]:
            found.put(("ssh", "acl", " ".join([kind, "control-plane", *rest])), name)
        case _:
            free_section(found, section)


def read_acl(found: Found, section: Section, words: list[str]) -> None:
    """`access-list KIND NAME` with its entries, by number; entries without one are numbered as the device does."""
    if len(words) != 3:
        free_section(found, section)
        return
    entries: dict[tuple[int, bool], str] = {}
    highest = 0
    for _, line in children(section):
        entry = ENTRY.fullmatch(" ".join(line.split()))
        if not entry:
            found.free(section[0], line)
            continue
        number = int(entry[1] or highest // 10 * 10 + 10)
        highest = max(highest, number)
        rest = entry[3] if entry[2] == "comment" else _normal(entry[3])
        entries[number, entry[2] != "comment"] = f"{number} {entry[2]} {rest}".rstrip()
    found.put(("acl", words[1], words[2]), tuple(entries[key] for key in sorted(entries)))


def _normal(rest: str) -> str:
    """Masks as prefix lengths, hosts without one, well-known ports as numbers: devices print either."""

    def shorter(found: re.Match[str]) -> str:
        bits = "".join(f"{min(int(part), 255):08b}" for part in found[2].split("."))
        if "01" in bits:
            return found[0]
        length = bits.count("1")
        return found[1] if length == 32 else f"{found[1]}/{length}"

    rest = re.sub(r"(\d+(?:\.\d+){3})/32(?= |$)", r"\1", _MASKED.sub(shorter, rest))
    return _NAMED_PORT.sub(lambda found: f"{found[1]} {_PORT_NUMBERS[found[2]]}", rest)


def read_no(found: Found, section: Section, words: list[str]) -> None:
    """Lines that turn something off."""
    rest = " ".join(words[1:])
    if rest == "lldp":
        found.put(("lldp", "enabled"), "off")
    elif rest == "spanning-tree":
        found.manages.add(("stp", "enabled"))
    elif rest in tables.GLOBAL_FLAGS or rest in tables.GLOBAL_VALUES or words[1:2] == ["banner"]:
        pass
    elif len(section) > 1 or not rest or not said_absent(section[0], words):
        free_section(found, section)


def said_absent(line: str, words: list[str]) -> bool:
    """Whether a `no …` line takes back what is a setting: not being there is all it says."""
    if words[1] == "user" and len(words) == 3:
        return words[2] != "admin"
    other = Found()
    rest = line[2:].strip()
    if not simple(other, rest, words[1:]):
        reader = READERS.get(words[1])
        if reader and words[1] != "no":
            reader(other, (rest,), words[1:])
    return bool(other.items) and all(path[0] != FREE for path, _ in other.items)


Reader = Callable[[Found, Section, list[str]], None]

READERS: Final[dict[str, Reader]] = {
    "ip": read_ip,
    "ipv6": read_ip,
    "ntp": read_ntp,
    "logging": read_logging,
    "snmp-server": read_snmp,
    "snmpv3": read_snmpv3,
    "user": read_user,
    "radius-server": read_server,
    "tacacs-server": read_server,
    "aaa": read_aaa,
    "spanning-tree": read_stp,
    "lldp": read_lldp,
    "apply": read_apply,
    "access-list": read_acl,
    "no": read_no,
}
"""By the first word of a section."""
