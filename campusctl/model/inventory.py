"""What the inventory files may say, field by field; the JSON Schemas are made from these models.

Values resolve city → profile → school type → school → room → device → exception: see `Settings` for what every
layer may say, and `campusctl.inventory.resolve` for how they meet.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator

from campusctl.model import names
from campusctl.model.board import BoardSettings
from campusctl.model.calendar import CityCalendar, SchoolDays
from campusctl.model.frozen import Frozen
from campusctl.model.login import Login
from campusctl.model.names import (
    Address,
    ConfigLine,
    Description,
    DeviceName,
    Domain,
    Floor,
    IsoDate,
    Label,
    Line,
    Mac,
    Mailbox,
    PortKey,
    PortRef,
    RoomId,
    SecretRef,
    Text,
    VlanId,
    VlanName,
    Word,
)
from campusctl.model.pc import PcSettings
from campusctl.model.printer import PrinterSettings
from campusctl.model.projector import ProjectorSettings
from campusctl.model.queues import QueuesSettings
from campusctl.model.sentence import sentence


def _tagged(value: object) -> object:
    """A list of VLANs as ascending numbers, or `all`.

    Raises:
        ValueError: It is neither.
    """
    if value == "all":
        return value
    items = value if isinstance(value, list | tuple) else None
    if items is None or not all(type(item) is int and 1 <= item <= 4094 for item in items):
        raise ValueError(sentence("must be a list of VLAN ids 1-4094, or all"))
    return tuple(sorted(set(items)))


TaggedVlans: TypeAlias = Annotated[
    Literal["all"] | tuple[int, ...],
    PlainValidator(_tagged, json_schema_input_type=Literal["all"] | tuple[VlanId, ...]),
]
"""Tagged VLANs: a list, or `all` the VLANs of the switch."""


def _always(value: Any) -> Any:  # noqa: ANN401 - a default of any type
    """One default for all; a default given plainly is copied, in depth, for every device."""
    return Field(default_factory=lambda: value)


Revert: TypeAlias = Literal["none", "timer", "reboot"]


class Servers(Frozen):
    """A service by the addresses of its servers."""

    servers: tuple[Address, ...] = ()
    """Server addresses, the preferred one first."""


class Community(Frozen):
    """One SNMP v2c community."""

    secret: SecretRef
    """Secret reference of the community."""
    access: Literal["ro", "rw"] = "ro"
    """Read only, or read and write."""


class SnmpUser(Frozen):
    """One SNMPv3 user."""

    auth: SecretRef
    """Secret reference of the authentication passphrase (SHA)."""
    priv: SecretRef
    """Secret reference of the privacy passphrase (AES-128)."""


class Snmp(Frozen):
    """SNMP of a switch."""

    communities: tuple[Community, ...] = ()
    """v2c communities; better none."""
    users: dict[Label, SnmpUser] = Field(default_factory=dict)
    """SNMPv3 users by name."""
    contact: Description = ""
    """sysContact: a role's mailbox or phone."""
    location: Description = ""
    """sysLocation; empty: `school/building/floor/room`."""
    hosts: tuple[Address, ...] = ()
    """Trap receivers."""


class User(Frozen):
    """One local account on the switches."""

    secret: SecretRef
    """Secret reference of the password."""
    admin: bool = True
    """Full rights, or read only."""


class Stp(Frozen):
    """Spanning tree."""

    mode: Literal["rapid-pvst", "mst", "rstp"] = "rstp"
    """Flavour, as far as the dialect has it."""
    priority: Annotated[int, Field(strict=True, ge=0, le=61440, multiple_of=4096)] | None = None
    """Bridge priority in steps of 4096, 0-61440; none: the device's default."""


