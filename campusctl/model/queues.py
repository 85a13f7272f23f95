"""What a layer of the inventory may say of print servers, below `queues:`."""

from campusctl.model.appliance import ApplianceSettings


class QueuesSettings(ApplianceSettings):
    """Settings of print servers."""
