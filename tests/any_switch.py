"""Any switch of a dialect, as a value and as a simulated switch with a person at its console."""

import re
from pathlib import Path

from hypothesis import strategies as st

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import Difference, compare_texts
from campusctl.lab import device
from campusctl.lab.clock import HandClock
from campusctl.lab.network import ManagementView
from campusctl.lab.spec import LabSwitch
from campusctl.lab.surroundings import Surroundings
from campusctl.model.intent import AclIntent, PortIntent, SnmpIntent, SwitchIntent, UserIntent, VlanIntent
from campusctl.model.plan import ManagementPath
from campusctl.model.secret import TOKEN
from campusctl.render import Renderer

RENDERER = Renderer(Path(__file__).parents[1] / "templates")
PORTS = {"cisco_ios": "GigabitEthernet1/0/{}", "aruba_aoscx": "1/1/{}", "hp_procurve": "{}"}
LAGS = {"cisco_ios": "Port-channel{}", "aruba_aoscx": "lag {}", "hp_procurve": "Trk{}"}
ACL = {
    "cisco_ios": ["permit tcp 10.0.0.0 0.255.255.255 any eq 22", "permit ip host 10.1.1.1 any", "deny ip any any log"],
    "aruba_aoscx": ["permit tcp 10.0.0.0/255.0.0.0 any eq 22", "permit any 10.1.1.1 any", "deny any any any"],
    "hp_procurve": [
        "permit tcp 10.0.0.0 0.255.255.255 0.0.0.0 255.255.255.255 eq 22",
        "permit ip 10.1.1.1 0.0.0.0 0.0.0.0 255.255.255.255",
        "deny ip 0.0.0.0 255.255.255.255 0.0.0.0 255.255.255.255",
    ],
}
VLANS = (10, 20, 30, 40, 101)
SINGLES, UPLINK = range(1, 6), 12
VAULT = {"snmp/a": "LabAlpha1", "snmp/b": "LabBeta22", "login": "LabLogin3", "second": "LabSecond4"}
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")

WORDS = st.from_regex(r"[a-z][a-z0-9.-]{0,10}[a-z0-9]", fullmatch=True)
SERVERS = st.lists(st.sampled_from(["10.1.1.1", "10.1.1.2", "10.1.1.3"]), unique=True).map(tuple)


@st.composite
def _ports(draw: st.DrawFn, name: str, vlans: tuple[int, ...], lag: str = "") -> PortIntent:
    if lag:
        # A member has nothing of its own but these.
        return PortIntent(name=name, role="any", description=draw(st.one_of(st.just(""), WORDS)), lag=lag)
    mode = draw(st.sampled_from(["access", "trunk"]))
    vlan = draw(st.sampled_from((1, *vlans)))
    tagged = sorted(draw(st.sets(st.sampled_from(vlans)))) if vlans and mode == "trunk" else []
    return PortIntent(
        name=name,
        role="any",
        description=draw(st.one_of(st.just(""), WORDS)),
        mode=mode,
        vlan=vlan,
        tagged=tuple(tag for tag in tagged if tag != vlan),
        stp_edge=draw(st.booleans()),
        bpduguard=draw(st.booleans()),
        shutdown=draw(st.booleans()),
        lag=lag,
    )