class Settings(Frozen):
    """What every layer may say about its devices. Maps are merged key by key, everything else is replaced."""

    domain: Domain = ""
    """DNS domain of the devices."""
    timezone: Annotated[str, Field(pattern=names.TIMEZONE)] = "Europe/Berlin"
    """IANA time zone name."""
    management_vlan: VlanId = 1
    """VLAN of the switches' own addresses."""
    gateway: Address | None = None
    """Default gateway; none: the gateway of the management VLAN's subnet."""
    extra_vlans: tuple[VlanId, ...] = ()
    """VLANs a switch has although neither its ports nor a switch behind it need them."""
    ntp: Servers = _always(Servers())
    """Time servers."""
    dns: Servers = _always(Servers())
    """Name servers."""
    syslog: Servers = _always(Servers())
    """Log servers."""
    snmp: Snmp = _always(Snmp())
    """SNMP."""
    users: dict[Label, User] = Field(default_factory=dict)
    """Local accounts by name."""
    login: Login = _always(Login())
    """How campusctl logs in."""
    stp: Stp = _always(Stp())
    """Spanning tree."""
    lldp: bool = True
    """LLDP on or off."""
    lag_protocol: Literal["lacp", "static"] = "lacp"
    """How LAG members are bundled."""
    banner: Text = ""
    """Login banner; empty: none."""
    acls: dict[Label, tuple[ConfigLine, ...]] = Field(default_factory=dict)
    """Access lists: the entries in order, in the dialect's own words."""
    management_acl: Annotated[str, Field(pattern=names.ACL_NAME, max_length=60)] = ""
    """The access list on the management access; empty: none."""
    extra: tuple[ConfigLine, ...] = ()
    """Further global lines of the dialect, verbatim."""
    revert: Revert = "timer"
    """Which revert may be armed on the device: none, a rollback timer, or also one that reboots it."""
    legacy_algorithms: bool = False
    """Allow old SSH algorithms (group14-sha1, ssh-rsa, CBC); each device that does is reported."""
    pc: PcSettings = _always(PcSettings())
    """The state of PCs; switches do not read it."""
    printer: PrinterSettings = _always(PrinterSettings())
    """The settings of printers."""
    projector: ProjectorSettings = _always(ProjectorSettings())
    """The settings of projectors."""
    board: BoardSettings = _always(BoardSettings())
    """The settings of boards."""
    queues: QueuesSettings = _always(QueuesSettings())
    """The queues of print servers."""


class PortSettings(Frozen):
    """What a role, a port or an exception may say about a port."""

    description: Description | None = None
    """Description; none: the device or switch at the other end."""
    vlan: VlanId | None = None
    """Untagged VLAN; of a trunk the native one."""
    tagged: TaggedVlans = ()
    """Tagged VLANs; a port that has any is a trunk."""
    voice_vlan: VlanId | None = None
    """Voice VLAN."""
    poe: bool | None = None
    """Power over Ethernet on or off, where the port can; none: the switch's default."""
    shutdown: bool = False
    """Administratively down."""
    edge: bool = False
    """An end device's port: forwards at once."""
    bpduguard: bool = False
    """A BPDU shuts the port."""
    extra: tuple[ConfigLine, ...] = ()
    """Further lines of the dialect, verbatim."""


class Role(PortSettings):
    """What a port is for, once for the whole city."""

    title: Line = ""
    """For people."""


class Port(PortSettings):
    """One port or several: a role alone (`pc`), or an entry with what is at the other end."""

    role: Word | None = None
    """Role; none: from the class of the device, `uplink` and `downlink` for links, else `unused`."""
    device: DeviceName | None = None
    """The device at the other end; its class gives the role."""
    uplink: DeviceName | None = None
    """The switch at the other end, towards the core."""
    downlink: DeviceName | None = None
    """The switch at the other end, away from the core."""
    to: PortRef | None = None
    """The port at the switch above, where that one does not list a `downlink` itself."""
    room: RoomId | None = None
    """The room the socket is in, if no device says so; gives a role's VLAN in that room."""
    confirmed: bool = False
    """Says once more that this port shall have a VLAN that asks for it (`confirm: true` in city.yml)."""


class Lag(Port):
    """Ports bundled to one link."""

    ports: PortRef
    """The members, such as `49-50`."""


def _role_alone(value: object) -> object:
    """`pc` is short for `{role: pc}`."""
    return {"role": value} if isinstance(value, str) else value


def _text_keys(value: object) -> object:
    """A mapping whose whole-number keys are text.

    Raises:
        ValueError: The same key stands there twice, once as number and once as text.
    """
    if not isinstance(value, dict):
        return value
    keyed: dict[Any, Any] = {str(key) if type(key) is int else key: item for key, item in value.items()}
    if len(keyed) != len(value):
        raise ValueError(sentence("the same key twice, once in quotes and once without"))
    return keyed


PortEntry: TypeAlias = Annotated[Port, BeforeValidator(_role_alone, json_schema_input_type=str | Port)]
Ports: TypeAlias = Annotated[dict[PortKey, PortEntry], BeforeValidator(_text_keys)]
LagNumber: TypeAlias = Annotated[str, Field(pattern=names.LAG_NUMBER)]
Lags: TypeAlias = Annotated[dict[LagNumber, Lag], BeforeValidator(_text_keys)]


