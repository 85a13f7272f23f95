"""Works on boards."""
