r"""Domain types: names, addresses and texts as the inventory may say them.

Every type is a string or number with a pattern, so that the JSON Schemas carry the rule. `RULES` says in words what a
pattern wants; an error message quotes it.
"""

from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator, Field

from campusctl.model.sentence import N_

CONTROL: Final = r"\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""For a character class: what never stands in a value (control, line-breaking, invisible, direction characters)."""

_OCTET: Final = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

LINE: Final = rf"^([^<{CONTROL}]|<[^<{CONTROL}])*<?$"
TEXT: Final = r"^([ -;=-~\n]|<[ -;=-~\n])*<?$"
DESCRIPTION: Final = r"^([A-Za-z0-9(#]([A-Za-z0-9 ._:/,()+#@=&*-]*[A-Za-z0-9._:/,()+#@=&*-])?)?$"
_CONFIG_CHARACTER: Final = r"(<<secret:[A-Za-z0-9][A-Za-z0-9._/-]*>>|[!-;=-~])"
CONFIG_LINE: Final = rf"^ *{_CONFIG_CHARACTER}( *{_CONFIG_CHARACTER})*$"
SCHOOL_ID: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
DEVICE_NAME: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ROOM_ID: Final = r"^[A-Za-z0-9]{1,8}$"
FLOOR: Final = r"^-?[A-Za-z0-9]{1,4}$"
WORD: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LABEL: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
VLAN_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]*(\{vlan\}[A-Za-z0-9._-]*)?$"
IPV4: Final = rf"^{_OCTET}(\.{_OCTET}){{3}}$"
MAC: Final = r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$"
SECRET_REF: Final = r"^([A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*)?$"  # noqa: S105 - the form of a reference
MAILBOX: Final = r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
LESSON: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
ISO_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9])?$"
COUNTRY: Final = r"^([A-Z]{2})?$"
SUBDIVISION: Final = r"^([A-Za-z0-9-]{1,20})?$"
DOMAIN: Final = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)?$"
PORT_KEY: Final = r"^[A-Za-z0-9/]+(-[A-Za-z0-9/]+)?(, ?[A-Za-z0-9/]+(-[A-Za-z0-9/]+)?)*$"
TIMEZONE: Final = r"^[A-Za-z]+(/[A-Za-z_+-]+)*$"
ACL_NAME: Final = r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$"
LAG_NUMBER: Final = r"^[1-9][0-9]{0,2}$"
VLAN_KEY: Final = r"^[0-9]{1,4}(-[0-9]{1,4})?$"
CLASS: Final = r"^[a-z]{2,3}$"
BLOCK_NAME: Final = r"^[A-Za-z0-9/{} .-]*\{n\}$"
BLOCK_KEY: Final = r"^[A-Z]?[0-9]{1,3}(-[A-Z]?[0-9]{1,3})?$"
DIALECT: Final = r"^[a-z0-9_]*$"
LAG_NAME: Final = r"^[A-Za-z -]*\{n\}$"
PHONE: Final = r"^\+?[0-9][0-9 /()-]{2,30}$"
POSTCODE: Final = r"^[0-9]{4,5}$"
PATH: Final = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_/ -]+)+$|^[a-z_]+$"
SLOTS: Final = r"^[A-Z]+$"
LABEL_CODE: Final = r"^([ -z|~]|\{(name|asset|serial|school|room)\})*$"
CLOCK: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|none)$"
LANGUAGE: Final = r"^[a-z]{2}$"
INPUT: Final = rf"^[^<{CONTROL}]{{1,64}}$"
RESOLUTION: Final = r"^[1-9][0-9]{2,4}x[1-9][0-9]{2,4}$"

_SHA256: Final = "[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}"
FINGERPRINT: Final = rf"^{_SHA256}$"
FINGERPRINT_OR_ANY: Final = rf"^(any|{_SHA256})?$"

