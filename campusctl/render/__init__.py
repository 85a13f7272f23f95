"""Inventory and templates become a device's intended text."""

from campusctl.render.renderer import Renderer, template_digest

__all__ = ["Renderer", "template_digest"]
