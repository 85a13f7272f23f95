"""ArubaOS-Switch: any state is read back from its text, and a simulated switch reaches any other."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.dialects.hp_procurve import DIALECT
from campusctl.engine.diff import compare
from campusctl.lab.procurve_cli import Cli, Context, Store, load
from campusctl.lab.procurve_config import CONFIG_TABLES
from campusctl.lab.procurve_state import Config, factory, running_text
from campusctl.model.command import Command
from campusctl.model.secret import Secret
from campusctl.model.setting import State

PORTS = (*(str(number) for number in range(1, 9)), "A1", "A2")
VLANS = ("10", "20", "30", "4094")
NAMES = st.sampled_from(["Lehrer", "Schueler", "Drucker Keller", "WLAN-2", "x"])
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\<>'), min_size=1, max_size=12)
WORDS = TEXT.map(str.strip).filter(bool)
ADDRESSES = st.integers(1, 6).map("10.0.0.{}".format)

STEPS = {"0": 0, "4096": 1, "61440": 15}

Settings = dict[tuple[str, ...], Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _often(draw: Draw, found: Settings, path: tuple[str, ...], values: st.SearchStrategy[Any]) -> None:
    if draw(st.integers(0, 2)):
        found[path] = draw(values)


def _vlans(draw: Draw, found: Settings) -> list[str]:
    vlans = draw(st.lists(st.sampled_from(VLANS), unique=True))
    names = iter(draw(st.permutations(["Lehrer", "Schueler", "Drucker Keller", "WLAN-2", "x"])))
    found.update({("vlan", vlan): True for vlan in vlans})
    for number, vlan in enumerate(["1", *vlans]):
        _often(draw, found, ("vlan", vlan, "name"), st.just(next(names)))
        _often(draw, found, ("vlan", vlan, "voice"), st.just(value=True))
        if draw(st.booleans()):
            found["svi", vlan] = True
            found["svi", vlan, "address"] = f"10.{number}.0.{draw(st.integers(1, 9))}/24"
    return ["1", *vlans]


def _ports(draw: Draw, found: Settings, vlans: list[str]) -> None:
    groups = draw(st.dictionaries(st.sampled_from(PORTS), st.sampled_from(["Trk1", "Trk2"]), max_size=4))
    for port, group in groups.items():
        found["port", port, "lag"] = group
    for group in sorted(set(groups.values())):
        found["port", group, "lag_mode"] = draw(st.sampled_from(["lacp", "trunk"]))
    for port in [port for port in PORTS if port not in groups] + sorted(set(groups.values())):
        untagged = draw(st.sampled_from([*vlans, "none"]))
        tagged = draw(st.lists(st.sampled_from(vlans), unique=True, max_size=2))
        tagged = [vlan for vlan in tagged if vlan != untagged]
        if untagged not in ("1", "none") or (untagged == "none" and tagged):
            found["port", port, "untagged"] = untagged
        found.update({("port", port, "tagged", vlan): True for vlan in tagged})
        _often(draw, found, ("port", port, "stp_edge"), st.just(value=True))
        _often(draw, found, ("port", port, "stp_bpduguard"), st.just(value=True))
    for port in PORTS:
        _often(draw, found, ("port", port, "description"), WORDS)
        _often(draw, found, ("port", port, "shutdown"), st.just(value=True))


@st.composite
def states(draw: Draw) -> Settings:
    """Settings of a switch, as it can be."""
    found: Settings = {("hostname",): draw(NAMES)}
    _ports(draw, found, _vlans(draw, found))
    _often(draw, found, ("gateway",), ADDRESSES)
    _often(draw, found, ("timezone",), st.integers(1, 600).map(str))
    _often(draw, found, ("stp", "enabled"), st.just(value=True))
    _often(draw, found, ("stp", "priority"), st.sampled_from(sorted(STEPS)))
    _often(draw, found, ("lldp", "enabled"), st.just(value=False))
    _often(draw, found, ("banner", "motd"), st.lists(WORDS, min_size=1, max_size=3).map("\n".join))
    for address in draw(st.lists(ADDRESSES, unique=True, max_size=3)):
        found["syslog", "server", address] = True
    for number, address in enumerate(draw(st.lists(ADDRESSES, unique=True, max_size=3)), 1):
        found["sntp", "server", address] = f"priority {number}"
    entries = draw(st.lists(ADDRESSES, unique=True, max_size=4))
    found["acl", "extended", "A"] = tuple(f"permit ip {a} 0.0.0.0 0.0.0.0 255.255.255.255" for a in entries)
    return found


def printed(found: Settings) -> str:
    """A state as text, with a line for each setting, in no order a device has."""
    return "".join(line for path, value in found.items() for line in _printed_lines(path, value))


def _printed_lines(path: tuple[str, ...], value: Any) -> list[str]:  # noqa: ANN401 - any setting
    if path[0] == "acl":
        entries = "".join(f"  {number}0 {entry}\n" for number, entry in enumerate(value, 1))
        return [f'ip access-list {path[1]} "{path[2]}"\n{entries}  exit\n']
    if path[0] == "port":
        return _port_lines(path[1], path[2:], value)
    if path[0] in ("vlan", "svi"):
        rest = {
            (): "",
            ("name",): f'name "{value}"',
            ("voice",): "voice",
            ("address",): f"ip address {value}",
        }
        return [f"vlan {path[1]}\n  {rest[path[2:]]}\n  exit\n"]
    return [
        {
            ("hostname",): f'hostname "{value}"\n',
            ("gateway",): f"ip default-gateway {value}\n",
            ("timezone",): f"time timezone {value}\n",
            ("stp", "enabled"): "spanning-tree\n",
            ("stp", "priority"): f"spanning-tree priority {STEPS.get(value)}\n",
            ("lldp", "enabled"): "no lldp run\n",
            ("banner", "motd"): f'banner motd "{value}"\n',
            ("syslog", "server"): f"logging {path[-1]}\n",
            ("sntp", "server"): f"sntp server {value} {path[-1]}\n",
        }[path[:2]]
    ]


def _port_lines(port: str, rest: tuple[str, ...], value: Any) -> list[str]:  # noqa: ANN401 - any setting
    if rest[0] == "untagged":
        return (
            ["vlan 1\n  no untagged " + port + "\n  exit\n"] if value == "none" else [f"vlan {value} untagged {port}\n"]
        )
    if rest[0] == "lag_mode":
        return [f"spanning-tree {port} priority 4\n"]
    return [
        {
            "tagged": f"vlan {rest[-1]} tagged {port}\n",
            "lag": f"trunk {port} {str(value).lower()} @{value}@\n",
            "description": f'interface {port} name "{value}"\n',
            "shutdown": f"interface {port}\n  disable\n  exit\n",
            "stp_edge": f"spanning-tree {port} admin-edge-port\n",
            "stp_bpduguard": f"spanning-tree {port} bpdu-protection\n",
        }[rest[0]]
    ]


def text_for(found: Settings) -> str:
    """A state as text; the kind of a trunk group stands in the line of each of its ports."""
    text = printed(found)
    for path, value in found.items():
        if path[2:] == ("lag_mode",):
            text = text.replace(f"@{path[1]}@", str(value))
    return text


@settings(max_examples=100, deadline=None)
@given(states())
def test_a_printed_state_is_read_back(found: Settings) -> None:
    """parse(print(A)) is A, nothing more and nothing less."""
    assert dict(DIALECT.parse(text_for(found)).settings) == found


def switch_with(found: Settings) -> Config:
    """A simulated switch in that state."""
    config = factory(PORTS)
    config.vlans[1].address = ""
    load(config, CONFIG_TABLES, text_for(found))
    return config


def send(config: Config, commands: tuple[Command, ...], secrets: dict[str, str]) -> None:
    """Type the commands; a refused line or an unexpected question fails."""
    cli = Cli(Store(config), CONFIG_TABLES)
    cli.stack = [Context("operator"), Context("exec"), Context("config")]
    for command in commands:
        text = command.text
        for reference, value in secrets.items():
            text = text.replace(reference, value)
        for line in text.split("\n"):
            reply = cli.run(line)
            assert not reply or reply.startswith("Enter TEXT"), (line, reply)
        if cli.question is not None:
            assert command.answer, (command.text, cli.ask)
            cli.run(command.answer)


def revealed(*found: State) -> dict[str, str]:
    """Text of every secret, by its reference."""
    every = [value for state in found for value in (*state.settings.values(), *state.secrets.values())]
    return {str(value): value.reveal() for value in every if isinstance(value, Secret)}


@settings(max_examples=60, deadline=None)
@given(states(), states())
def test_a_switch_reaches_any_state(one: Settings, other: Settings) -> None:
    """The commands of A to B, typed on a switch in A, make it B; then there is nothing left to do."""
    config = switch_with(one)
    before = DIALECT.parse(running_text(config))
    assert compare(before, DIALECT.parse(text_for(one))).edits == ()
    after = DIALECT.parse(text_for(other), origin="intended")
    way = DIALECT.translate(before, after)
    send(config, way.commands, revealed(before, after))
    found = DIALECT.parse(running_text(config))
    kept = {refused.path for refused in way.refused}
    left = compare(found, after).edits
    assert [edit for edit in left if not any(edit.path[: len(path)] == path for path in kept)] == []


@pytest.mark.parametrize("member", ["1", "2"])
def test_uplink_keeps_the_management_vlan_at_every_step(member: str) -> None:
    """Into a trunk group and out of it again: after every line some port of the two carries VLAN 10."""
    alone: Settings = {("vlan", "10"): True, ("port", member, "tagged", "10"): True}
    grouped: Settings = {
        ("vlan", "10"): True,
        ("port", "1", "lag"): "Trk1",
        ("port", "2", "lag"): "Trk1",
        ("port", "Trk1", "lag_mode"): "lacp",
        ("port", "Trk1", "tagged", "10"): True,
    }
    for one, other in ((alone, grouped), (grouped, alone)):
        config = switch_with(one)
        way = DIALECT.translate(DIALECT.parse(text_for(one)), DIALECT.parse(text_for(other)))
        for number in range(len(way.commands) + 1):
            config = switch_with(one)
            send(config, way.commands[:number], {})
            carried = config.vlans[10].tagged | config.vlans[10].untagged
            grouped_ports = config.trunks[1].members if 1 in config.trunks and "Trk1" in carried else []
            assert {"1", "2"} & {*carried, *grouped_ports}, way.commands[:number]
