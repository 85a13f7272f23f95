"""What a template writes, the dialect's parser reads: for any intent, the state is the intent's."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import compare_texts
from campusctl.model.intent import PortIntent, SnmpIntent, SwitchIntent, VlanIntent
from campusctl.model.setting import State
from campusctl.render import Renderer

ROOT = Path(__file__).parents[2]
RENDERER = Renderer(ROOT / "templates")
PORTS = {"cisco_ios": "GigabitEthernet1/0/{}", "aruba_aoscx": "1/1/{}", "hp_procurve": "{}"}
LAGS = {"cisco_ios": "Port-channel{}", "aruba_aoscx": "lag {}", "hp_procurve": "Trk{}"}
VLANS = (3, 10, 20, 30, 40, 101, 102, 103, 999)
OURS = {
    "cisco_ios": {"vtp mode transparent", "no ip http server", "no ip http secure-server", "ip ssh version 2"},
    "aruba_aoscx": {"ssh server vrf default"},
    "hp_procurve": {"no telnet-server"},
}
"""The lines of the shipped templates that no parser needs to know."""

DESCRIPTION = st.from_regex(r"[A-Za-z0-9(#][A-Za-z0-9 ._:/,()+#@=&*-]{0,30}[A-Za-z0-9.)]", fullmatch=True).map(
    lambda text: " ".join(text.split())
)
TAGGED = st.sets(st.sampled_from(VLANS)).map(sorted).map(tuple)


@st.composite
def ports(draw: st.DrawFn, name: str, lag: str = "") -> PortIntent:
    """Any port or LAG."""
    mode = draw(st.sampled_from(["access", "trunk"]))
    vlan = draw(st.sampled_from((1, *VLANS)))
    return PortIntent(
        name=name,
        role="any",
        description=draw(st.one_of(st.just(""), DESCRIPTION)),
        mode=mode,
        vlan=vlan,
        tagged=tuple(tag for tag in draw(TAGGED) if tag != vlan) if mode == "trunk" else (),
        poe=draw(st.sampled_from([None, True, False])) if "lag" not in name and not lag else None,
        stp_edge=draw(st.booleans()),
        bpduguard=draw(st.booleans()),
        shutdown=draw(st.booleans()),
        lag=lag,
    )


@st.composite
def switches(draw: st.DrawFn, dialect: str) -> SwitchIntent:
    """Any switch with single ports and LAGs of two."""
    count = draw(st.integers(0, 2))
    lag_names = [LAGS[dialect].format(number) for number in range(1, count + 1)]
    members = [name for name in lag_names for _ in range(2)]
    singles = draw(st.integers(1, 5))
    lags_of = [""] * singles + members
    return SwitchIntent(
        name="s042-a1-sw02",
        school="schule-042",
        dialect=dialect,
        model="any",
        location="schule-042/A/1/R101",
        management_vlan=3,
        address="10.42.3.12/24",
        gateway="10.42.3.1",
        vlans=tuple(VlanIntent(id=vlan, name=f"Netz-{vlan}") for vlan in VLANS),
        ports=tuple(draw(ports(PORTS[dialect].format(n), lag)) for n, lag in enumerate(lags_of, 1)),
        lags=tuple(draw(ports(name)).model_copy(update={"poe": None}) for name in lag_names),
        snmp=SnmpIntent(contact=draw(DESCRIPTION), location=draw(DESCRIPTION)),
        stp_mode=draw(st.sampled_from(["rapid-pvst", "mst", "rstp"])),
        stp_priority=draw(st.sampled_from([None, 0, 4096, 32768])),
        lldp=draw(st.booleans()),
        banner=draw(st.one_of(st.just(""), st.lists(DESCRIPTION, min_size=1, max_size=4).map("\n".join))),
    )


def carried(state: State, dialect: str, port: str) -> tuple[int, set[int]]:
    """Untagged VLAN and tagged VLANs of a port, however the dialect says them."""
    tagged = {int(path[3]) for path, _ in state.under("port", port, "tagged")}
    if dialect == "hp_procurve":
        return int(str(state.get("port", port, "untagged") or 1)), tagged
    if state.get("port", port, "mode") != "trunk":
        return int(str(state.get("port", port, "access_vlan") or 1)), set()
    native = int(str(state.get("port", port, "native_vlan") or 1))
    assert native in tagged, "IOS and AOS-CX drop untagged frames when the list lacks the native VLAN"
    return native, tagged - {native}


@pytest.mark.parametrize("dialect", sorted(PORTS))
def test_parser_reads_what_the_template_writes(dialect: str) -> None:
    """Names, VLANs, flags, texts and banners come back as the intent has them; nothing is left unknown."""

    @settings(max_examples=60, deadline=None)
    @given(switches(dialect))
    def holds(device: SwitchIntent) -> None:
        state = dialects.get(dialect).parse(RENDERER.render(device))
        assert state.get("hostname") == device.name
        assert state.get("gateway") == device.gateway or dialect == "aruba_aoscx"
        assert state.get("svi", "3", "address") == device.address
        assert (state.get("banner", "motd") or "") == device.banner
        assert state.get("snmp", "location") == device.snmp.location
        assert {state.get("vlan", str(vlan), "name") for vlan in VLANS} == {vlan.name for vlan in device.vlans}
        assert {path[-1] for path, _ in state.under("free")} <= OURS[dialect]
        shut_lags = {lag.name for lag in device.lags if lag.shutdown}
        for port in (*device.ports, *device.lags):
            assert (state.get("port", port.name, "description") or "") == port.description
            shut = port.shutdown or (dialect == "cisco_ios" and port.lag in shut_lags)
            assert bool(state.get("port", port.name, "shutdown")) == shut, "IOS shuts members with their LAG"
            assert (state.get("port", port.name, "lag") or "") == port.lag
            if not port.lag:
                assert carried(state, dialect, port.name) == (port.vlan, set(port.tagged))
                assert bool(state.get("port", port.name, "stp_edge")) == port.stp_edge
                assert bool(state.get("port", port.name, "stp_bpduguard")) == port.bpduguard

    holds()


@pytest.mark.parametrize("dialect", sorted(PORTS))
def test_rendered_text_is_no_drift_from_itself(dialect: str) -> None:
    """The full case against itself gives no edit, no command, no refusal."""
    text = (ROOT / "tests" / "cases" / "render" / f"{dialect}.cfg").read_text(encoding="ascii")
    found = compare_texts(dialects.get(dialect), text, text)
    assert (found.edits, found.commands, found.refused, found.unmanaged) == ((), (), (), ())


@pytest.mark.parametrize("dialect", sorted(PORTS))
def test_manage_comment_reaches_the_parser(dialect: str) -> None:
    """A section the text declares its own is listed as such."""
    mark = ";" if dialect == "hp_procurve" else "!"
    port = PORTS[dialect].format(7)
    text = f"hostname x\n{mark} manage: global\n{mark} manage: interface {port}\n"
    assert dialects.get(dialect).parse(text).manages == {("free",), ("free", f"interface {port}")}
