"""The parts of a PC's state as the inventory may say them: accounts, files, services, browser, printing and more.

Every field has a default, as a layer may say one field of an entry and another layer the rest. An entry that is null
is not there: so a layer takes back what one above it says.
"""

from typing import Literal, TypeAlias

from pydantic import Field

from campusctl.model.calendar import Weekday
from campusctl.model.frozen import Frozen
from campusctl.model.names import Address, DeviceName, Line, SecretRef
from campusctl.model.pc_names import (
    AbsolutePath,
    Account,
    AccountTitle,
    Argument,
    BookmarkTitle,
    CalendarEvent,
    Clock,
    CronSchedule,
    DeviceOrAddress,
    Entry,
    Expression,
    FileMode,
    FileRun,
    FileText,
    Host,
    Keyboard,
    KeyboardVariant,
    Language,
    LongLine,
    Network,
    NoProxy,
    Package,
    Policy,
    PolicyValue,
    PrinterModel,
    PrinterUri,
    Program,
    Queue,
    TcpPort,
    TemplateName,
    Uid,
    Unit,
    Url,
    UrlPattern,
)

Presence: TypeAlias = Literal["present", "absent"]
PcMode: TypeAlias = Literal["normal", "kiosk", "exam"]


class PcGroup(Frozen):
    """A local group."""

    state: Presence = "present"
    """There or not."""
    gid: Uid | None = None
    """Number, 1000-65533; none: the PC chooses."""


class PcUser(Frozen):
    """A local account: a role, never a person."""

    state: Presence = "present"
    """There or not; the home folder of a removed account stays."""
    uid: Uid | None = None
    """Number, 1000-65533; none: the PC chooses."""
    group: Account | None = None
    """Primary group."""
    groups: tuple[Account, ...] = ()
    """Further groups."""
    exact_groups: bool = False
    """Take the account out of groups that are not listed."""
    shell: Program | None = None
    """Login shell, such as /bin/bash."""
    home: AbsolutePath | None = None
    """Home folder."""
    title: AccountTitle | None = None
    """For people: what the account is for."""
    password: SecretRef = ""
    """Secret reference of the password; empty: it is left as it is."""
    locked: bool | None = None
    """No password opens it."""


class PcFile(Frozen):
    """A file, whole: from a template or as it stands here."""

    template: TemplateName | None = None
    """Template below `templates/pc/`, such as linux/motd.j2."""
    content: FileText | None = None
    """The text itself; it may hold `<<secret:REF>>`."""
    mode: FileMode | None = None
    """Mode in quotes, such as "0640"; none: 0644."""
    owner: Account | None = None
    """Owner; none: root."""
    group: Account | None = None
    """Group; none: root."""
    check: tuple[Argument, ...] = ()
    """Command that must accept the new file before it is put in place; `%s` is its path."""
    run: FileRun = ""
    """What makes the content take effect, once after everything was written."""


class PcDirectory(Frozen):
    """A folder."""

    mode: FileMode | None = None
    """Mode in quotes; none: 0755."""
    owner: Account | None = None
    """Owner; none: root."""
    group: Account | None = None
    """Group; none: root."""


class PcLine(Frozen):
    """One line of a file that somebody else owns."""

    match: Expression = ""
    """Regular expression of the line that it replaces; empty: the line itself."""
    line: LongLine = ""
    """The line."""
    state: Presence = "present"
    """There or not."""
    run: FileRun = ""
    """What makes it take effect."""


class PcBlock(Frozen):
    """Lines between two marks in a file that somebody else owns."""

    content: FileText = ""
    """The lines."""
    state: Presence = "present"
    """There or not."""
    run: FileRun = ""
    """What makes them take effect."""


class PcService(Frozen):
    """A systemd unit."""

    enabled: bool | None = None
    """Starts with the PC."""
    running: bool | None = None
    """Runs now."""
    masked: bool | None = None
    """Cannot be started at all."""


class PcTimer(Frozen):
    """A command that systemd runs at set times."""

    on_calendar: CalendarEvent = "daily"
    """When, as systemd says it: `daily`, `Mon..Fri 19:30`."""
    command: tuple[Argument, ...] = ()
    """Program with its whole path, and its arguments, one by one."""
    user: Account | None = None
    """Who runs it; none: root."""
    persistent: bool = False
    """Made up for when the PC was off at that time."""
    title: Line = ""
    """For people."""
    state: Presence = "present"
    """There or not."""


class PcCron(Frozen):
    """A cron entry."""

    schedule: CronSchedule = "@daily"
    """Five fields, or `@daily`."""
    command: tuple[Argument, ...] = ()
    """Program with its whole path, and its arguments, one by one."""
    user: Account = "root"
    """Whose crontab."""
    state: Presence = "present"
    """There or not."""


class PcLocale(Frozen):
    """Language and keyboard."""

    lang: Language = ""
    """Locale, such as de_DE.UTF-8; empty: left as it is."""
    also: tuple[Language, ...] = ()
    """Further locales that are made."""
    keyboard: Keyboard = ""
    """Keyboard layout, such as de; empty: left as it is."""
    variant: KeyboardVariant = ""
    """Keyboard variant, such as nodeadkeys."""


