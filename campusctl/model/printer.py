"""What a layer of the inventory may say of printers, below `printer:`. See docs/printers.md for each setting."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from campusctl.model.appliance import ApplianceSettings, TcpPort
from campusctl.model.frozen import Frozen
from campusctl.model.names import FINGERPRINT_OR_ANY, LINE, Label, Mailbox, SecretRef

MEDIA: Final = {
    "a3": "iso_a3_297x420mm",
    "a4": "iso_a4_210x297mm",
    "a5": "iso_a5_148x210mm",
    "a6": "iso_a6_105x148mm",
}
"""Paper as people call it, and as printers do (PWG 5101.1)."""

_KEYWORD: Final = r"^[a-z0-9][a-z0-9._-]*$"

PrinterText: TypeAlias = Annotated[str, Field(pattern=LINE, min_length=1, max_length=127)]
"""Text of a printer: IPP and Printer-MIB allow 127 bytes."""
Keyword: TypeAlias = Annotated[str, Field(pattern=_KEYWORD, max_length=255)]
"""A word as IPP spells it, such as `iso_a4_210x297mm` or `tray-1`."""


def _number_as_text(value: object) -> object:
    """`3` names the version like `"3"` does."""
    return str(value) if type(value) is int else value


class PrinterContact(Frozen):
    """Whom a printer names as responsible: a role, never a person."""

    name: PrinterText | None = None
    """The role, such as `Medienberatung`; none: not managed."""
    mail: Mailbox | None = None
    """Its mailbox; none: not managed."""


class PrinterSystem(Frozen):
    """What monitoring sees of a printer: the system group of SNMPv2-MIB. Needs `snmp`."""

    name: PrinterText | None = None
    """sysName, such as `"{name}"`; none: not managed."""
    location: PrinterText | None = "{location}"
    """sysLocation; none: not managed."""
    contact: PrinterText | None = None
    """sysContact, such as a role's mailbox; none: not managed."""


class PrinterPanel(Frozen):
    """The panel at the device. Needs `snmp`."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    """Language, such as `de`, as far as the printer has it; none: not managed."""
    locked: bool | None = None
    """Nobody can change settings at the panel; none: not managed."""


class PrinterIpp(Frozen):
    """How a printer's print service is reached."""

    path: Annotated[str, Field(pattern=r"^/([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$", max_length=127)] = "/ipp/print"
    """Path of its print service."""
    tls: bool = False
    """Talk to it by TLS (IPPS), on port 631 as well."""
    certificate: Annotated[str, Field(pattern=FINGERPRINT_OR_ANY)] = ""
    """With `tls`: SHA-256 fingerprint of its certificate; `any`: it is not checked, and no password is sent in clear
    over it; empty: a CA of the system must have signed it."""


class PrinterSnmp(Frozen):
    """How a printer is asked by SNMP."""

    version: (
        Annotated[Literal["2c", "3"], BeforeValidator(_number_as_text, json_schema_input_type=str | int)] | None
    ) = None
    """`2c` or `3`; none: SNMP is not used."""
    port: TcpPort = 161
    """UDP port."""
    community: SecretRef = ""
    """2c: secret reference of the community that may read."""
    write_community: SecretRef = ""
    """2c: secret reference of the community that may write; empty: nothing is set by SNMP."""
    user: Label = ""
    """3: user name."""
    auth: SecretRef = ""
    """3: secret reference of the authentication passphrase; empty: the user has none, and nothing is set by SNMP."""
    privacy: SecretRef = ""
    """3: secret reference of the privacy passphrase; empty: what is said can be read on the way."""
    auth_protocol: Literal["sha512", "sha384", "sha256", "sha224", "sha1", "md5"] = "sha256"
    """3: how messages are authenticated; the last two are for old printers only."""
    privacy_protocol: Literal["aes256", "aes192", "aes128", "des"] = "aes128"
    """3: how messages are encrypted; the last one is for old printers only."""