class Vlan(Frozen):
    """One VLAN of the city, or one pattern for several."""

    name: VlanName
    """As the switches show it; `{vlan}` stands for the id."""
    use: Line = ""
    """For people."""
    subnet: Line | None = None
    """`10.{site}.{vlan}.0/24`: `{site}` is the site's number, `{vlan}` the id; none: no addresses of ours."""
    gateway: Line | None = None
    """Default gateway, with the same placeholders; none: the first address of the subnet."""
    confirm: bool = False
    """A port gets this VLAN only if its entry says `confirmed: true`."""


VlanKey: TypeAlias = Annotated[str, Field(pattern=names.VLAN_KEY)]


class DeviceClass(Frozen):
    """A kind of device: the two letters in its name."""

    title: Line
    """For people."""
    role: Word | None = None
    """Role of the port such a device is plugged into; none: it has no port of its own."""
    driver: Word | None = None
    """What brings such a device to standard, such as `pc`; none: nothing does (switches need not say it)."""


class Naming(Frozen):
    """How schools and devices are named."""

    school: Line = "schule-{nnn}"
    """School id: `{nnn}` is the school's number with that many digits."""
    short: Line = "s{nnn}"
    """The school in device names."""
    device: Line = "{short}-{room}-{class}{nn}"
    """Device name: `{room}` is the room's id in lower case, `{class}` a class, `{nn}` a number."""
    max_length: Annotated[int, Field(strict=True, ge=8, le=63)] = 15
    """Longest device name (NetBIOS and common school servers cut at 15)."""


class SchoolType(Frozen):
    """A type of school."""

    title: Line
    """For people."""
    settings: Settings = _always(Settings())
    """Settings of every school of this type."""


class CityFile(Frozen):
    """`inventory/city.yml`: what holds everywhere."""

    name: Line
    """The city."""
    naming: Naming = _always(Naming())
    """How schools and devices are named."""
    vlans: Annotated[dict[VlanKey, Vlan], BeforeValidator(_text_keys)]
    """VLANs by id, or by a range of ids (`101-120`)."""
    roles: dict[Word, Role]
    """Port roles by name; `uplink`, `downlink` and `unused` must be among them."""
    classes: dict[Annotated[str, Field(pattern=names.CLASS)], DeviceClass]
    """Device classes by the letters in their names; `sw` is the switches."""
    school_types: dict[Word, SchoolType] = Field(default_factory=dict)
    """Types of school by name."""
    label_url: Annotated[str, Field(pattern=names.LABEL_CODE, max_length=200)] = "{name} {asset}"
    """What the QR code of a device's label holds, such as `https://geraete.example/{asset}`."""
    calendar: CityCalendar = _always(CityCalendar())
    """Holidays, freezes, and when disruptive changes may go."""
    settings: Settings = _always(Settings())
    """The city's layer of settings."""


class PortBlock(Frozen):
    """Ports of a model that are numbered in one go."""

    name: Annotated[str, Field(pattern=names.BLOCK_NAME)]
    """Canonical name: `GigabitEthernet{member}/0/{n}`; `{n}` is the number, `{member}` the place in the stack."""
    first: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = None
    """What `{n}` is for the first port of the block; none: its own number."""
    poe: bool = False
    """The ports can power devices."""


BlockKey: TypeAlias = Annotated[str, Field(pattern=names.BLOCK_KEY)]


class Profile(Frozen):
    """`inventory/profiles/<name>.yml`: one model of device and how it is set up."""

    title: Line
    """Manufacturer and model, for people."""
    device_class: Word = Field(alias="class")
    """Class of the devices, as in city.yml."""
    model: Line = ""
    """Model as the templates know it."""
    dialect: Annotated[str, Field(pattern=names.DIALECT)] = ""
    """Command language of a switch, such as `cisco_ios`; of a PC that is managed, `linux` or `windows`."""
    ports: Annotated[dict[BlockKey, PortBlock], BeforeValidator(_text_keys)] = Field(default_factory=dict)
    """Ports in the device's order: short numbers, or slots such as `A1-A24`, and their canonical names."""
    lag: Annotated[str, Field(pattern=names.LAG_NAME)] = "lag {n}"
    """Canonical name of a LAG; `{n}` is its number."""
    max_members: Annotated[int, Field(strict=True, ge=1, le=10)] = 1
    """How many of them can form one stack."""
    settings: Settings = _always(Settings())
    """Settings of every device of this model."""


