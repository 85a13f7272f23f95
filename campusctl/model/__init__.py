"""Frozen values that walk from room to room; this package imports nothing of ours."""
