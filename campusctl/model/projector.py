"""What a layer of the inventory may say of projectors, below `projector:`."""

from typing import Annotated, TypeAlias

from pydantic import Field

from campusctl.model import names
from campusctl.model.appliance import ApplianceSettings
from campusctl.model.names import Label, Line

Hours: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=99_999)]


class ProjectorSettings(ApplianceSettings):
    """Settings of projectors. What is not said is left as it is; power is the teacher's, and never set."""

    name: Line = ""
    """The name it must have; `{name}` stands for the device's, `{room}` for the room's; checked, never set."""
    input: Annotated[str, Field(pattern=names.INPUT)] | None = None
    """What it shows: `digital1`, `rgb1`, `video1`, `storage1`, `network1`, `internal1`, or the input's own name."""
    picture_mute: bool | None = None
    """Whether the picture is muted (shutter closed)."""
    sound_mute: bool | None = None
    """Whether the sound is muted."""
    freeze: bool | None = None
    """Whether the picture stands still; class 2 only."""
    resolution: Annotated[str, Field(pattern=names.RESOLUTION)] | None = None
    """Resolution it recommends, such as 1920x1080; checked, never set; class 2 only."""
    maximum_lamp_hours: Hours | None = None
    """So many hours a lamp may have burnt before somebody replaces it; checked."""
    maximum_filter_hours: Hours | None = None
    """So many hours the filter may have served before somebody cleans it; checked; class 2 only."""
    minimum_firmware: Label | None = None
    """The oldest firmware that may run; checked, and never set; class 2 only."""
