"""Secrets in the environment of the process: for a container, a pipeline, a first try."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Final

from campusctl.model.sentence import sentence

PREFIX: Final = "CAMPUSCTL_SECRET_"


def variable(ref: str) -> str:
    """The environment variable of a reference."""
    return PREFIX + re.sub(r"[^A-Za-z0-9]", "_", ref).upper()


class EnvSource:
    """`CAMPUSCTL_SECRET_SNMP_RO` for the reference `snmp/ro`. See `campusctl.secrets.source.Source`."""

    name = "env"

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def __repr__(self) -> str:
        return "EnvSource()"

    def find(self, refs: Sequence[str]) -> Mapping[str, str]:
        """What there is a variable for."""
        return {ref: self._environ[variable(ref)] for ref in refs if variable(ref) in self._environ}

    def lacks(self, ref: str) -> tuple[str, str]:
        """There is no such variable."""
        return sentence("is not in the environment"), sentence("set {variable}", variable=variable(ref))
