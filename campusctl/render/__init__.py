"""Inventory and templates become a device's intended text."""

from campusctl.render.playbooks import playbooks_digest
from campusctl.render.renderer import Renderer, template_digest

__all__ = ["Renderer", "playbooks_digest", "template_digest"]
