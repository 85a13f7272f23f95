"""Wakes PCs that are off: the magic packet, the ways on which it travels, and waiting until somebody answers."""
