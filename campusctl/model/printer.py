"""What a layer of the inventory may say of printers, below `printer:`."""

from campusctl.model.appliance import ApplianceSettings


class PrinterSettings(ApplianceSettings):
    """Settings of printers."""
