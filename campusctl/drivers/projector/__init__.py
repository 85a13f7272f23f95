"""Works on projectors."""
