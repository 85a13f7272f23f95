"""How a switch is doing, and who its neighbours are: read before a change and after it.

One packet asks for everything. What a model or release refuses is *not known*, never a fault; what it knows under an
older name is asked for in a second packet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from campusctl.drivers.switch.health.questions import Asked, Question
from campusctl.drivers.switch.health.templating import clean
from campusctl.drivers.switch.health.values import mac
from campusctl.drivers.switch.session import Session
from campusctl.errors import UnknownNameError
from campusctl.model.health import Health, Neighbor
from campusctl.model.setting import State

_DIALECTS: Final = ("cisco_ios", "aruba_aoscx", "hp_procurve")
_ANYWHERE: Final = "0.0.0.0/0"


def questions(dialect_name: str) -> tuple[Question, ...]:
    """What is asked of a switch of this dialect.

    Raises:
        UnknownNameError: Nobody has said yet what to ask.
    """
    if dialect_name not in _DIALECTS:
        raise UnknownNameError(f"nobody knows how to read the health of {dialect_name}")
    found: tuple[Question, ...] = import_module(f"{__name__}.{dialect_name}").QUESTIONS
    return found


def read_health(session: Session, dialect_name: str, state: State | None = None, devices: Iterable[str] = ()) -> Health:
    """How the switch is doing, in one round trip, or two where it speaks an older release's words.

    Args:
        session: An open one, at the enable prompt.
        dialect_name: Such as `cisco_ios`.
        state: What the switch is, for its gateway; None: the gateway is not asked for.
        devices: MAC addresses to look for.

    Raises:
        SessionError: The switch stopped answering. A command that it refuses raises nothing.
    """
    asked = Asked(frozenset(mac(address) for address in devices))
    way_out = gateway_of(state) if state else ""
    open_questions = [one for one in questions(dialect_name) if one.aspect != "gateway" or way_out]
    return parse_health(dialect_name, ask(session, open_questions, way_out), asked)


def ask(session: Session, wanted: Sequence[Question], gateway: str = "") -> dict[str, tuple[str, ...] | None]:
    """The replies to questions, by aspect; None where every command was refused."""
    commands = [[line.format(gateway=gateway) for line in one.commands] for one in wanted]
    replies = iter(session.show_each([line for lines in commands for line in lines]))
    found = {one.aspect: _said([next(replies) for _ in lines]) for one, lines in zip(wanted, commands, strict=True)}
    again = [one for one in wanted if one.otherwise and found[one.aspect] is None]
    if again:
        older = iter(session.show_each([line for one in again for line in one.otherwise]))
        found.update({one.aspect: _said([next(older) for _ in one.otherwise]) for one in again})
    return found


def ping(session: Session, dialect_name: str, addresses: Sequence[str]) -> dict[str, bool]:
    """Which addresses answer a ping of the switch, in one round trip; those of which it says nothing are left out.

    Args:
        session: An open one, at the enable prompt.
        dialect_name: Such as `cisco_ios`.
        addresses: IPv4 addresses; each that does not answer takes the switch three seconds.

    Raises:
        AddressValueError: One is none; nothing was sent.
        SessionError: The switch stopped answering.
    """
    one = next(question for question in questions(dialect_name) if question.aspect == "gateway")
    # They become parts of commands.
    wanted = [_about(one, str(IPv4Address(address))) for address in dict.fromkeys(addresses)]
    said = {address: [clean(reply) for reply in replies or ()] for address, replies in ask(session, wanted).items()}
    found = {address: one.parse(replies, Asked()).get("gateway") for address, replies in said.items() if replies}
    return {address: answers for address, answers in found.items() if isinstance(answers, bool)}


def _about(question: Question, address: str) -> Question:
    return replace(question, aspect=address, commands=tuple(line.format(gateway=address) for line in question.commands))


def _said(replies: Sequence[str | None]) -> tuple[str, ...] | None:
    return None if all(reply is None for reply in replies) else tuple(reply or "" for reply in replies)


def parse_health(dialect_name: str, replies: Mapping[str, Sequence[str] | None], asked: Asked | None = None) -> Health:
    """What replies say, by aspect. Never raises on any text; what cannot be read is not known.

    Args:
        dialect_name: Such as `cisco_ios`.
        replies: One per command of the question, echo and prompt stripped; None: refused.
        asked: What to look for.
    """
    values: dict[str, object] = {}
    for question in questions(dialect_name):
        said = [clean(reply) for reply in replies.get(question.aspect) or ()]
        if any(question.head.search(reply) for reply in said):
            values.update(question.parse(said, asked or Asked()))
    return Health.model_validate(values)


def neighbor_commands(dialect_name: str) -> tuple[str, ...]:
    """What prints the LLDP neighbours in brief, to be sent together with other commands: names and ports are in it."""
    return _neighbors(dialect_name).commands[-1:]


def parse_neighbors(dialect_name: str, replies: Sequence[str | None]) -> tuple[Neighbor, ...] | None:
    """The LLDP neighbours in the replies to `neighbor_commands`; None: not known."""
    said = _said(replies)
    return parse_health(dialect_name, {"neighbors": said and ("", *said)}).neighbors


def _neighbors(dialect_name: str) -> Question:
    return next(one for one in questions(dialect_name) if one.aspect == "neighbors")


def gateway_of(state: State) -> str:
    """The default gateway of a switch, or the next hop of its default route; empty: none."""
    hops = [path[2] for path, _ in state.under("route", _ANYWHERE) if len(path) > 2]
    for text in (str(state.get("gateway") or ""), *hops):
        try:
            # It becomes part of a command.
            return str(IPv4Address(text))
        except AddressValueError:
            continue
    return ""
