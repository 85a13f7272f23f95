"""Inventory and templates become a PC's document."""

from campusctl.render.pc.renderer import DOCUMENTS, PcRenderer

__all__ = ["DOCUMENTS", "PcRenderer"]
