"""A new device from its box to working: proposed, agreed to, written, plugged in, set, checked, put on paper."""
