r"""Domain types of PCs: packages, accounts, paths, units, times and addresses as the inventory may say them.

As in `campusctl.model.names`, every type is text with a pattern, and `RULES` says in words what a pattern wants.
"""

import re
from math import isfinite
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from campusctl.model.names import CONTROL, DEVICE_NAME, IPV4, LINE
from campusctl.model.secret import TOKEN
from campusctl.model.sentence import N_, sentence

CONTROL_IN_TEXT: Final = CONTROL.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f")
"""As `CONTROL`, without the line break and the tab."""

_NAME_END: Final = r"[A-Za-z0-9+._-]*"
_PART: Final = rf"(\.?[^./<{CONTROL}][^/<{CONTROL}]*|\.\.[^/<{CONTROL}]+)"
_FIELD: Final = r"[0-9A-Za-z*,/-]+"
_HOST: Final = r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)"
_URL_CHARACTERS: Final = r"[A-Za-z0-9._~:/?#@!$&()*+,;=%-]"

FILE_TEXT: Final = rf"^[^{CONTROL_IN_TEXT}]*$"
LONG_LINE: Final = rf"^([^{CONTROL}]|\t)*$"
PACKAGE: Final = rf"^[A-Za-z0-9]{_NAME_END}(:[a-z0-9-]+)?$"
ACCOUNT: Final = r"^[a-z_][a-z0-9_-]{0,31}$"
ACCOUNT_TITLE: Final = rf"^[^:,<{CONTROL}]*$"
ABSOLUTE_PATH: Final = rf"^(/{_PART})+$"
PROGRAM: Final = r"^(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+$"
TEMPLATE: Final = r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\.j2$"
FILE_MODE: Final = r"^[0-7]{4}$"
UNIT: Final = r"^[A-Za-z0-9_][A-Za-z0-9_.:@-]*$"
FILE_RUN: Final = r"^((restart|reload):[A-Za-z0-9_][A-Za-z0-9_.:@-]*|sysctl|locale|nft|dconf|daemon-reload)?$"
CRON_SCHEDULE: Final = rf"^(@(reboot|hourly|daily|weekly|monthly|yearly)|{_FIELD}( {_FIELD}){{4}})$"
_DAY: Final = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DAYS: Final = rf"{_DAY}((,|\.\.){_DAY})* "
_DATE: Final = r"([0-9*,/.]+-)?[0-9*,/.]+-[0-9*,/.]+ "
CALENDAR_EVENT: Final = (
    r"^(minutely|hourly|daily|weekly|monthly|quarterly|yearly|"
    rf"({_DAYS})?({_DATE})?[0-9*,/.]+:[0-9*,/.]+(:[0-9*,/.]+)?)$"
)
CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
SYSCTL_KEY: Final = r"^[a-z0-9_]+([./][A-Za-z0-9_-]+)+$"
SYSCTL_VALUE: Final = r"^[A-Za-z0-9._/:|+-]+( [A-Za-z0-9._/:|+-]+)*$"
SUDO_WHO: Final = r"^%?[a-z_][a-z0-9_-]{0,31}$"
SUDO_COMMAND: Final = r"^(ALL|(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+( [A-Za-z0-9._/@+%=:,-]+)*)$"
LANGUAGE: Final = r"^([a-z]{2,3}_[A-Z]{2}\.UTF-8|C\.UTF-8)?$"
KEYBOARD: Final = r"^([a-z]{2,3})?$"
KEYBOARD_VARIANT: Final = r"^[a-z0-9_]*$"
URL: Final = rf"^https?://{_HOST}(:[0-9]{{1,5}})?(/{_URL_CHARACTERS}*)?$"
URL_PATTERN: Final = r"^[A-Za-z0-9*._~:/?=&%-]+$"
PRINTER_URI: Final = (
    r"^((ipps?|https?|socket|lpd)://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%+-]*)?|file:/dev/null)$"
)
PRINTER_MODEL: Final = r"^(everywhere|raw|[A-Za-z0-9][A-Za-z0-9 ._:/+-]*)$"
HOST: Final = rf"^({_HOST}(:[0-9]{{1,5}})?)?$"
NO_PROXY: Final = r"^[A-Za-z0-9*.][A-Za-z0-9.*:/-]*$"
NETWORK: Final = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?$"
POLICY: Final = r"^[A-Za-z][A-Za-z0-9]*$"
ROLE: Final = r"^[a-z0-9_]+(\.[a-z0-9_]+)*$"
PLAYBOOK: Final = r"^[a-z0-9_][a-z0-9_.]*(/[a-z0-9_][a-z0-9_.]*)*\.ya?ml$"
ENTRY: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$"
DEVICE_OR_ADDRESS: Final = rf"^({DEVICE_NAME[1:-1]}|{IPV4[1:-1]})$"
QUEUE: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"

