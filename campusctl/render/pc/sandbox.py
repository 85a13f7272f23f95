"""The sandbox of a PC's templates: as that of the switches, with the net of UTF-8 files."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from campusctl.render import values
from campusctl.render.pc import net
from campusctl.render.sandbox import FrozenSandbox, Templates

_NOT_FOR_PCS: Final = (
    "text", "line", "port_line", "banner", "banner_quoted", "vlan_list", "port_list", "carried", "ip", "netmask",
    "prefix", "acl_kind",
)  # fmt: skip


def _join(items: Iterable[object], separator: str = "") -> str:
    parts = [str(net.final(item)) for item in items]
    if sum(map(len, parts)) + len(parts) * len(separator) > values.MAX_VALUE:
        raise values.RefusedValueError("join makes a text that is too long")
    return separator.join(parts)


_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "join": _join,
    "line": net.line,
    "lines": net.lines,
    "word": net.word,
    "shell": net.shell,
    "env": net.env,
    "quoted": net.quoted,
    "ini": net.ini,
    "unit": net.unit,
    "command": net.command,
    "sudo": net.sudo,
    "json": net.as_json,
}


class PcSandbox(FrozenSandbox):
    """What a PC's template can do."""

    def __init__(self, templates: Templates) -> None:
        super().__init__(templates)
        self.finalize = net.final
        self.filters = {name: use for name, use in self.filters.items() if name not in _NOT_FOR_PCS} | _FILTERS
        self.globals = {name: self.globals[name] for name in ("range", "namespace", "secret")} | {"refuse": refuse}


def refuse(what: object) -> None:
    """Let a template say that it cannot do what the inventory asks.

    Raises:
        RefusedValueError: Always.
    """
    raise values.RefusedValueError(net.line(what))
