"""What a layer of the inventory may say of projectors, below `projector:`."""

from typing import Annotated, Final, TypeAlias

from pydantic import Field

from campusctl.model.appliance import ApplianceSettings
from campusctl.model.names import CONTROL, Label, Line

INPUT: Final = rf"^[^<{CONTROL}]{{1,64}}$"
"""An input: its kind and number, such as `digital1`, or its name as the projector shows it, such as `HDMI 1`."""

RESOLUTION: Final = r"^[1-9][0-9]{2,4}x[1-9][0-9]{2,4}$"
"""Width and height in pixels."""

Hours: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=99_999)]


class ProjectorSettings(ApplianceSettings):
    """Settings of projectors. What is not said is left as it is; power is the teacher's, and never set."""

    name: Line = ""
    """The name it must have; `{name}` stands for the device's, `{room}` for the room's; checked, never set."""
    input: Annotated[str, Field(pattern=INPUT)] | None = None
    """What it shows: `digital1`, `rgb1`, `video1`, `storage1`, `network1`, `internal1`, or the input's own name."""
    picture_mute: bool | None = None
    """Whether the picture is muted (shutter closed)."""
    sound_mute: bool | None = None
    """Whether the sound is muted."""
    freeze: bool | None = None
    """Whether the picture stands still; class 2 only."""
    resolution: Annotated[str, Field(pattern=RESOLUTION)] | None = None
    """Resolution it recommends, such as 1920x1080; checked, never set; class 2 only."""
    maximum_lamp_hours: Hours | None = None
    """So many hours a lamp may have burnt before somebody replaces it; checked."""
    maximum_filter_hours: Hours | None = None
    """So many hours the filter may have served before somebody cleans it; checked; class 2 only."""
    minimum_firmware: Label | None = None
    """The oldest firmware that may run; checked, and never set; class 2 only."""