RULES: Final = {
    FILE_TEXT: N_("text without control and invisible characters"),
    LONG_LINE: N_("one line of text without control and invisible characters"),
    PACKAGE: N_("a package's name, such as gimp, libc6:amd64 or Mozilla.Firefox.de"),
    ACCOUNT: N_("an account's name: a-z, 0-9, hyphens and underscores, such as lehrer"),
    ACCOUNT_TITLE: N_("one line of text without colon, comma and `<`"),
    ABSOLUTE_PATH: N_("a path from / on without `.`, `..`, `//` and `<`, such as /etc/motd"),
    PROGRAM: N_("a program's whole path of letters, digits and -._+, such as /usr/bin/systemctl"),
    TEMPLATE: N_("a template below templates/pc/, such as linux/motd.j2"),
    FILE_MODE: N_('a file\'s mode, four octal digits in quotes, such as "0644"'),
    UNIT: N_("a unit's name, such as cups or campus-off.timer"),
    FILE_RUN: N_("restart:UNIT, reload:UNIT, sysctl, locale, nft, dconf or daemon-reload"),
    CRON_SCHEDULE: N_("five cron fields, such as 30 19 * * 1-5, or @daily"),
    CALENDAR_EVENT: N_("a systemd calendar event, such as daily, 03:30 or Mon..Fri 19:30"),
    CLOCK: N_('a time in quotes, such as "19:30"'),
    SYSCTL_KEY: N_("a kernel setting, such as net.ipv4.conf.all.rp_filter"),
    SYSCTL_VALUE: N_("a kernel setting's value: words of letters, digits and ._/:|+-"),
    SUDO_WHO: N_("an account, or a group as %lehrer"),
    SUDO_COMMAND: N_("ALL, or a program's whole path and plain arguments, such as /usr/bin/systemctl restart cups"),
    LANGUAGE: N_("a locale, such as de_DE.UTF-8"),
    KEYBOARD: N_("a keyboard layout, such as de"),
    KEYBOARD_VARIANT: N_("a keyboard variant, such as nodeadkeys"),
    URL: N_("a web address, such as https://schule.example/start"),
    URL_PATTERN: N_("a pattern of web addresses, such as *.example or schule.example/lernen"),
    PRINTER_URI: N_("a printer's address, such as ipp://10.42.70.11/ipp/print"),
    PRINTER_MODEL: N_("everywhere, raw, or a PPD as `lpinfo -m` names it"),
    HOST: N_("a host, such as proxy.schule.example:3128"),
    NO_PROXY: N_("a host, domain or network, such as .schule.example or 10.0.0.0/8"),
    NETWORK: N_("an address or a network, such as 10.42.0.0/16"),
    POLICY: N_("a policy's name, such as DisableTelemetry"),
    ROLE: N_("a role's name: a-z, 0-9, underscores and dots, such as campus.wallpaper"),
    PLAYBOOK: N_("a playbook's path below the workspace, such as playbooks/cad.yml"),
    ENTRY: N_("a name of letters, digits, spaces and ._-"),
    DEVICE_OR_ADDRESS: N_("a device's name, such as s042-r101-pc01, or an IPv4 address"),
    QUEUE: N_("a print queue's name: letters, digits, hyphens and underscores"),
}
"""What each pattern wants, in words."""

_RANGES: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_NAMES: Final = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}


_CRON_FIELDS: Final = (
    N_("minute (0-59)"),
    N_("hour (0-23)"),
    N_("day of the month (1-31)"),
    N_("month (1-12)"),
    N_("weekday (0-7)"),
)


def _tokens_whole(value: str) -> str:
    """A text whose secrets' tokens are whole.

    Raises:
        ValueError: One is not.
    """
    if value.count("<<secret:") != len(TOKEN.findall(value)):
        raise ValueError(sentence("a secret stands as <<secret:REF>>"))
    return value


def _schedule(value: str) -> str:
    """A cron schedule whose numbers may be.

    Raises:
        ValueError: A field is out of its range.
    """
    if not value.startswith("@"):
        for at, field in enumerate(value.split(" ")):
            if not all(_cron_item(at, item) for item in field.split(",")):
                raise ValueError(sentence("`{field}` is no {name}", field=field, name=sentence(_CRON_FIELDS[at])))
    return value


def _cron_item(at: int, item: str) -> bool:
    span, slash, step = item.partition("/")
    if slash and not (step.isdigit() and int(step)):
        return False
    if span == "*":
        return True
    numbers = [_cron_number(at, end) for end in span.split("-")]
    low, high = _RANGES[at]
    return len(numbers) <= 2 and numbers == sorted(numbers) and all(low <= number <= high for number in numbers)


def _cron_number(at: int, text: str) -> int:
    if text.isdigit():
        return int(text)
    known = _CRON_NAMES.get(at, [])
    return known.index(text.lower()) + (at == 3) if text.lower() in known else -1


def _expression(value: str) -> str:
    """A regular expression.

    Raises:
        ValueError: It is none.
    """
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(sentence("is no regular expression: {error}", error=error)) from error
    return value


def _network(value: str) -> str:
    """An address or network whose numbers may be.

    Raises:
        ValueError: A number is more than 255.
    """
    if any(int(part) > 255 for part in value.partition("/")[0].split(".")):
        raise ValueError(sentence("has a number above 255"))
    return value


