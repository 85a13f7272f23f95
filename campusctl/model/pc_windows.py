r"""What the inventory may say of a Windows PC beside what it says of every PC (`pc.windows`).

Every field has a default, and an entry may be null, as in `campusctl.model.pc_parts`.

Packages, accounts, services, printers, time zone, time servers, updates, firewall, proxy and browsers are said once for
all operating systems; here stands what only Windows has.
"""

import re
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from campusctl.model.frozen import Frozen
from campusctl.model.names import CONTROL, Label, Line
from campusctl.model.sentence import N_, sentence

PACKAGE_ID: Final = r"^[A-Za-z0-9]([A-Za-z0-9._+-]*[A-Za-z0-9+])?$"
VERSION: Final = r"^([A-Za-z0-9][A-Za-z0-9._+-]*)?$"
FEATURE: Final = r"^[A-Za-z0-9][A-Za-z0-9._~-]*$"
REGISTRY_KEY: Final = rf"^HK(LM|CR|U):(\\[^\\/\"*?<>|{CONTROL}]+)+$"
REGISTRY_NAME: Final = rf"^[^\\{CONTROL}]+$"
TASK_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$"
PROGRAM: Final = rf"^([A-Za-z]:(\\[^\\/:\"*?<>|%{CONTROL}]+)+|[A-Za-z0-9._-]+)$"
ARGUMENT: Final = rf"^[^{CONTROL}]*$"
CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
CLOCK_SPAN: Final = r"^(([01][0-9]|2[0-3]):00-([01][0-9]|2[0-3]):00)?$"
PLAN: Final = r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|balanced|high-performance|power-saver|)$"
SERVER_URL: Final = r"^(https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?)?$"

RULES: Final = {
    PACKAGE_ID: N_("a package id, such as Mozilla.Firefox or gimp"),
    VERSION: N_("a version, such as 115.4.0"),
    FEATURE: N_("the name of an optional feature, such as SMB1Protocol"),
    REGISTRY_KEY: N_(r"a registry key of the whole PC, such as HKLM:\SOFTWARE\Policies\Microsoft\Edge"),
    REGISTRY_NAME: N_("the name of a registry value, without backslashes and control characters"),
    TASK_NAME: N_("a task's name: letters, digits, spaces, dots, hyphens and underscores"),
    PROGRAM: N_(r"a program: its path, such as C:\Windows\System32\shutdown.exe, or its name alone"),
    ARGUMENT: N_("one argument without control characters"),
    CLOCK: N_("a time of day, such as 19:30"),
    CLOCK_SPAN: N_("a span of full hours, such as 07:00-18:00"),
    PLAN: N_("balanced, high-performance, power-saver or a power plan's GUID in small letters"),
    SERVER_URL: N_("the address of a server, such as http://wsus.schulen.example:8530"),
}
"""What each pattern wants, in words; joins those of `campusctl.model.names`."""

PresentAbsent: TypeAlias = Literal["present", "absent"]
PackageId: TypeAlias = Annotated[str, Field(pattern=PACKAGE_ID, max_length=128)]
Feature: TypeAlias = Annotated[str, Field(pattern=FEATURE, max_length=128)]
RegistryKey: TypeAlias = Annotated[str, Field(pattern=REGISTRY_KEY, max_length=255)]
RegistryName: TypeAlias = Annotated[str, Field(pattern=REGISTRY_NAME, max_length=255)]
TaskName: TypeAlias = Annotated[str, Field(pattern=TASK_NAME, max_length=80)]
Argument: TypeAlias = Annotated[str, Field(pattern=ARGUMENT, max_length=1000)]
Clock: TypeAlias = Annotated[str, Field(pattern=CLOCK)]


class WindowsPackage(Frozen):
    """How a package of `pc.packages` is had on Windows."""

    id: Annotated[str, Field(pattern=rf"^({PACKAGE_ID[1:-1]})?$", max_length=128)] = ""
    """Its id at the source; empty: the name it has in `pc.packages`."""
    source: Literal["winget", "chocolatey"] = "winget"
    """Where it comes from."""
    version: Annotated[str, Field(pattern=VERSION, max_length=60)] = ""
    """The version it must have; empty: any."""