class PrinterSettings(ApplianceSettings):
    """Settings of printers; what is none or is not there is not managed, and stays as it is.

    Texts may hold `{name}`, `{school}`, `{school_name}`, `{city}`, `{location}`, `{room_title}` and `{asset}`.
    """

    ipp: PrinterIpp = Field(default_factory=PrinterIpp)
    """How its print service is reached (dialect `ipp`)."""
    snmp: PrinterSnmp = Field(default_factory=PrinterSnmp)
    """How it is asked by SNMP."""
    low_supply: Annotated[int, Field(strict=True, ge=0, le=100)] = 10
    """Toner and ink at or below so many percent are reported."""

    name: PrinterText | None = None
    """Name of the printer (`printer-name`), such as `"{name}"`."""
    dns_sd_name: Annotated[str, Field(pattern=LINE, min_length=1, max_length=63)] | None = None
    """Name that tablets show when they look for printers (`printer-dns-sd-name`), such as `"{school} {room_title}"`."""
    location: PrinterText | None = "{location}"
    """Where it stands (`printer-location`): `school/building/floor/room` unless somebody says otherwise."""
    info: PrinterText | None = None
    """What it is, for people (`printer-info`), such as `"Drucker {room_title}"`."""
    organization: PrinterText | None = None
    """Whose it is (`printer-organization`), such as `"{school_name}"`."""
    organizational_unit: PrinterText | None = None
    """Which part of that (`printer-organizational-unit`)."""
    geo_location: (
        Annotated[str, Field(pattern=r"^geo:-?[0-9]{1,2}(\.[0-9]+)?,-?[0-9]{1,3}(\.[0-9]+)?$", max_length=60)] | None
    ) = None
    """Where it is on a map (`printer-geo-location`, RFC 5870), such as `geo:51.5136,7.4653`."""
    contact: PrinterContact = Field(default_factory=PrinterContact)
    """Whom it names as responsible (`printer-contact-col`)."""
    media: Keyword | None = None
    """Paper unless a job says otherwise (`media-default`): `a3`, `a4`, `a5`, `a6`, or as the printer calls it."""
    media_source: Keyword | None = None
    """Tray unless a job says otherwise (`media-col-default`), such as `tray-1` or `auto`."""
    media_type: Keyword | None = None
    """Kind of paper unless a job says otherwise (`media-col-default`), such as `stationery`."""
    sides: Literal["one-sided", "two-sided-long-edge", "two-sided-short-edge"] | None = None
    """One side or both unless a job says otherwise (`sides-default`)."""
    color_mode: Literal["auto", "auto-monochrome", "bi-level", "color", "monochrome"] | None = None
    """Colour unless a job says otherwise (`print-color-mode-default`)."""
    quality: Literal["draft", "normal", "high"] | None = None
    """Quality unless a job says otherwise (`print-quality-default`)."""
    orientation: Literal["portrait", "landscape", "reverse-landscape", "reverse-portrait"] | None = None
    """Orientation unless a job says otherwise (`orientation-requested-default`)."""
    resolution: Annotated[str, Field(pattern=r"^[1-9][0-9]{1,3}(x[1-9][0-9]{1,3})?dpi$")] | None = None
    """Resolution unless a job says otherwise (`printer-resolution-default`), such as `600dpi` or `1200x600dpi`."""
    copies: Annotated[int, Field(strict=True, ge=1, le=999)] | None = None
    """Copies unless a job says otherwise (`copies-default`)."""
    output_bin: Keyword | None = None
    """Where paper comes out unless a job says otherwise (`output-bin-default`), such as `face-down`."""
    scaling: Literal["auto", "auto-fit", "fill", "fit", "none"] | None = None
    """How pages are fitted to the paper unless a job says otherwise (`print-scaling-default`)."""

    system: PrinterSystem = Field(default_factory=PrinterSystem)
    """What monitoring sees (SNMPv2-MIB)."""
    panel: PrinterPanel = Field(default_factory=PrinterPanel)
    """The panel at the device (Printer-MIB)."""
    startup_page: bool | None = None
    """Prints a page when it is switched on (`prtAuxiliarySheetStartupPage`)."""
    banner_page: bool | None = None
    """Prints a page before each job (`prtAuxiliarySheetBannerPage`)."""
    mib_name: PrinterText | None = None
    """Name in the Printer-MIB (`prtGeneralPrinterName`), such as `"{name}"`."""
    operator: PrinterText | None = None
    """Who looks after it day by day (`prtGeneralCurrentOperator`): a role, such as `Hausmeister`."""
    service: PrinterText | None = None
    """Who mends it (`prtGeneralServicePerson`): a role or a company."""
