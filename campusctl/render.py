"""Inventory and templates become a device's intended text."""
