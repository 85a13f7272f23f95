"""One file per change, in order; see docs/history.md for how to add one."""
