"""What is about to happen: targets, assessments, changes, plans. All JSON, none with a secret in it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from campusctl.model.command import Command, RefusedCommand
from campusctl.model.frozen import Frozen
from campusctl.model.health import Cable, DeclaredDevice
from campusctl.model.outcome import Fault
from campusctl.model.secret import KEPT, TOKEN
from campusctl.model.sentence import KeptSentence


class ManagementPath(Frozen):
    """What carries our own session to a switch."""

    vlan: str = ""
    """Management VLAN id, as in `svi/N`; empty when nobody knows."""
    uplinks: tuple[str, ...] = ()
    """Ports and LAGs towards the core, canonical names; empty when nobody knows."""
    downlinks: tuple[str, ...] = ()
    """Ports and LAGs towards switches whose own path runs over this one; empty when nobody knows."""
    user: str = ""
    """The account we log in with."""


class DeviceLogin(Frozen):
    """How to reach a device and who we are there; secrets by reference."""

    host: str
    """Address to connect to."""
    port: int = 22
    """TCP port; 0: the protocol's own."""
    user: str
    """Account name."""
    password: str = ""
    """Secret reference of the password; empty: keys only."""
    enable: str = ""
    """Secret reference of a switch's enable secret or of sudo's password on a PC; empty: none needed."""
    key_file: str = ""
    """Private key file; empty: none."""
    key_passphrase: str = ""
    """Secret reference of the key file's passphrase; empty: it is not encrypted."""
    known_hosts: str
    """Path of the known_hosts file that must know the key."""
    known_hosts_before: str = ""
    """Path of the file from before there was one per school, for keys the other does not know; empty: none."""
    legacy_algorithms: bool = False
    """Allow group14-sha1, ssh-rsa and CBC; per device in the inventory, never by default."""
    timeout_s: float = 10.0
    """To connect, and for a prompt to come back."""
    read_timeout_s: float = 60.0
    """For a whole running configuration."""
    authentication: str = ""
    """How a Windows PC authenticates us, such as `kerberos`; empty: what it offers."""
    one_port: bool = False
    """Every protocol of the device is at `port`, TCP and UDP, as in the lab; else each is at its own."""
    ca_file: str = ""
    """File with the certificates that a Windows PC's own must go back to; empty: the system's."""


class Target(Frozen):
    """One device to read or change, with everything the driver needs to know."""

    device: str
    """Device name."""
    school: str
    """School id."""
    driver: str = "switch"
    """Name of the driver that works on it, such as `switch` or `pc`."""
    dialect: str
    """Dialect name, such as `cisco_ios`; of a PC its operating system, `linux` or `windows`."""
    login: DeviceLogin
    """How to reach it."""
    intended: str
    """Rendered text, of a PC its document as JSON; secrets stand as `<<secret:REF>>`."""
    management: ManagementPath = ManagementPath()
    """What must not be cut."""
    allow_revert: Literal["none", "timer", "reboot"] = "timer"
    """Which revert on the device may be armed: none; a rollback timer; also one that reboots the switch."""
    revert_minutes: int = 5
    """How long the device waits for our confirmation before it goes back, in minutes."""
    settle_s: float = 35.0
    """How long what was good before a change may take to be good again, in seconds: spanning tree needs 30."""
    rooms: dict[str, str] = Field(default_factory=dict)
    """Room of the device at each port, as far as the inventory knows it."""
    neighbors: tuple[Cable, ...] = ()
    """Its cables to other switches, to be held against LLDP; empty: nothing is asked."""
    switches: tuple[str, ...] = ()
    """Names of all switches of its school: one of them at a port without a cable is a mistake."""
    devices: tuple[DeclaredDevice, ...] = ()
    """End devices at its ports that must still be seen after a change."""
    only: tuple[tuple[str, ...], ...] = ()
    """Paths as they are shown; nothing but the settings there and their parts is changed. Empty: everything is."""
    groups: tuple[str, ...] = ()
    """Groups of a PC in Ansible's inventory, such as `schule_042_r201`."""
    roles: tuple[str, ...] = ()
    """Roles of the city's own that a PC gets after its document."""
    own_playbooks: tuple[str, ...] = ()
    """Playbooks of the city's own that a PC gets after that, paths below the workspace."""
    facts: dict[str, str] = Field(default_factory=dict)
    """What these may ask about a PC, by the name of Ansible's variable, such as `campus_room_title`."""
    playbooks: str = ""
    """Folder with the workspace's playbooks; empty: campusctl's own."""

    @property
    def secret_refs(self) -> tuple[str, ...]:
        """Every secret of the vault that this switch needs, for logging in and in its configuration."""
        login = self.login
        used = {
            login.password,
            login.enable,
            login.key_passphrase,
            *(found[1] for found in TOKEN.finditer(self.intended)),
        }
        return tuple(sorted(ref for ref in used if ref and not ref.startswith(KEPT)))


class EditView(Frozen):
    """One edit as it may be shown and stored: secrets masked."""

    path: tuple[str, ...]
    """Vendor-neutral path, secrets in it masked."""
    before: bool | int | str | tuple[str, ...] | None
    """None: not there, or the default."""
    after: bool | int | str | tuple[str, ...] | None
    """None: goes away, or becomes the default."""


class Pass(StrEnum):
    """When, among the switches of its school, a part of a change is made."""

    ADD = "add"
    """First, core → edge: what is new stands everywhere before anything leans on it."""
    PATH = "path"
    """Then what touches the way to a switch, farthest first."""
    REMOVE = "remove"
    """Last, edge → core: nothing goes while somebody farther out may still use it."""


