"""Damaged inputs for as long as wanted, with another seed each round: `make fuzz`."""

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Rounds until the time is over; 0 when none found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="How long, in minutes.  [default: 30]")
    parser.add_argument("--examples", type=int, default=2000, help="Inputs of each kind in a round.  [default: 2000]")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30), help="Of the first round.")
    wish = parser.parse_args()
    end, number = time.monotonic() + wish.minutes * 60, 0
    while time.monotonic() < end:
        seed = wish.seed + number
        done = subprocess.run(
            [sys.executable, "-m", "pytest", str(HERE), "-q", "-x", f"--hypothesis-seed={seed}"],
            env={**os.environ, "CAMPUSCTL_FUZZ_EXAMPLES": str(wish.examples)}, check=False,
        )  # fmt: skip
        number += 1
        sys.stderr.write(f"round {number}, seed {seed}: {'nothing found' if done.returncode == 0 else 'FOUND'}\n")
        if done.returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
