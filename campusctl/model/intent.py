"""A switch as the inventory wants it, ready for a template: every layer resolved, every role applied."""

from typing import Literal

from campusctl.model.frozen import Frozen


class VlanIntent(Frozen):
    """One VLAN a switch has."""

    id: int
    """1-4094."""
    name: str
    """As the switch shows it: printable ASCII without spaces or quotes, 1-32 characters."""


class PortIntent(Frozen):
    """One port or LAG with its role applied."""

    name: str
    """The dialect's canonical long name: `GigabitEthernet1/0/7`, `1/1/7`, `A7`, `Port-channel1`, `lag 1`, `Trk1`."""
    role: str
    """Role name from `city.yml`; `uplink` for uplinks."""
    description: str = ""
    """Printable text of one line; empty: none."""
    mode: Literal["access", "trunk"] = "access"
    """Access: one untagged VLAN. Trunk: a native VLAN and tagged ones."""
    vlan: int = 1
    """Untagged VLAN: the access VLAN, or a trunk's native VLAN, 1-4094."""
    tagged: tuple[int, ...] = ()
    """Tagged VLANs of a trunk, ascending, without the native one."""
    voice_vlan: int | None = None
    """Voice VLAN, or none."""
    poe: bool | None = None
    """Power over Ethernet on or off; None: the port cannot, or the dialect's default stays."""
    stp_edge: bool = False
    """An end device's port: forwards at once (portfast, admin-edge)."""
    bpduguard: bool = False
    """A BPDU on this port shuts it."""
    shutdown: bool = False
    """Administratively down."""
    lag: str = ""
    """Canonical name of the LAG it belongs to; VLAN settings are then the LAG's."""
    peer: str = ""
    """Device name at the other end, if the inventory knows it."""
    extra: tuple[str, ...] = ()
    """Further lines of the dialect for this port, verbatim (one line each, checked for control characters)."""


class SnmpUserIntent(Frozen):
    """One SNMPv3 user."""

    name: str
    """User name."""
    auth: str
    """Secret reference of the authentication passphrase (SHA)."""
    priv: str
    """Secret reference of the privacy passphrase (AES-128)."""


class SnmpIntent(Frozen):
    """SNMP of a switch."""

    communities: tuple[tuple[str, Literal["ro", "rw"]], ...] = ()
    """Secret reference and access of each v2c community."""
    users: tuple[SnmpUserIntent, ...] = ()
    """SNMPv3 users."""
    contact: str = ""
    """sysContact."""
    location: str = ""
    """sysLocation."""
    hosts: tuple[str, ...] = ()
    """Trap receivers (addresses)."""


class UserIntent(Frozen):
    """One local account."""

    name: str
    """Account name."""
    secret: str
    """Secret reference of the password."""
    admin: bool = True
    """Full rights (privilege 15, administrators, manager), or read only."""


class AclIntent(Frozen):
    """One ordered access list, entries in the dialect's own words."""

    name: str
    """Name of the list."""
    entries: tuple[str, ...]
    """One entry a line, in order, without sequence numbers."""


class SwitchIntent(Frozen):
    """Everything a template needs to render one switch."""

    name: str
    """Device name, the hostname."""
    school: str
    """School id."""
    dialect: str
    """Dialect name: the folder of the template."""
    model: str
    """Model as in the profile, for templates that differ."""
    location: str
    """`school/building/floor/room`."""
    domain: str = ""
    """DNS domain."""
    timezone: str = "Europe/Berlin"
    """IANA name; only zones a dialect knows how to say are accepted."""
    management_vlan: int
    """VLAN of our own address."""
    address: str
    """Our address with prefix length, `10.42.3.11/24`."""
    gateway: str
    """Default gateway."""
    uplinks: tuple[str, ...] = ()
    """Canonical names of the ports or LAGs towards the core; empty on the core itself."""
    vlans: tuple[VlanIntent, ...]
    """Ascending by id, VLAN 1 left out."""
    ports: tuple[PortIntent, ...]
    """Every port of the model, in the device's order."""
    lags: tuple[PortIntent, ...] = ()
    """Every LAG, in the device's order."""
    lag_protocol: Literal["lacp", "static"] = "lacp"
    """How LAG members are bundled."""
    ntp: tuple[str, ...] = ()
    """NTP server addresses."""
    dns: tuple[str, ...] = ()
    """DNS server addresses."""
    syslog: tuple[str, ...] = ()
    """Syslog server addresses."""
    snmp: SnmpIntent = SnmpIntent()
    """SNMP settings."""
    users: tuple[UserIntent, ...] = ()
    """Local accounts; the one we log in with among them."""
    login_user: str = ""
    """The account campusctl logs in with."""
    stp_mode: Literal["rapid-pvst", "mst", "rstp"] = "rstp"
    """Spanning-tree flavour, as far as the dialect has it."""
    stp_priority: int | None = None
    """Bridge priority in steps of 4096, 0-61440; None: default."""
    lldp: bool = True
    """LLDP on."""
    banner: str = ""
    """Login banner (motd), "\\n" line ends; empty: none."""
    acls: tuple[AclIntent, ...] = ()
    """Access lists."""
    management_acl: str = ""
    """Name of the access list on the management access; empty: none."""
    extra: tuple[str, ...] = ()
    """Further global lines of the dialect, verbatim."""
