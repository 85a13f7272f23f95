"""The corridor: load → resolve → render → observe → diff → plan → guard → apply → verify → record."""

from campusctl.workflow.corridor import apply, check, drift, ground, plan, targets, waves
from campusctl.workflow.desk import Desk, Endpoint, open_desk

__all__ = ["Desk", "Endpoint", "apply", "check", "drift", "ground", "open_desk", "plan", "targets", "waves"]
