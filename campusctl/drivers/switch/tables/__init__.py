"""What a switch sees at its ports: MAC addresses, LLDP neighbours, ARP, links, power, and the VLANs it runs with.

One packet asks for everything, the running configuration among it. What a model or release refuses is *not known*,
never a fault. Reads only.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.health import ask
from campusctl.drivers.switch.health.questions import Asked, Question
from campusctl.drivers.switch.health.templating import clean
from campusctl.drivers.switch.session import Session
from campusctl.drivers.switch.tables.power import Drawn
from campusctl.engine.port_vlans import port_vlans
from campusctl.errors import UnknownNameError
from campusctl.model.health import Link
from campusctl.model.setting import State
from campusctl.model.tables import PortNow, Tables

_DIALECTS: Final = ("cisco_ios", "aruba_aoscx", "hp_procurve")
_RUNNING: Final = "running"
_NOTHING: Final = State({})
_NO_POWER: Final = Drawn(None, None)


def table_questions(dialect_name: str) -> tuple[Question, ...]:
    """What is asked of a switch of this dialect.

    Raises:
        UnknownNameError: Nobody has said yet what to ask.
    """
    if dialect_name not in _DIALECTS:
        raise UnknownNameError(f"nobody knows how to read the tables of {dialect_name}")
    found: tuple[Question, ...] = import_module(f"{__name__}.{dialect_name}").QUESTIONS
    return found


def read_tables(session: Session, device: str, dialect: Dialect) -> Tables:
    """Everything a switch sees, in one round trip, or two where it speaks an older release's words.

    Args:
        session: An open one, at the enable prompt.
        device: Device name.
        dialect: Its language.

    Raises:
        SessionError: The switch stopped answering. A command that it refuses raises nothing.
    """
    known = table_questions(dialect.name)
    rules = dialect.rules
    running = Question(_RUNNING, (rules.show_running, *rules.show_hidden), _unread, known[0].head)
    replies = ask(session, (running, *known))
    text = replies.pop(_RUNNING)
    state = dialect.parse("\n".join(text)) if text else _NOTHING
    return parse_tables(device, dialect.name, replies, state)


def _unread(_replies: Sequence[str], _asked: Asked) -> Mapping[str, object]:
    """The configuration is read by its dialect."""
    return {}


def parse_tables(
    device: str, dialect_name: str, replies: Mapping[str, Sequence[str] | None], state: State = _NOTHING
) -> Tables:
    """What replies say, by aspect. Never raises on any text; what cannot be read is not known.

    Args:
        device: Device name.
        dialect_name: Such as `cisco_ios`.
        replies: One per command of the question, echo and prompt stripped; None: refused.
        state: What the switch runs, as far as it was read.
    """
    values: dict[str, object] = {}
    for question in table_questions(dialect_name):
        said = [clean(reply) for reply in replies.get(question.aspect) or ()]
        if any(question.head.search(reply) for reply in said):
            values.update(question.parse(said, Asked()))
    links, drawn, closed = (values.pop(name, None) for name in ("links", "drawn", "closed"))
    return Tables.model_validate(
        {
            **values,
            "device": device,
            "ports": _ports(state, _closed(_links(links), closed), _powers(drawn)),
            "vlans": tuple(sorted(int(name) for name in state.names("vlan") if name.isdecimal())),
        }
    )


def _links(found: object) -> Mapping[str, Link]:
    return found if isinstance(found, Mapping) else {}


def _closed(links: Mapping[str, Link], why: object) -> Mapping[str, Link]:
    """Links, with the switch's reason at those that it has closed itself, where another table says it."""
    if not isinstance(why, Mapping):
        return links
    return {
        port: link.model_copy(update={"closed": why.get(port, link.closed)}) if not link.up else link
        for port, link in links.items()
    }


def _powers(found: object) -> Mapping[str, Drawn]:
    return found if isinstance(found, Mapping) else {}


def _ports(state: State, links: Mapping[str, Link], drawn: Mapping[str, Drawn]) -> dict[str, PortNow]:
    """Every port that the switch shows or runs with."""
    mentioned = (path[1] for path in state.mentions if path[0] == "port" and len(path) > 1)
    names = dict.fromkeys((*links, *drawn, *state.names("port"), *sorted(mentioned)))
    return {name: _port(state, name, links.get(name), drawn.get(name, _NO_POWER)) for name in names}


def _port(state: State, name: str, link: Link | None, drawn: Drawn) -> PortNow:
    vlans = port_vlans(state, name) if state.settings else None
    voice = str(state.get("port", name, "voice_vlan") or "")
    return PortNow(
        up=link.up if link else None,
        enabled=link.enabled if link else None,
        speed_mbps=link.speed_mbps if link else None,
        half_duplex=bool(link and link.half_duplex),
        closed=link.closed if link else "",
        power=drawn.state,
        watts=drawn.watts,
        description=str(state.get("port", name, "description") or ""),
        mode=vlans.mode if vlans else "",
        vlan=vlans.untagged if vlans else None,
        tagged=vlans.tagged if vlans else (),
        every_vlan=vlans.every if vlans else False,
        voice_vlan=int(voice) if voice.isdecimal() else None,
        lag=str(state.get("port", name, "lag") or ""),
    )
