"""What a layer of the inventory may say of projectors, below `projector:`."""

from campusctl.model.appliance import ApplianceSettings


class ProjectorSettings(ApplianceSettings):
    """Settings of projectors."""
