"""The corridor: load → resolve → render → observe → diff → plan → guard → apply → verify → record."""

from campusctl.workflow.absent import absent_pcs
from campusctl.workflow.applying import Terms, apply, blocked, refuse_closed, refuse_locked, state_of, waiting, waves
from campusctl.workflow.choosing import EVERYTHING, SWITCHES, Choice
from campusctl.workflow.corridor import check, drift, plan, plan_for, targets
from campusctl.workflow.desk import Desk, Endpoint, ground, open_desk
from campusctl.workflow.going_back import plan_restore, plan_resume, plan_revert, settle
from campusctl.workflow.running import Running, running
from campusctl.workflow.secret_care import SecretMemory, check_rotation, list_secrets
from campusctl.workflow.status import Status, close, close_covered, ended_run, status
from campusctl.workflow.trust import forget_key, look_at_keys, remember_keys
from campusctl.workflow.wake_names import asked_pcs
from campusctl.workflow.waking import WakeTerms, wake_first, wake_pcs

__all__ = [
    "EVERYTHING", "SWITCHES", "Choice", "Desk", "Endpoint", "Running", "SecretMemory", "Status", "Terms", "WakeTerms",
    "absent_pcs", "apply", "asked_pcs", "blocked", "check", "check_rotation", "close", "close_covered", "drift",
    "ended_run", "forget_key", "ground", "list_secrets", "look_at_keys", "open_desk", "plan", "plan_for",
    "plan_restore", "plan_resume", "plan_revert", "refuse_closed", "refuse_locked", "remember_keys", "running",
    "settle", "state_of", "status", "targets", "waiting", "wake_first", "wake_pcs", "waves",
]  # fmt: skip
