"""What must not be cut: the management path of a switch, as settings.

Two degrees. An edit that would *cut* us off is refused, whoever asks. An edit that *touches* the path is
refused unless a revert on the device can be armed. Both are decided on states, so every dialect is alike.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface
from typing import Final, NamedTuple

from campusctl.model.plan import ManagementPath
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State, Value
from campusctl.words.language import N_

_PATH_ROOTS: Final = frozenset({"aaa", "vty", "ssh", "management_vlan", "authorized_managers", "tacacs", "radius"})
"""Settings that decide who may log in, and how."""

_HARMLESS_PORT_PARTS: Final = frozenset({"description", "tagged", "poe", "lldp_transmit", "lldp_receive", "free"})
"""Below a port of the path: these do not interrupt it (a tagged VLAN is looked at by what is carried)."""


class RefusedEdit(NamedTuple):
    """An edit that is not made."""

    edit: Edit
    """The edit."""
    reason: str
    """One sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard decided."""

    allowed: tuple[Edit, ...]
    """Edits that may be made, in their order."""
    refused: tuple[RefusedEdit, ...]
    """Edits that are not made."""
    touches: tuple[Edit, ...]
    """Allowed edits that need an armed revert."""


def judge(
    before: State, edits: Iterable[Edit], management: ManagementPath | None, *, revert_armed: bool = False
) -> Verdict:
    """Split edits into those that may be made and those that may not.

    Args:
        before: The observed state.
        edits: What shall change.
        management: From the inventory; None when nobody knows (two files are compared): then the path is
            inferred from `before`, and only what would cut it is refused.
        revert_armed: A revert on the device will be armed before the first line.
    """
    path = management or infer(before)
    wanted = tuple(edits)
    refused: dict[Edit, str] = {}
    if management:
        ports = _uplink_ports(before, path)
        touching = tuple(edit for edit in wanted if _touches(before, edit, path, ports))
        if not revert_armed:
            refused.update(dict.fromkeys(touching, sentence(_TOUCH_REASON)))
    else:
        touching = ()
    while True:
        allowed = tuple(edit for edit in wanted if edit not in refused)
        found = dict(_cuts(before, before.edited(allowed), allowed, path))
        if not found:
            break
        refused.update(_with_parts(found, allowed))
    return Verdict(
        allowed,
        tuple(RefusedEdit(edit, refused[edit]) for edit in wanted if edit in refused),
        tuple(edit for edit in touching if edit not in refused),
    )


def _with_parts(found: dict[Edit, str], allowed: Iterable[Edit]) -> Iterator[tuple[Edit, str]]:
    """What stays keeps its parts: with an account that is not removed, its secret is not removed either."""
    gone = ((edit, reason) for edit, reason in found.items() if edit.after is None and len(edit.path) == 2)
    whole: dict[Path, str] = {edit.path: reason for edit, reason in gone}
    for edit in allowed:
        if edit in found:
            yield edit, found[edit]
        elif edit.after is None and edit.path[:2] in whole:
            yield edit, whole[edit.path[:2]]


_TOUCH_REASON: Final = N_("it touches the management path, and no revert on the device can be armed")


def infer(state: State) -> ManagementPath:
    """The likely management path of a state: the SVI in whose subnet the gateway is, or the only one addressed."""
    addressed = tuple(_addressed(state))
    gateway = state.get("gateway")
    if isinstance(gateway, str):
        near = [vlan for vlan, address in addressed if _contains(address, gateway)]
        if near:
            return ManagementPath(vlan=near[0])
    return ManagementPath(vlan=addressed[0][0]) if len(addressed) == 1 else ManagementPath()


def carries(state: State, port: str, vlan: str) -> bool:
    """Whether a port lets a VLAN through, tagged or not, as far as its settings say."""
    if state.get("port", port, "shutdown") is True:
        return False
    lag = state.get("port", port, "lag")
    if isinstance(lag, str):
        # A member carries what its LAG carries.
        port = lag
        if state.get("port", port, "shutdown") is True:
            return False
    mode = state.get("port", port, "mode")
    if mode == "routed":
        return False
    tagged = state.names("port", port, "tagged")
    if mode == "trunk":
        # A trunk without a list lets everything through, and so does "all", but for its exceptions.
        every = not tagged or "all" in tagged
        return vlan in tagged or (every and f"except {vlan}" not in tagged)
    if mode != "access" and (vlan in tagged or "all" in tagged):
        return True
    own = state.get("port", port, "untagged") or state.get("port", port, "access_vlan") or "1"
    return own == vlan


def _addressed(state: State) -> Iterator[tuple[str, str]]:
    for vlan in state.names("svi"):
        address = state.get("svi", vlan, "address")
        if isinstance(address, str):
            yield vlan, address


def _contains(address: str, gateway: str) -> bool:
    try:
        return ip_address(gateway) in ip_interface(address).network
    except ValueError:
        return False


def _touches(before: State, edit: Edit, path: ManagementPath, ports: frozenset[str]) -> bool:
    match edit.path:
        case ("gateway", *_) | ("route", "0.0.0.0/0" | "::/0", *_):
            return True
        case ("svi", vlan, *rest):
            return vlan == path.vlan and rest[:1] != ["description"]
        case ("vlan", vlan):
            return vlan == path.vlan and edit.after is None
        case ("user", name, *_):
            return name == path.user
        case ("port", port, *rest):
            return port in ports and _interrupts_port(edit, rest, path)
        case ("acl", *names):
            return _guards_access(before, names[-1])
        case (root, *_):
            return root in _PATH_ROOTS
        case _:
            return False


def _interrupts_port(edit: Edit, rest: list[str], path: ManagementPath) -> bool:
    if rest[:1] == ["tagged"]:
        return edit.after is None and rest[1:] == [path.vlan]
    return not rest or rest[0] not in _HARMLESS_PORT_PARTS


def _uplink_ports(state: State, path: ManagementPath) -> frozenset[str]:
    members = (port for port in state.names("port") if state.get("port", port, "lag") in path.uplinks)
    return frozenset((*path.uplinks, *members))


def _guards_access(state: State, acl: str) -> bool:
    return any(
        acl in part or acl in str(value).split()
        for root in ("vty", "svi", "aaa", "ssh", "snmp")
        for part, value in state.under(root)
    )


_Cut = Callable[[State, State, tuple[Edit, ...], ManagementPath], "Iterator[tuple[Edit, str]]"]


def _cuts(before: State, after: State, edits: tuple[Edit, ...], path: ManagementPath) -> Iterator[tuple[Edit, str]]:
    """Edits without which the path would still stand; nothing when it stands with all of them."""
    for rule in _RULES:
        yield from rule(before, after, edits, path)


def _gateway_stays(
    before: State, after: State, edits: tuple[Edit, ...], _path: ManagementPath
) -> Iterator[tuple[Edit, str]]:
    if after.get("route", "enabled") is True and after.names("route", "0.0.0.0/0"):
        return  # a switch that routes uses its default route
    for edit in edits:
        if edit.path == ("gateway",) and edit.after is None and before.get("gateway"):
            yield edit, sentence("the default gateway would go without a replacement")


def _svi_stays(
    before: State, after: State, edits: tuple[Edit, ...], path: ManagementPath
) -> Iterator[tuple[Edit, str]]:
    if not path.vlan:
        yield from _last_address_stays(before, after, edits)
        return
    kept = after.get("svi", path.vlan, "address") if after.get("svi", path.vlan) else None
    if before.get("svi", path.vlan, "address") is None:
        return
    for edit in edits:
        if edit.path[:2] != ("svi", path.vlan):
            continue
        rest = edit.path[2:]
        if rest in ((), ("address",)) and kept is None:
            yield edit, sentence("the management address on VLAN {vlan} would go", vlan=path.vlan)
        elif rest == ("shutdown",) and edit.after is True:
            yield edit, sentence("the management interface of VLAN {vlan} would be shut", vlan=path.vlan)
        elif rest == ("address",) and edit.before is not None and not path.uplinks:
            yield edit, sentence("the management address on VLAN {vlan} would change under the session", vlan=path.vlan)


def _last_address_stays(before: State, after: State, edits: tuple[Edit, ...]) -> Iterator[tuple[Edit, str]]:
    if not any(True for _ in _addressed(before)) or any(True for _ in _addressed(after)):
        return
    for edit in edits:
        if edit.path[0] == "svi" and edit.after is None and edit.path[2:] in ((), ("address",)):
            yield edit, sentence("the last address of the switch would go")


def _vlan_stays(
    before: State, after: State, edits: tuple[Edit, ...], path: ManagementPath
) -> Iterator[tuple[Edit, str]]:
    gone = [edit for edit in edits if len(edit.path) == 2 and edit.path[0] == "vlan" and edit.after is None]
    used = _refused_users(before, after, edits) if gone else frozenset[str]()
    for edit in gone:
        vlan = edit.path[1]
        if vlan == path.vlan and before.get("svi", vlan):
            yield edit, sentence("VLAN {vlan} carries the management session", vlan=vlan)
        elif after.get("svi", vlan) or vlan in used:
            yield edit, sentence("VLAN {vlan} is still in use", vlan=vlan)


def _refused_users(before: State, after: State, edits: tuple[Edit, ...]) -> frozenset[str]:
    """VLANs that a port keeps by name only because taking them away was refused."""
    paths = {edit.path for edit in edits}
    return frozenset(
        vlan
        for path, value in after.under("port")
        if (vlan := _named_vlan(path, value)) and path not in paths and before.settings.get(path) == value
    )


def _named_vlan(path: Path, value: Value) -> str:
    """The VLAN a port's setting puts it in; empty: none."""
    if len(path) == 4 and path[2] == "tagged":
        return path[3]
    return str(value) if path[2:] == ("untagged",) else ""