class Contact(Frozen):
    """Whom to ask: a role, never a person."""

    title: Line
    """The role, for people."""
    mail: Mailbox | None = None
    """The role's mailbox."""
    phone: Annotated[str, Field(pattern=names.PHONE)] | None = None
    """The role's phone number."""


class PostalAddress(Frozen):
    """Where a school or building stands."""

    street: Line
    """Street and number."""
    postcode: Annotated[str, Field(pattern=names.POSTCODE)]
    """Postcode, in quotes."""
    town: Line
    """Town."""


class Room(Frozen):
    """One room."""

    floor: Floor
    """Floor, such as 0, 1 or UG."""
    title: Line = ""
    """For people: what the room is."""
    vlans: dict[Word, VlanId] = Field(default_factory=dict)
    """VLAN of a port role in this room, such as `pc-room: 101`."""
    settings: Settings = _always(Settings())
    """Settings of the devices in this room."""


class Building(Frozen):
    """One building of a school."""

    title: Line = ""
    """For people."""
    address: PostalAddress | None = None
    """If not the school's."""
    site: Annotated[int, Field(strict=True, ge=0, le=255)] | None = None
    """The site's number in the subnets, if not the school's."""
    rooms: Annotated[dict[RoomId, Room], BeforeValidator(_text_keys)] = Field(default_factory=dict)
    """Rooms by id."""


class Exemption(Frozen):
    """One value that differs from the standard, with a reason and an end."""

    path: Annotated[str, Field(pattern=names.PATH, max_length=120)]
    """What is overridden, as `campusctl explain` names it: `ntp.servers`, `roles.board.vlan`, `ports.7.poe`."""
    value: Any
    """The value instead."""
    device: DeviceName | None = None
    """The device it is about; none: all of the school."""
    reason: Annotated[Line, Field(min_length=3)]
    """Why, in one sentence."""
    owner: Word
    """Who answers for it: one of the school's contacts or a role of the city's, never a person."""
    until: IsoDate
    """Last day it holds; after that `validate` and `drift` say so, and it stays in force until somebody decides."""


class SchoolFile(SchoolDays):
    """`inventory/schools/<id>/school.yml`: one school."""

    name: Line
    """The school's name."""
    type: Word
    """Type of school, as in city.yml."""
    site: Annotated[int, Field(strict=True, ge=0, le=255)] | None = None
    """The site's number in the subnets; none: the school's number."""
    address: PostalAddress
    """Where it is."""
    contacts: dict[Word, Contact] = Field(default_factory=dict)
    """Whom to ask, by role."""
    buildings: Annotated[dict[RoomId, Building], BeforeValidator(_text_keys)]
    """Buildings by id."""
    settings: Settings = _always(Settings())
    """Settings of the school's devices."""
    exceptions: tuple[Exemption, ...] = ()
    """Where the school differs from the standard."""


class DeviceEntry(Frozen):
    """One device of a school."""

    profile: Word | None = None
    """Model, the name of a file under `profiles/`; a switch needs one."""
    room: RoomId
    """Room it stands in, as in school.yml."""
    address: Address | None = None
    """IPv4 address; a switch needs one."""
    mac: Mac | None = None
    """MAC address, in any common spelling."""
    serial: Label | None = None
    """Serial number, in quotes if it has digits only."""
    asset: Label | None = None
    """Asset tag."""
    notes: Line = ""
    """For people; never about a person."""
    core: bool = False
    """A switch without an uplink of the inventory: the top of its site."""
    members: Annotated[int, Field(strict=True, ge=1, le=10)] = 1
    """How many switches form the stack; its ports are then `member/number`."""
    slots: Annotated[str, Field(pattern=names.SLOTS)] | None = None
    """Slots that hold a module, such as `ABF`; none: all of the profile."""
    ports: Ports = Field(default_factory=dict)
    """A switch's ports by role; a single port overrides a range; the rest is `unused`."""
    lags: Lags = Field(default_factory=dict)
    """A switch's LAGs by number."""
    settings: Settings = _always(Settings())
    """Settings of this device."""


class DevicesFile(Frozen):
    """`inventory/schools/<id>/devices*.yml`: devices by name."""

    devices: dict[DeviceName, DeviceEntry]
    """Devices by name."""


class Device(DeviceEntry):
    """One device, with its place in the inventory."""

    name: DeviceName
    """Device name."""
    device_class: str
    """The class letters of the name; empty if the name has none."""
    file: str
    """File that defines it, relative to the workspace."""
