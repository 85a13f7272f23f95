"""What a layer of the inventory may say of boards, below `board:`."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from campusctl.model import names
from campusctl.model.android import AndroidSettings
from campusctl.model.appliance import ApplianceSettings
from campusctl.model.calendar import WEEKDAYS, Weekday
from campusctl.model.frozen import Frozen
from campusctl.model.login import Login
from campusctl.model.names import Label, Line, SecretRef
from campusctl.model.sentence import sentence

Source: TypeAlias = Literal[
    "hdmi1", "hdmi2", "hdmi3", "hdmi4", "displayport1", "displayport2", "dvi", "vga", "usbc1", "usbc2", "av", "tv",
    "ops", "android", "whiteboard", "browser", "cast",
]  # fmt: skip
"""Where a picture comes from: a socket, the computer in the slot (`ops`), or the board itself."""

NO_TIMER: Final = "none"
"""The time, and the value, of a timer that is off."""

Percent: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=100)]


def _in_order(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(day for day in WEEKDAYS if day in days)


class Timer(Frozen):
    """When a board switches itself on or off."""

    time: Annotated[str, Field(pattern=names.CLOCK)]
    """Local time of day, such as 07:15; `none`: never."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(_in_order)] = WEEKDAYS[:5]
    """Days of the week; Monday to Friday unless said otherwise."""

    def text(self) -> str:
        """As a setting's value: `07:15 mon tue wed thu fri`, or `none`."""
        return NO_TIMER if self.time == NO_TIMER else " ".join((self.time, *self.days))


def _time_alone(value: object) -> object:
    """`07:15` is short for `{time: 07:15}`."""
    return {"time": value} if isinstance(value, str) else value


TimerEntry: TypeAlias = Annotated[Timer, BeforeValidator(_time_alone, json_schema_input_type=str | Timer)]


class BoardSettings(ApplianceSettings):
    """Settings of boards. What is not said is left as it is on the board."""

    tls: bool = False
    """The board takes commands over TLS only, after its PIN (Samsung: Secured Protocol)."""
    pin: SecretRef = ""
    """Secret reference of that PIN; empty: there is none."""
    display_id: Annotated[int, Field(strict=True, ge=0, le=253)] = 0
    """Number of the display in its make's protocol, 0-253; several can share one line."""
    name: Line = ""
    """Its own name; `{name}` stands for the device's, `{room}` for the room's; empty: not set."""
    language: Annotated[str, Field(pattern=names.LANGUAGE)] | None = None
    """Language of its menus, two letters such as de."""
    start_source: Source | None = None
    """What it shows after it was switched on, and when another source has no signal."""
    volume: Percent | None = None
    """Volume it is set to, 0-100, at every apply."""
    maximum_volume: Percent | None = None
    """The loudest it may be, 0-100; a make that has no such limit is turned down to it when it is louder."""
    on_timer: TimerEntry | None = None
    """When it switches itself on; `none`: never."""
    off_timer: TimerEntry | None = None
    """When it switches itself off; `none`: never."""
    network_standby: bool | None = None
    """Whether it answers the network, and can be woken by it, while it is off."""
    panel_lock: bool | None = None
    """Whether the keys at the board are locked."""
    remote_lock: bool | None = None
    """Whether the infrared remote control is locked."""
    source: Source | None = None
    """What it shows right now, set at every apply: only for boards that nobody switches."""
    after_power_cut: Literal["off", "on", "last"] | None = None
    """What it does when its power comes back."""
    menu_lock: bool | None = None
    """Whether its menus are locked."""
    power_lock: bool | None = None
    """Whether the power key is locked, at the board and on the remote control."""
    touch: bool | None = None
    """Whether it reacts to fingers and pens."""
    minimum_firmware: Label | None = None
    """The oldest firmware that may run; checked, and never set: an update is somebody's work."""

    checklist: tuple[Line, ...] = ()
    """What a person does besides, a sentence each; only for boards of dialect `manual`."""
    signed_days: Annotated[int, Field(strict=True, ge=1, le=3660)] | None = None
    """For how many days a signed checklist counts; none: until it changes."""
    android: AndroidSettings = Field(default_factory=AndroidSettings)
    """What boards of dialect `android` are told through Google's Android Management API."""

    @property
    def access(self) -> Login:
        """How it is logged in to: its PIN is the second secret, Google's key the first."""
        more = {name: ref for name, ref in (("enable", self.pin), ("password", self.android.key)) if ref}
        return self.login.model_copy(update=more) if more else self.login

    @model_validator(mode="after")
    def _makes_sense(self) -> "BoardSettings":
        """Refuse what contradicts itself.

        Raises:
            ValueError: It does.
        """
        if self.volume is not None and self.maximum_volume is not None and self.volume > self.maximum_volume:
            raise ValueError(
                sentence(
                    "volume {volume} is louder than maximum_volume {limit}",
                    volume=self.volume,
                    limit=self.maximum_volume,
                )
            )
        return self
