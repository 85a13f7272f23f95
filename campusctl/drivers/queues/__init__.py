"""Works on print servers."""