@st.composite
def switches(draw: st.DrawFn, dialect: str) -> SwitchIntent:
    """Any switch with the same way in: VLAN 3 tagged on port 12, which is up."""
    vlans = tuple(sorted(draw(st.sets(st.sampled_from(VLANS)))))
    lag_names = [LAGS[dialect].format(number) for number in range(1, draw(st.integers(0, 2)) + 1)]
    lags_of = [""] * len(SINGLES) + [name for name in lag_names for _ in range(2)]
    names = [PORTS[dialect].format(number) for number in range(1, len(lags_of) + 1)]
    uplink = PortIntent(
        name=PORTS[dialect].format(UPLINK), role="uplink", mode="trunk", vlan=1, tagged=(3, *vlans),
        description=draw(st.sampled_from(["", "core"])),
    )  # fmt: skip
    users = [UserIntent(name="campus", secret="login")]
    if draw(st.booleans()):
        users.append(UserIntent(name="zweite", secret="second", admin=False))
    return SwitchIntent(
        name=draw(st.sampled_from(["s042-a1-sw02", "s042-a1-sw03"])),
        school="schule-042",
        dialect=dialect,
        model="any",
        location="schule-042/A/1/R101",
        management_vlan=3,
        address="10.42.3.12/24",
        gateway="10.42.3.1",
        uplinks=(uplink.name,),
        vlans=tuple(VlanIntent(id=vlan, name=f"{draw(WORDS)}-{vlan}") for vlan in (3, *vlans)),
        ports=(*(draw(_ports(name, vlans, lag)) for name, lag in zip(names, lags_of, strict=True)), uplink),
        lags=tuple(draw(_ports(name, vlans)) for name in lag_names),
        ntp=draw(SERVERS),
        dns=draw(SERVERS),
        syslog=draw(SERVERS),
        snmp=SnmpIntent(
            communities=tuple(
                (ref, "ro") for ref in draw(st.lists(st.sampled_from(["snmp/a", "snmp/b"]), unique=True))
            ),
            contact=draw(WORDS),
            location=draw(WORDS),
        ),
        users=tuple(users),
        login_user="campus",
        stp_priority=draw(st.sampled_from([None, 4096, 32768])),
        lldp=draw(st.booleans()),
        banner=draw(st.one_of(st.just(""), st.lists(WORDS, min_size=1, max_size=3).map("\n".join))),
        acls=tuple(
            AclIntent(name=name, entries=tuple(draw(st.permutations(ACL[dialect]))[: draw(st.integers(1, 3))]))
            for name in draw(st.sampled_from([(), ("EINS",), ("EINS", "ZWEI")]))
        ),
    )


def _plain(shown: str) -> str:
    return ESCAPES.sub("", shown.replace("\x1bE", "\n")).replace("\r\n", "\n")


class Bench:
    """One simulated switch and a person at its console."""

    def __init__(self, intent: SwitchIntent) -> None:
        """Boot the switch with its intended text."""
        ports = tuple(PORTS[intent.dialect].format(number) for number in range(1, 13))
        startup = TOKEN.sub(lambda token: VAULT[token[1]], RENDERER.render(intent))
        self.switch = device.boot(intent.dialect, startup, HandClock(), ports, Surroundings(linked=set(ports)))
        spec = LabSwitch(
            name=intent.name, school="s", dialect=intent.dialect, address="10.42.3.12", startup=startup, ports=ports,
            uplinks=intent.uplinks, management_vlan=3,
        )  # fmt: skip
        self.view = ManagementView(spec, self.switch)
        self.console = device.console(intent.dialect, self.switch, user="campus", source="10.0.0.10", rows=100_000)
        self.console.open()
        if intent.dialect == "hp_procurve":
            self.console.feed(" ")

    def enter(self, line: str, answer: str | None = None) -> str:
        """The reply to a line, and to the answer when it is asked for one."""
        shown = _plain(self.console.feed("".join(f"{part}\r" for part in line.split("\n"))))
        if answer is not None and re.search(r"\? *(?:\[[^]]*\]|\([^)]*\))?:? *$", shown.rstrip(" ")):
            shown += _plain(self.console.feed(answer.replace("\n", "\r")))
        return shown

    def running(self) -> str:
        """What `show running-config` prints."""
        return self.enter("show running-config").partition("\n")[2].rpartition("\n")[0]


def difference(dialect: str, running: str, after: SwitchIntent) -> Difference:
    """What separates a running text from an intent."""
    path = ManagementPath(vlan="3", uplinks=after.uplinks, user="campus")
    return compare_texts(dialects.get(dialect), running, RENDERER.render(after), vault=VAULT, management=path)
