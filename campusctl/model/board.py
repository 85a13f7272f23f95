"""What a layer of the inventory may say of boards, below `board:`."""

from campusctl.model.appliance import ApplianceSettings


class BoardSettings(ApplianceSettings):
    """Settings of boards."""