class Browser(Frozen):
    """Policies of Firefox and Chromium, said once for both."""

    browsers: tuple[Literal["firefox", "chromium"], ...] = ("firefox", "chromium")
    """Which get them, when any is said."""
    homepage: Url | None = None
    """Start page."""
    blocked: tuple[UrlPattern, ...] = ()
    """Addresses that do not open; `*` is all."""
    allowed: tuple[UrlPattern, ...] = ()
    """Addresses that open all the same."""
    bookmarks: dict[BookmarkTitle, Url | None] = Field(default_factory=dict)
    """Bookmarks by title."""
    private_mode: bool | None = None
    """Private windows may be opened."""
    passwords: bool | None = None
    """Passwords may be kept."""
    telemetry: bool | None = None
    """Usage data is sent to the maker."""
    firefox: dict[Policy, PolicyValue] = Field(default_factory=dict)
    """Further Firefox policies, by their names in its policy templates."""
    chromium: dict[Policy, PolicyValue] = Field(default_factory=dict)
    """Further Chromium policies, by their names in its policy list."""


class PrintQueue(Frozen):
    """A print queue."""

    uri: PrinterUri | None = None
    """Where it prints to."""
    device: DeviceName | None = None
    """A printer of the inventory instead: the queue leads to the school's print server, where that has one of this
    printer, and else to the printer itself."""
    model: PrinterModel = "everywhere"
    """`everywhere` (the printer must answer), `raw`, or a PPD as `lpinfo -m` names it."""
    info: Line = ""
    """For people."""
    location: Line = ""
    """For people; empty: the printer's room, where it is one of the inventory."""
    state: Presence = "present"
    """There or not."""


class Printing(Frozen):
    """Print queues."""

    queues: dict[Queue, PrintQueue | None] = Field(default_factory=dict)
    """Queues by name."""
    default: Queue | None = None
    """The queue that is chosen first."""
    server: Host = ""
    """Print server all queues come from; empty: the PC's own."""


class Proxy(Frozen):
    """Web proxy, for programs, for apt and for browsers."""

    http: Host = ""
    """Host and port for http."""
    https: Host = ""
    """Host and port for https; empty: as for http."""
    no_proxy: tuple[NoProxy, ...] = ()
    """Hosts, domains and networks that are reached without it."""
    pac: Url | None = None
    """Address of an automatic configuration, for browsers."""


class FirewallRule(Frozen):
    """What may come in."""

    ports: tuple[TcpPort, ...] = ()
    """Port numbers."""
    protocol: Literal["tcp", "udp"] = "tcp"
    """Protocol."""
    sources: tuple[Network, ...] = ()
    """Addresses and networks it may come from; empty: all."""


class Firewall(Frozen):
    """Packet filter for what comes in. SSH and the answers to what the PC asked for always come in."""

    enabled: bool | None = None
    """On or off; none: left as it is."""
    allow: dict[Entry, FirewallRule | None] = Field(default_factory=dict)
    """What else may come in, by name."""
    ssh_sources: tuple[Network, ...] = ()
    """Addresses and networks that SSH may come from; empty: all. campusctl's own must be among them."""


class Updates(Frozen):
    """Automatic updates."""

    automatic: bool | None = None
    """Security updates are installed by themselves; none: left as it is."""
    time: Clock | None = None
    """When; none: the system's own hours."""
    reboot: bool = False
    """Restart by itself when an update asks for it and nobody is logged in."""
    reboot_time: Clock = "04:00"
    """When it restarts."""


class Wake(Frozen):
    """How a PC that is off is woken."""

    method: Literal["none", "broadcast", "helper", "host"] = "none"
    """Not at all; by a directed broadcast; by a helper at the site; by a host in the PC's VLAN."""
    helper: Address | None = None
    """Address of the helper."""
    host: DeviceOrAddress | None = None
    """The host: a device of the inventory, or an address."""


class Shutdown(Frozen):
    """Off at night."""

    time: Clock | None = None
    """When; none: never by itself."""
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    """Days of the week."""
    holidays: bool = True
    """On holidays and days off too, whatever the day of the week; false: never on these."""
    warning_minutes: int = Field(default=5, strict=True, ge=0, le=60)
    """How long before that it is announced."""
    text: Line = "Dieser PC wird ausgeschaltet."
    """What is announced."""


class DisplayManager(Frozen):
    """Who may sit down, and what they see."""

    name: Literal["lightdm", "gdm", "sddm", "none"] = "none"
    """Which one is set up; its package is listed under `packages`."""
    autologin: Account | None = None
    """Account that is logged in by itself."""
    guest_session: bool | None = None
    """A session without an account (lightdm)."""
    session: Queue | None = None
    """Desktop session, such as xfce."""
    hide_users: bool | None = None
    """The list of accounts is not shown."""


class Kiosk(Frozen):
    """What a PC in kiosk mode is: one browser window, and nothing else."""

    url: Url | None = None
    """What it shows."""
    user: Account = "kiosk"
    """The account it runs in."""


class Exam(Frozen):
    """What a PC in exam mode can do."""

    allowed: tuple[UrlPattern, ...] = ()
    """Addresses the browsers open; all others do not."""
    addresses: tuple[Network, ...] = ()
    """Addresses and networks the PC may reach; empty: the firewall holds nothing back."""
    usb_storage: bool = False
    """USB sticks work."""
    printing: bool = True
    """Printers can be reached."""


PackageState: TypeAlias = dict[Package, Presence | None]
Units: TypeAlias = dict[Unit, PcService | None]