def _carried(before: State, after: State, edits: tuple[Edit, ...], path: ManagementPath) -> Iterator[tuple[Edit, str]]:
    """At least one way in carries the management VLAN before and after."""
    if not path.vlan or not before.get("svi", path.vlan):
        return
    ways = path.uplinks or before.names("port")
    if path.vlan == "1" and not path.uplinks:
        # Any port that nobody names may carry it as well; only trunks are known ways.
        ways = tuple(port for port in ways if before.get("port", port, "mode") == "trunk")
    was = [port for port in ways if carries(before, port, path.vlan)]
    if not was or any(carries(after, port, path.vlan) for port in was):
        return
    culprits = [edit for edit in edits if edit.path[:1] == ("port",) and edit.path[1] in was and _moves_vlan(edit)]
    for edit in culprits:
        yield edit, sentence("no uplink would carry the management VLAN {vlan}", vlan=path.vlan)


def _moves_vlan(edit: Edit) -> bool:
    return edit.path[2:3] != ("description",)


def _somebody_logs_in(
    before: State, after: State, edits: tuple[Edit, ...], path: ManagementPath
) -> Iterator[tuple[Edit, str]]:
    users = before.names("user")
    lost = (path.user in users and path.user not in after.names("user")) if path.user else False
    nobody = bool(users) and not set(users) & set(after.names("user")) and not after.names("user")
    if not (lost or nobody):
        return
    for edit in edits:
        if edit.path[0] == "user" and edit.after is None and (not lost or edit.path[1] == path.user):
            yield (
                edit,
                sentence("the account we log in with would go")
                if lost
                else sentence("the last local account would go"),
            )


def _management_vlan_is_ours(
    _before: State, _after: State, edits: tuple[Edit, ...], path: ManagementPath
) -> Iterator[tuple[Edit, str]]:
    for edit in edits:
        if edit.path == ("management_vlan",) and edit.after not in (None, path.vlan) and path.vlan:
            yield (
                edit,
                sentence(
                    "the switch would only answer in VLAN {only}, and the session is in VLAN {vlan}",
                    only=edit.after,
                    vlan=path.vlan,
                ),
            )


_RULES: Final[tuple[_Cut, ...]] = (
    _gateway_stays,
    _management_vlan_is_ours,
    _svi_stays,
    _vlan_stays,
    _carried,
    _somebody_logs_in,
)