def _plain_json(value: JsonValue) -> JsonValue:
    """Data whose texts have no control characters.

    Raises:
        ValueError: One has, or a number is none.
    """
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(sentence("is no number"))
    texts = [value] if isinstance(value, str) else []
    if isinstance(value, dict):
        texts = [*value]
    for text in texts:
        if not re.fullmatch(FILE_TEXT.strip("^$"), text) or "<<secret:" in text:
            raise ValueError(sentence("has a control character, or a secret"))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _plain_json(item)
    return value


def _number_as_text(value: object) -> object:
    return str(value) if type(value) is int else value


_Value: TypeAlias = Annotated[str, Field(pattern=SYSCTL_VALUE, max_length=200)]

FileText: TypeAlias = Annotated[str, Field(pattern=FILE_TEXT, max_length=200_000), AfterValidator(_tokens_whole)]
"""A file's content; it may hold `<<secret:REF>>`."""
LongLine: TypeAlias = Annotated[str, Field(pattern=LONG_LINE, max_length=2000), AfterValidator(_tokens_whole)]
"""One line of a file, tabs allowed; it may hold `<<secret:REF>>`."""
Expression: TypeAlias = Annotated[str, Field(pattern=LONG_LINE, max_length=500), AfterValidator(_expression)]
Package: TypeAlias = Annotated[str, Field(pattern=PACKAGE, max_length=120)]
Account: TypeAlias = Annotated[str, Field(pattern=ACCOUNT)]
AccountTitle: TypeAlias = Annotated[str, Field(pattern=ACCOUNT_TITLE, max_length=120)]
AbsolutePath: TypeAlias = Annotated[str, Field(pattern=ABSOLUTE_PATH, max_length=255)]
Program: TypeAlias = Annotated[str, Field(pattern=PROGRAM, max_length=255)]
Argument: TypeAlias = Annotated[str, Field(pattern=LINE, max_length=500)]
TemplateName: TypeAlias = Annotated[str, Field(pattern=TEMPLATE, max_length=120)]
FileMode: TypeAlias = Annotated[str, Field(pattern=FILE_MODE)]
Unit: TypeAlias = Annotated[str, Field(pattern=UNIT, max_length=100)]
FileRun: TypeAlias = Annotated[str, Field(pattern=FILE_RUN, max_length=120)]
CronSchedule: TypeAlias = Annotated[str, Field(pattern=CRON_SCHEDULE, max_length=100), AfterValidator(_schedule)]
CalendarEvent: TypeAlias = Annotated[str, Field(pattern=CALENDAR_EVENT, max_length=100)]
Clock: TypeAlias = Annotated[str, Field(pattern=CLOCK)]
SysctlKey: TypeAlias = Annotated[str, Field(pattern=SYSCTL_KEY, max_length=120)]
SysctlValue: TypeAlias = Annotated[_Value, BeforeValidator(_number_as_text, json_schema_input_type=_Value | int)]
SudoWho: TypeAlias = Annotated[str, Field(pattern=SUDO_WHO)]
SudoCommand: TypeAlias = Annotated[str, Field(pattern=SUDO_COMMAND, max_length=300)]
Language: TypeAlias = Annotated[str, Field(pattern=LANGUAGE)]
Keyboard: TypeAlias = Annotated[str, Field(pattern=KEYBOARD)]
KeyboardVariant: TypeAlias = Annotated[str, Field(pattern=KEYBOARD_VARIANT, max_length=30)]
Url: TypeAlias = Annotated[str, Field(pattern=URL, max_length=500)]
UrlPattern: TypeAlias = Annotated[str, Field(pattern=URL_PATTERN, max_length=300)]
PrinterUri: TypeAlias = Annotated[str, Field(pattern=PRINTER_URI, max_length=300)]
PrinterModel: TypeAlias = Annotated[str, Field(pattern=PRINTER_MODEL, max_length=200)]
Host: TypeAlias = Annotated[str, Field(pattern=HOST, max_length=200)]
NoProxy: TypeAlias = Annotated[str, Field(pattern=NO_PROXY, max_length=200)]
Network: TypeAlias = Annotated[str, Field(pattern=NETWORK), AfterValidator(_network)]
Policy: TypeAlias = Annotated[str, Field(pattern=POLICY, max_length=80)]
PolicyValue: TypeAlias = Annotated[JsonValue, AfterValidator(_plain_json)]
RoleName: TypeAlias = Annotated[str, Field(pattern=ROLE, max_length=100)]
Playbook: TypeAlias = Annotated[str, Field(pattern=PLAYBOOK, max_length=200)]
BookmarkTitle: TypeAlias = Annotated[str, Field(pattern=LINE, min_length=1, max_length=60)]
Entry: TypeAlias = Annotated[str, Field(pattern=ENTRY, max_length=60)]
Queue: TypeAlias = Annotated[str, Field(pattern=QUEUE, max_length=60)]
DeviceOrAddress: TypeAlias = Annotated[str, Field(pattern=DEVICE_OR_ADDRESS, max_length=63)]
Uid: TypeAlias = Annotated[int, Field(strict=True, ge=1000, le=65533)]
TcpPort: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=65535)]