RULES: Final = {
    LINE: N_("one line of text without control or invisible characters and without `<<`"),
    TEXT: N_("plain ASCII text (ae, oe, ue for umlauts) without control characters and without `<<`"),
    DESCRIPTION: N_("plain ASCII of one line, without quotes and question marks (ae, oe, ue for umlauts)"),
    CONFIG_LINE: N_("one configuration line in plain ASCII, without spaces at its end; `<` only as in <<secret:REF>>"),
    SCHOOL_ID: N_("a school id: a-z, 0-9 and hyphens, such as schule-042"),
    DEVICE_NAME: N_("a device name: a-z, 0-9 and hyphens, such as s042-r101-dt01"),
    ROOM_ID: N_("a building or room id: 1-8 letters and digits, such as R101"),
    FLOOR: N_("a floor, such as 0, 1, -1 or UG"),
    WORD: N_("a word of a-z, 0-9 and hyphens"),
    LABEL: N_("a word of letters, digits, dots, hyphens and underscores"),
    VLAN_NAME: N_("a VLAN name: 1-32 letters, digits, dots, hyphens and underscores"),
    FINGERPRINT: N_("a certificate's SHA-256 fingerprint, as `openssl x509 -noout -fingerprint -sha256` prints it"),
    FINGERPRINT_OR_ANY: N_("a certificate's SHA-256 fingerprint, as openssl prints it, or any"),
    IPV4: N_("an IPv4 address, such as 10.42.3.11"),
    MAC: N_("a MAC address, such as 00:1b:21:aa:bb:cc"),
    SECRET_REF: N_("a secret's reference, such as switch/login"),
    MAILBOX: N_("a mailbox, such as sekretariat@schule-042.example"),
    LESSON: N_("a time span, such as 07:45-08:30"),
    ISO_DATE: N_("a date, such as 2026-12-31"),
    MOMENT: N_("a date or a local time, such as 2026-12-31 or 2026-12-31T13:00"),
    COUNTRY: N_("a country of two capital letters, such as DE"),
    SUBDIVISION: N_("a state or region, such as NW"),
    DOMAIN: N_("a DNS domain in lower case, of a-z, 0-9 and hyphens, at most 63 between two dots"),
    PORT_KEY: N_("a port, a range or a list of them, such as 7, 1-24, A1-A22 or 1/1/1-1/1/24"),
    TIMEZONE: N_("a time zone, such as Europe/Berlin"),
    ACL_NAME: N_("an access list's name: letters, digits, dots, hyphens and underscores"),
    LAG_NUMBER: N_("a LAG's number, 1-999"),
    VLAN_KEY: N_("a VLAN's number or a range of them, such as 30 or 101-120"),
    CLASS: N_("a class of two or three small letters, such as sw"),
    BLOCK_NAME: N_("a port's name with {{n}} for its number at the end, such as 1/1/{{n}}"),
    BLOCK_KEY: N_("a block of ports, such as 1-48, 49 or A1-A24"),
    DIALECT: N_("a dialect, such as cisco_ios, aruba_aoscx or hp_procurve"),
    LAG_NAME: N_("a LAG's name with {{n}} for its number, such as lag {{n}}"),
    PHONE: N_("a phone number, such as 0123 4567-0"),
    POSTCODE: N_("a postcode of 4 or 5 digits (in quotes, as it may begin with 0)"),
    PATH: N_("a path, such as roles.board.vlan or ntp.servers"),
    SLOTS: N_("slot letters, such as ABD"),
    LABEL_CODE: N_(
        "plain ASCII text with {{name}}, {{asset}}, {{serial}}, {{school}} and {{room}} for what is filled in"
    ),
    CLOCK: N_("a time of day, such as 07:15, or none"),
    LANGUAGE: N_("a language of two small letters, such as de"),
    INPUT: N_("an input, such as digital1, or its name on one line of at most 64 characters"),
    RESOLUTION: N_("a resolution, such as 1920x1080"),
}
"""What each pattern wants, in words."""


def _plain_mac(value: object) -> object:
    """A MAC in any common spelling as `00:1b:21:aa:bb:cc`; anything else as it is."""
    if not isinstance(value, str):
        return value
    digits = value.translate(_NO_MAC_MARKS).lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else value


_NO_MAC_MARKS: Final = str.maketrans("", "", ":-.")


def _number_as_text(value: object) -> object:
    """A whole number as text: `7` names a port, a floor or a building like `"7"` does."""
    return str(value) if type(value) is int else value


Line: TypeAlias = Annotated[str, Field(pattern=LINE, max_length=500)]
Text: TypeAlias = Annotated[str, Field(pattern=TEXT, max_length=4000)]
Description: TypeAlias = Annotated[str, Field(pattern=DESCRIPTION, max_length=64)]
ConfigLine: TypeAlias = Annotated[str, Field(pattern=CONFIG_LINE, max_length=250)]
SchoolId: TypeAlias = Annotated[str, Field(pattern=SCHOOL_ID, max_length=31)]
DeviceName: TypeAlias = Annotated[str, Field(pattern=DEVICE_NAME, max_length=63)]
_RoomText: TypeAlias = Annotated[str, Field(pattern=ROOM_ID)]
_FloorText: TypeAlias = Annotated[str, Field(pattern=FLOOR)]
_PortText: TypeAlias = Annotated[str, Field(pattern=PORT_KEY, max_length=200)]

# A bare number is a YAML number: it is text for us, and the schemas, which editors read, allow both.
RoomId: TypeAlias = Annotated[_RoomText, BeforeValidator(_number_as_text, json_schema_input_type=_RoomText | int)]
Floor: TypeAlias = Annotated[_FloorText, BeforeValidator(_number_as_text, json_schema_input_type=_FloorText | int)]
Word: TypeAlias = Annotated[str, Field(pattern=WORD, max_length=40)]
Label: TypeAlias = Annotated[str, Field(pattern=LABEL, max_length=60)]
VlanId: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=4094)]
VlanName: TypeAlias = Annotated[str, Field(pattern=VLAN_NAME, max_length=32)]
Address: TypeAlias = Annotated[str, Field(pattern=IPV4)]
Fingerprint: TypeAlias = Annotated[str, Field(pattern=FINGERPRINT)]
Mac: TypeAlias = Annotated[str, BeforeValidator(_plain_mac, json_schema_input_type=str), Field(pattern=MAC)]
SecretRef: TypeAlias = Annotated[str, Field(pattern=SECRET_REF, max_length=100)]
Mailbox: TypeAlias = Annotated[str, Field(pattern=MAILBOX, max_length=120)]
Lesson: TypeAlias = Annotated[str, Field(pattern=LESSON)]
IsoDate: TypeAlias = Annotated[str, Field(pattern=ISO_DATE)]
Domain: TypeAlias = Annotated[str, Field(pattern=DOMAIN, max_length=120)]
PortKey: TypeAlias = Annotated[_PortText, BeforeValidator(_number_as_text, json_schema_input_type=_PortText)]
"""One port or several, in short numbers or canonical names."""
PortRef: TypeAlias = Annotated[_PortText, BeforeValidator(_number_as_text, json_schema_input_type=_PortText | int)]
"""As `PortKey`, where a value stands (a bare number is allowed)."""