class RegistryValue(Frozen):
    """One value of a registry key."""

    type: Literal["dword", "qword", "string", "expandstring", "multistring"] = "string"
    """Its type."""
    data: Annotated[int, Field(strict=True, ge=0)] | Line | tuple[Line, ...] | None = None
    """A number, a text or a list of texts, as the type wants."""
    state: PresentAbsent = "present"
    """Whether it is there."""

    @property
    def complaint(self) -> str:
        """What is wrong with the value as a whole; empty: nothing."""
        if self.state == "absent":
            return ""
        wanted, words = _DATA[self.type]
        if not isinstance(self.data, wanted):
            return sentence("a {kind} holds {words}", kind=self.type, words=sentence(words))
        if isinstance(self.data, int) and self.data >= 2 ** (32 if self.type == "dword" else 64):
            return sentence("{value} is too large for a {kind}", value=self.data, kind=self.type)
        return ""

    @model_validator(mode="after")
    def _data_fits(self) -> Self:
        # One layer may say the type, another the data.
        if {"type", "data"} <= self.model_fields_set and self.complaint:
            raise ValueError(self.complaint)
        return self


_DATA: Final[dict[str, tuple[type, str]]] = {
    "dword": (int, N_("a whole number")),
    "qword": (int, N_("a whole number")),
    "string": (str, N_("a text")),
    "expandstring": (str, N_("a text")),
    "multistring": (tuple, N_("a list of texts")),
}


_LONGEST_PATH: Final = 255


class WindowsTask(Frozen):
    """One scheduled task."""

    state: PresentAbsent = "present"
    """Whether it is there."""
    command: tuple[Argument, ...] = ()
    """Program and arguments; Windows itself replaces `%NAME%` in arguments."""
    when: Literal["time", "boot", "logon"] = "time"
    """What starts it."""
    at: Clock | None = None
    """Local time of day, if time starts it."""
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    """Days of the week; none: every day."""
    user: Literal["SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE", "USERS"] = "SYSTEM"
    """Who runs it: a service account, or whoever is logged on (`USERS`)."""

    @property
    def complaint(self) -> str:
        """What is missing, or does not go together; empty: nothing."""
        if self.state == "absent":
            return ""
        if not self.command:
            return sentence("`command` is missing")
        if self.when == "time":
            return "" if self.at else sentence("`at` is missing")
        return (
            sentence("what starts at {when} has neither `at` nor `days`", when=self.when)
            if self.at or self.days
            else ""
        )

    @model_validator(mode="after")
    def _program_fits(self) -> Self:
        program = self.command[0] if self.command else ""
        if program and (len(program) > _LONGEST_PATH or not re.search(PROGRAM, program)):
            raise ValueError(sentence("`{program}` is not {rule}", program=program[:60], rule=sentence(RULES[PROGRAM])))
        return self


class WindowsUpdates(Frozen):
    """What Windows Update needs beside `pc.updates`."""

    server: Annotated[str, Field(pattern=SERVER_URL, max_length=200)] = ""
    """A WSUS server; empty: Microsoft's own."""
    active_hours: Annotated[str, Field(pattern=CLOCK_SPAN)] = ""
    """Full hours in which it never restarts by itself, at most 18; empty: as Windows finds best."""


class WinRm(Frozen):
    """How a Windows PC is reached: WinRM over TLS; its certificate is always checked."""

    port: Annotated[int, Field(strict=True, ge=1, le=65535)] = 5986
    """TCP port of the HTTPS listener."""
    authentication: Literal["kerberos", "ntlm", "negotiate", "certificate", "basic"] = "negotiate"
    """How we prove who we are; `negotiate` takes Kerberos where it can be had, else NTLM; `basic` is for labs."""
    ca_file: Line = ""
    """File with the certificates that the PC's own must go back to, `~` is the home folder; empty: the system's."""


def _always(value: Any) -> Any:  # noqa: ANN401 - a default of any type
    return Field(default_factory=lambda: value)


class WindowsSettings(Frozen):
    """What only Windows PCs have. Maps are merged key by key, everything else is replaced."""

    packages: dict[PackageId, WindowsPackage | None] = Field(default_factory=dict)
    """How packages of `pc.packages` are had; one that is not listed is taken for an id of winget."""
    features: dict[Feature, PresentAbsent | None] = Field(default_factory=dict)
    """Optional features of Windows."""
    registry: dict[RegistryKey, dict[RegistryName, RegistryValue | None] | None] = Field(default_factory=dict)
    """Registry values by key and name: policies."""
    tasks: dict[TaskName, WindowsTask | None] = Field(default_factory=dict)
    """Scheduled tasks by name."""
    printer_drivers: dict[Label, Line | None] = Field(default_factory=dict)
    """Driver by print queue, as Windows names it; a queue with an `ipp:` address needs none."""
    power: Annotated[str, Field(pattern=PLAN)] = ""
    """The active power plan; empty: as it is."""
    updates: WindowsUpdates = _always(WindowsUpdates())
    """Windows Update."""
    winrm: WinRm = _always(WinRm())
    """How the PC is reached."""
