"""The corridor: load → resolve → render → observe → diff → plan → guard → apply → verify → record."""

from campusctl.workflow.corridor import apply, check, drift, ground, plan, targets
from campusctl.workflow.desk import Desk, Endpoint, open_desk
from campusctl.workflow.secret_care import SecretMemory, check_rotation, list_secrets
from campusctl.workflow.trust import forget_key, look_at_keys

__all__ = [
    "Desk", "Endpoint", "SecretMemory", "apply", "check", "check_rotation", "drift", "forget_key", "ground",
    "list_secrets", "look_at_keys", "open_desk", "plan", "targets",
]  # fmt: skip