class Stage(Frozen):
    """A part of a change that is sent, read back and saved on its own."""

    kind: Pass
    """When it is made."""
    edits: int
    """How many of the assessment's edits it makes: the next ones after those of the stage before."""
    commands: int
    """How many of its commands are sent for that: likewise."""
    revert: str = ""
    """The revert on the device that must be armed first, by rule name; empty: none is needed."""


class Assessment(Frozen):
    """What was seen on a device and what it would take to make it right."""

    device: str
    """Device name."""
    school: str
    """School id."""
    driver: str = "switch"
    """Name of the driver that saw it."""
    dialect: str
    """Dialect name."""
    edits: tuple[EditView, ...] = ()
    """What differs and will be changed, stage after stage."""
    commands: tuple[Command, ...] = ()
    """The exact lines, in order, stage after stage."""
    stages: tuple[Stage, ...] = ()
    """The parts of the change, in order; empty: it is made in one go, by what `revert` says when."""
    later: tuple[tuple[str, ...], ...] = ()
    """Paths that a later stage of the same change edits: they still differ when this one is done."""
    refused: tuple[RefusedCommand, ...] = ()
    """What would be needed and is not sent, and why."""
    refused_edits: tuple[EditView, ...] = ()
    """What differs and stays, because it is refused."""
    unmanaged: tuple[str, ...] = ()
    """Lines only the device has: kept; secrets masked; context joined with ` / `."""
    unchecked: tuple[str, ...] = ()
    """Secrets that cannot be compared: the path, joined with ` / `."""
    interrupts: tuple[KeptSentence, ...] = ()
    """Whose traffic stops for a moment: ports with what is on them and its room, VLANs, the whole switch."""
    revert: str = ""
    """The revert on the device that must be armed first, by rule name; empty: none is needed."""
    startup_differs: bool = False
    """Running was not saved when it was read."""
    cables: tuple[KeptSentence, ...] = ()
    """Cables that lead elsewhere than the inventory says, one sentence each: with one, nothing is sent."""
    cable_notes: tuple[KeptSentence, ...] = ()
    """Cables that could not be checked, and why."""
    notes: tuple[KeptSentence, ...] = ()
    """What a person should know besides, one sentence each; nothing is changed for it."""
    facts: dict[str, str] = Field(default_factory=dict)
    """What the device is and how it does, as it says itself: `serial`, `model`, `firmware`, `pages` …"""
    observed_digest: str = ""
    """Keyed fingerprint of the observed state."""

    @property
    def drifted(self) -> bool:
        """The switch is not what the inventory says, or would not be after a reboot."""
        return bool(self.edits or self.refused_edits or self.refused or self.cables) or self.startup_differs

    @property
    def disruptive(self) -> bool:
        """Somebody's traffic stops for a moment, so it belongs into a window; saving alone never does."""
        return bool(self.commands and self.interrupts)


class Change(Frozen):
    """One device's part of a plan: the assessment, and what an apply needs to do it."""

    target: Target
    """The device."""
    assessment: Assessment
    """What was seen and decided."""

    @property
    def pending(self) -> bool:
        """There is something to send, or to save, and no cable forbids it."""
        return not self.assessment.cables and (bool(self.assessment.commands) or self.assessment.startup_differs)


class Armed(Frozen):
    """A revert that a run armed on a device, and that nobody has confirmed or asked for."""

    target: Target
    """The device."""
    revert: str
    """By rule name, such as `archive`."""


class Plan(Frozen):
    """Changes, and what must still be true when they are made."""

    format: Literal[1] = 1
    """Version of this file's format."""
    id: str
    """Random id, for people to name the plan."""
    made: datetime
    """When it was made (UTC)."""
    expires: datetime
    """When it may no longer be applied (UTC)."""
    tool_version: str
    """The campusctl that made it."""
    inventory_digest: str
    """Fingerprint of every inventory file the plan stands on."""
    template_digest: str
    """Fingerprint of every template and playbook."""
    schools: tuple[str, ...]
    """School ids, as asked for."""
    changes: tuple[Change, ...] = ()
    """One per device that was read, also those with nothing to do."""
    faults: tuple[Fault, ...] = ()
    """Devices that could not be read."""

    @property
    def pending(self) -> tuple[Change, ...]:
        """Changes with something to send or to save."""
        return tuple(change for change in self.changes if change.pending)

    @property
    def failures(self) -> tuple[Fault, ...]:
        """Devices that could not be read and should have been."""
        return tuple(fault for fault in self.faults if not fault.off)

    @property
    def off(self) -> tuple[Fault, ...]:
        """Devices that are switched off."""
        return tuple(fault for fault in self.faults if fault.off)


class DriftReport(Frozen):
    """What a drift check saw."""

    checked: datetime
    """When (UTC)."""
    schools: tuple[str, ...]
    """School ids."""
    assessments: tuple[Assessment, ...]
    """One per device that was read, switches first, the core before the others, within its school."""
    faults: tuple[Fault, ...]
    """Devices that could not be read."""
    findings: tuple[KeptSentence, ...] = ()
    """What the inventory itself owes, such as an expired exception."""
    claims: tuple[KeptSentence, ...] = ()
    """Schools that somebody keeps for themselves: scheduled changes wait there, one sentence each."""

    @property
    def drifted(self) -> int:
        """How many devices differ."""
        return sum(assessment.drifted for assessment in self.assessments)

    @property
    def failures(self) -> tuple[Fault, ...]:
        """Devices that could not be read and should have been."""
        return tuple(fault for fault in self.faults if not fault.off)

    @property
    def off(self) -> tuple[Fault, ...]:
        """Devices that are switched off."""
        return tuple(fault for fault in self.faults if fault.off)
