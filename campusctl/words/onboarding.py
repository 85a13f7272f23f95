"""What the kinds, steps and states of an onboarding are called."""

from collections.abc import Mapping
from typing import Final

from campusctl.model.onboarding import OnboardingState, StepName
from campusctl.words.language import N_

KINDS: Final[Mapping[str, str]] = {
    "board": N_("a new board"),
    "printer": N_("a new printer"),
    "projector": N_("a new projector"),
    "pc": N_("a new PC"),
    "switch": N_("a new switch"),
}
"""What comes out of the box."""

STEPS: Final[Mapping[StepName, str]] = {
    StepName.INVENTORY: N_("inventory"),
    StepName.PORT: N_("port"),
    StepName.APPEAR: N_("appear"),
    StepName.TRUST: N_("trust"),
    StepName.SETTINGS: N_("settings"),
    StepName.CHECK: N_("check"),
    StepName.PAPERS: N_("papers"),
}
"""What is done for a new device."""

STATES: Final[Mapping[OnboardingState, str]] = {
    OnboardingState.OPEN: N_("open"),
    OnboardingState.DONE: N_("done"),
    OnboardingState.ABANDONED: N_("abandoned"),
}
"""How far an onboarding has come."""
