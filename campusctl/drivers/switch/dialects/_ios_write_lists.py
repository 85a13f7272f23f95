"""IOS commands for access lists, and for lines that nobody knows."""

import re
from collections.abc import Sequence
from typing import Final

from campusctl.drivers.switch.dialects._ios_acl import append, plan
from campusctl.drivers.switch.dialects._ios_read_blocks import ACL_KINDS
from campusctl.drivers.switch.dialects._ios_write import Phase, Writer, never
from campusctl.drivers.switch.dialects._ios_write_ports import is_gone
from campusctl.model.command import CommandKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import FREE, Edit, Path, State


def write_acls(writer: Writer, edits: Sequence[Edit]) -> None:
    """Access lists: changed in place without a gap, removed when nobody names them any more."""
    for edit in edits:
        kind, name = edit.path[1], edit.path[2]
        header = _header(kind, name)
        old = edit.before if isinstance(edit.before, tuple) else ()
        new = edit.after if isinstance(edit.after, tuple) else ()
        if edit.after is None:
            _remove_acl(writer, edit, header, name)
            continue
        if not new:
            _empty_acl(writer, edit, header)
            continue
        used = bool(_user_of(writer.before, name) or _user_of(writer.after, name))
        way = plan(old, new, used=used) if kind in ACL_KINDS else append(old, new)
        if way is None:
            reason = sentence(
                "entries would change places with a hole or a lock-out in between; give the list a new name"
            )
            writer.refuse(header, reason=reason, path=edit.path)
            continue
        for line in way.clear:
            writer.say(Phase.ACL_CLEAR, line, header, path=edit.path)
        if way.resequence:
            text = f"ip access-list resequence {name} {way.resequence} {way.resequence}"
            writer.say(Phase.ACL_NUMBER, text, path=edit.path)
        for line in way.lines:
            writer.say(Phase.ACL, line, header, path=edit.path)


def _header(kind: str, name: str) -> str:
    if kind in ACL_KINDS:
        return f"ip access-list {kind} {name}"
    return f"{kind} access-list {'extended ' if kind == 'mac' else ''}{name}"


def _empty_acl(writer: Writer, edit: Edit, header: str) -> None:
    if edit.before:
        reason = sentence("a list without entries lets everything through; remove it, or give it an entry")
        writer.refuse(header, reason=reason, path=edit.path)
        return
    writer.out.add(Phase.ACL, header, path=edit.path)
    writer.out.add(Phase.ACL, "exit")


def _remove_acl(writer: Writer, edit: Edit, header: str, name: str) -> None:
    user = _user_of(writer.after, name)
    if user:
        reason = sentence(
            "{what} still uses the list, and without it everything is let through", what=" ".join(user[:2])
        )
        writer.refuse(f"no {header}", reason=reason, path=edit.path)
    else:
        writer.say(Phase.ACL_GONE, f"no {header}", path=edit.path)


def _user_of(state: State, acl: str) -> Path | None:
    """A setting that names an access list."""
    for path, value in state.settings.items():
        if path[0] == "acl":
            continue
        text = path[-1] if path[0] == FREE else value
        if not isinstance(text, str) or acl not in text:
            continue
        if path[0] == FREE or path[-1] in {"acl_in", "acl_out", "access-class in", "access-class out"}:
            if acl in text.split():
                return path
        elif path[:2] == ("snmp", "community") and text.split()[-1] == acl:
            return ("snmp", "community")
    return None


_MODES: Final = re.compile(
    r"(router |policy-map |class-map |route-map |ip vrf |vrf definition |key chain |crypto pki trustpoint |archive$"
    r"|ip dhcp pool |template |flow |aaa group server |object-group |control-plane$|redundancy$|mac access-list "
    r"|ipv6 access-list |ip sla \d|event manager applet |spanning-tree mst configuration$|vlan configuration )"
)


_VRF: Final = re.compile(r"(?:ip )?vrf forwarding ")


def write_free(writer: Writer, edits: Sequence[Edit]) -> None:
    """Unknown lines of the intended text, below their context; of the device's only what `manage:` gives us."""
    new = [edit for edit in edits if edit.after is not None]
    parents = {edit.path[:size] for edit in new for size in range(2, len(edit.path))}
    for edit in edits:
        if edit.after is None:
            _remove_free(writer, edit)
    for edit in new:
        if edit.path not in parents:
            _add_free(writer, edit)


def _add_free(writer: Writer, edit: Edit) -> None:
    text, context = edit.path[-1], edit.path[1:-1]
    hidden = writer.after.secrets.get(edit.path)
    if hidden is not None:
        text = text.replace(hidden.mask, str(hidden))
    reason = next(filter(None, (never(part) for part in (*context, text))), None)
    if _loses_address(writer.before, edit):
        reason = sentence("IOS would take the address of the interface away")
    if reason:
        writer.refuse(text, *context, reason=reason, path=edit.path)
    elif "\n" in text:
        writer.out.add_alone(Phase.FREE, text, CommandKind.BANNER, edit.path)
    else:
        phase = _free_phase((*context, text))
        writer.say(phase, text, *context, path=edit.path)
        if not context and _MODES.match(text):
            writer.out.add(phase, "exit")


def _free_phase(line: Path) -> Phase:
    """The VTP mode decides whether VLANs may be made at all; a VRF takes the addresses of its new interfaces."""
    if line[0].startswith("vtp "):
        return Phase.VLAN_NAME
    if line[0].startswith(("vrf definition ", "ip vrf ")):
        return Phase.SERVICE_CLEAR
    return Phase.PORT_KIND if _VRF.match(line[-1]) else Phase.FREE


def _loses_address(state: State, edit: Edit) -> bool:
    """Whether a line would put an interface that has an address into a VRF, which takes the address away."""
    if len(edit.path) != 3 or not _VRF.match(edit.path[2]):
        return False
    name = edit.path[1].removeprefix("interface ")
    return state.get(*(("svi", name[4:]) if name.startswith("Vlan") else ("port", name)), "address") is not None


def _remove_free(writer: Writer, edit: Edit) -> None:
    path, context = edit.path, edit.path[1:-1]
    parent_goes = any(
        path[:size] in writer.before.settings and path[:size] not in writer.after.settings
        for size in range(2, len(path))
    )
    if path[:-1] not in writer.after.manages or parent_goes or (context and is_gone(writer.after, context[0])):
        return
    text = path[-1]
    opposite = text.removeprefix("no ") if text.startswith("no ") else f"no {text}"
    if (*path[:-1], opposite) in writer.after.settings:
        return
    hidden = writer.before.secrets.get(path)
    if hidden is not None:
        opposite = opposite.replace(hidden.mask, str(hidden))
    opposite = opposite.split("\n", 1)[0]
    reason = never(text)
    if reason:
        writer.refuse(opposite, *context, reason=reason, path=path)
    else:
        writer.say(Phase.FREE_GONE, opposite, *context, path=path)
