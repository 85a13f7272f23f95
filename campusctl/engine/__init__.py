"""Pure decisions: what differs, what is safe, in which order. No device, terminal or database here."""
