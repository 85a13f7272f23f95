"""What a layer of the inventory may say of Android boards, below `board.android:`."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from campusctl.model.frozen import Frozen
from campusctl.model.names import Line, SecretRef
from campusctl.model.pc_names import PolicyValue
from campusctl.model.sentence import joined, sentence

PACKAGE: Final = r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$"
COMPONENT: Final = r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+/\.?[A-Za-z][A-Za-z0-9_.]*$"
WINDOW: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]|automatic|postponed)$"

PackageName: TypeAlias = Annotated[str, Field(pattern=PACKAGE, max_length=200)]
Install: TypeAlias = Literal["required", "kiosk", "available", "blocked", "preinstalled"]


class WifiNetwork(Frozen):
    """One WLAN that the board knows (WPA with a passphrase)."""

    passphrase: SecretRef
    """Secret reference of its passphrase."""


class AndroidSettings(Frozen):
    """An Android board under Google's Android Management API. What is not said is left as it is in its policy."""

    enterprise: Annotated[str, Field(pattern=r"^([A-Za-z0-9]+)?$", max_length=40)] = ""
    """The city's enterprise at Google, such as LC00k2x9q1."""
    device: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]+)?$", max_length=80)] = ""
    """The board's id in that enterprise; Google makes it when the board is enrolled."""
    key: SecretRef = ""
    """Secret reference of the service account's key, the whole JSON file."""
    policy_name: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]+)?$", max_length=80)] = ""
    """Name of its policy at Google; empty: the device's name. A policy that boards share must be alike for all."""
    overdue_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 14
    """After how many days without a report it counts as switched off."""
    apps: dict[PackageName, Install] | None = None
    """Every app by its package; others may not be there. None said: apps are left alone."""
    home: Annotated[str, Field(pattern=COMPONENT, max_length=200)] | None = None
    """The app behind the home key, `package/activity`."""
    update: Annotated[str, Field(pattern=WINDOW)] | None = None
    """When the system updates itself: a span of local time such as 02:00-04:00, `automatic` or `postponed`."""
    volume_locked: bool | None = None
    """Nobody changes the volume."""
    factory_reset_locked: bool | None = None
    """Nobody resets it in its settings."""
    status_bar_locked: bool | None = None
    """No status bar, no quick settings."""
    app_installs_locked: bool | None = None
    """Nobody installs apps."""
    usb_files_locked: bool | None = None
    """No files over USB."""
    location_off: bool | None = None
    """It does not know where it is."""
    screen_timeout_s: Annotated[int, Field(strict=True, ge=0, le=86400)] | None = None
    """After how many seconds of idleness the screen locks; 0: never."""
    wifi: dict[Line, WifiNetwork] = Field(default_factory=dict)
    """WLANs by name."""
    policy: dict[Annotated[str, Field(pattern=r"^[A-Za-z]+$", max_length=60)], PolicyValue] = Field(
        default_factory=dict
    )
    """Any other field of Google's policy, as its reference names it; checked against Google's own description."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "AndroidSettings":
        """Refuse what contradicts itself.

        Raises:
            ValueError: It does.
        """
        kiosks = [name for name, install in (self.apps or {}).items() if install == "kiosk"]
        if len(kiosks) > 1:
            raise ValueError(
                sentence("only one app can be the kiosk, not {apps}", apps=joined(kiosks, sentence(" and ")))
            )
        return self
