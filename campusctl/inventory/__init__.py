"""The operator's YAML and CSV, loaded, resolved and checked."""
