"""A new device, before it is in the inventory: what its label says, and what the rules propose for it."""
