"""What a lab consists of, as one JSON text between `lab up` and the process that runs it."""

from typing import Final, Literal, NamedTuple

from pydantic import Field

from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.pcs.spec import LabPc
from campusctl.model.frozen import Frozen


class Faults(Frozen):
    """What is wrong with one simulated switch."""

    dead: bool = False
    """No connection is answered."""
    slow: float = 0.0
    """Seconds before every reply."""
    drop_after: int = 0
    """Lines after which the connection is closed, once; 0: never."""
    stall_after: int = 0
    """Lines after which nothing more is said in that session, once; 0: never."""
    reboot_after: int = 0
    """Lines after which the switch reboots, once; 0: never."""
    refuse: str = ""
    """Lines with this text are refused; empty: none."""
    ignore: str = ""
    """Lines with this text are taken and do nothing; empty: none."""
    save_fails: bool = False
    """Saving does nothing."""
    second_writer: str = ""
    """Lines, joined with `;`, that somebody else enters after the first session that read the configuration."""
    wrong_host_key: bool = False
    """A host key that nobody knows."""
    garbage_prompt: bool = False
    """Log lines before prompts."""
    wrong_password: bool = False
    """No login is good."""
    refuse_after: int = 0
    """The number of one line that is refused; 0: none."""
    garbage_after: int = 0
    """Lines after which log lines stand before prompts; 0: never."""
    key_after: int = 0
    """Lines after which new connections meet another host key; 0: never."""
    writer_after: str = ""
    """`N;LINES`: after N lines somebody else enters LINES, joined with `;`, once; empty: nobody."""
    hold_after: int = 0
    """Lines after which the switch withholds its reply until it is released, once; 0: never."""
    miscabled: str = ""
    """`PORT:PEER:PEERPORT`, joined with `;`: LLDP shows another neighbour there; empty: none."""
    ails: str = ""
    """`PORT:WHAT`, joined with `;`: what is the matter with a port, see `AILMENTS`; empty: nothing."""
    loses: str = ""
    """What is gone while the running configuration is not the one of the start; empty: nothing."""


AILMENTS: Final = ("loop", "guard", "intruder", "no-power", "short", "half")
"""What may be the matter with a port: the switch has closed it (frames came back, another switch spoke there, a device
that is not allowed did); its device gets no power (none is left, an electrical fault); 10 Mbit/s, half duplex.
"""


class LabEnd(NamedTuple):
    """An end device at its port, as the inventory has it. A tuple: a city has twenty thousand."""

    name: str
    """Device name."""
    port: str
    """Port of the switch."""
    mac: str
    """Its MAC address."""
    vlan: int
    """VLAN that its address belongs to; without an address, the port's."""
    address: str = ""
    """Its address; empty: none, so that nothing is asked of its VLAN."""
    powered: bool = False
    """It takes its power from the port."""


class LabSwitch(Frozen):
    """One switch of the lab."""

    name: str
    """Device name."""
    school: str
    """School id."""
    dialect: str
    """Dialect name."""
    address: str
    """Inventory address, `10.42.3.11`."""
    startup: str
    """Stored configuration, secrets in clear."""
    ports: tuple[str, ...]
    """Port names in the device's order."""
    uplinks: tuple[str, ...] = ()
    """Ports and LAGs towards the core; empty: the session arrives some other way."""
    management_vlan: int
    """VLAN the session rides on."""
    mac: str = "02:00:00:00:00:01"
    """Its bridge address."""
    stp_priority: int | None = None
    """Bridge priority of the stored configuration; None: the default."""
    linked: tuple[str, ...] = ()
    """Ports with something at the other end."""
    powered: tuple[str, ...] = ()
    """Ports whose device takes power."""
    neighbors: tuple[tuple[str, str, str], ...] = ()
    """Cables to other switches: our port, their name, their port."""
    lag_of: dict[str, str] = Field(default_factory=dict)
    """LAG of each member, as the switch itself calls it in its tables."""
    ends: tuple[LabEnd, ...] = ()
    """End devices."""
    stations: tuple[tuple[str, str, int], ...] = ()
    """Who else is always there, the router: our port, its MAC address, its VLAN."""
    hosts: tuple[str, ...] = ()
    """Addresses here that answer a ping: its own, and the gateway's where that is plugged in."""
    drift: tuple[str, ...] = ()
    """Lines somebody entered by hand since."""
    saved: bool = True
    """Whether that somebody saved."""
    faults: Faults = Faults()
    """What is wrong with it."""


class LabSpec(Frozen):
    """The whole lab."""

    switches: tuple[LabSwitch, ...]
    """Every switch."""
    port: int = 0
    """TCP port of all of them; 0: a free one is chosen."""
    pcs: tuple[LabPc, ...] = ()
    """Every PC, on the same port."""
    pc_root: str = ""
    """The folder with the PCs' root; empty: there are no PCs."""
    appliances: tuple[LabAppliance, ...] = ()
    """Every printer, projector, board and print server, on the same port."""
    end_faults: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What is the matter with devices that are only seen at their ports: `KIND` or `KIND=VALUE` each, by name."""
    rtt_ms: float = 0.0
    """Round-trip time to every switch, in milliseconds."""
    speed: float = 1.0
    """How fast the lab's clock runs; 60: a minute passes in a second."""
    secrets: Literal["lab", "workspace"] = "lab"
    """Whose secrets the switches know: the lab's own, or the workspace's."""

    @property
    def devices(self) -> tuple[LabSwitch | LabPc, ...]:
        """Every switch and every PC."""
        return (*self.switches, *self.pcs)
