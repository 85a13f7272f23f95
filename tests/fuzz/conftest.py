"""How long it is tried: a moment in the tests, as long as wanted by `make fuzz`."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).parents[1]))

settings.register_profile(
    "fuzz",
    parent=settings.get_profile("campusctl"),
    max_examples=int(os.environ.get("CAMPUSCTL_FUZZ_EXAMPLES", "60")),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
