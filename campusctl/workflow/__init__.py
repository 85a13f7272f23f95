"""The corridor: load → resolve → render → observe → diff → plan → guard → apply → verify → record."""

from campusctl.workflow.corridor import apply, check, drift, ground, plan, targets
from campusctl.workflow.desk import Desk, Endpoint, open_desk
from campusctl.workflow.secret_care import SecretMemory, check_rotation, list_secrets

__all__ = [
    "Desk", "Endpoint", "SecretMemory", "apply", "check", "check_rotation", "drift", "ground", "list_secrets",
    "open_desk", "plan", "targets",
]  # fmt: skip
