"""Simulated devices behind real protocols; shares no parser or command code with the drivers."""
