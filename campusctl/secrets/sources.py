"""Every source, by name, and the chain of them that a workspace wants."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.errors import MissingSecretError
from campusctl.model.sentence import joined, sentence
from campusctl.secrets.command import CommandSource
from campusctl.secrets.config import SecretsFile, SourceName, load_config
from campusctl.secrets.environment import EnvSource
from campusctl.secrets.password import vault_password
from campusctl.secrets.source import Source, trouble_with, typable
from campusctl.secrets.vault import VaultSource
from campusctl.secrets.vault_text import EDIT, VAULT_FILE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is made from."""

    root: Path
    """The workspace."""
    config: SecretsFile
    """What `inventory/secrets.yml` says."""
    environ: Mapping[str, str] = field(repr=False)
    """The environment, with secrets in it."""
    ask: Callable[[], str] | None
    """Asks a person for the vault's password; None: there is nobody to ask."""


def _vault(around: Surroundings) -> Source | None:
    path = around.root / VAULT_FILE
    return VaultSource(path, lambda: vault_password(around.environ, around.ask)) if os.path.lexists(path) else None


SOURCES: Final[Mapping[SourceName, Callable[[Surroundings], Source | None]]] = {
    "env": lambda around: EnvSource(around.environ),
    "vault": _vault,
    "command": lambda around: CommandSource(around.root, around.config) if around.config.command else None,
}
"""How each source is made; None: the workspace has none of that kind."""


class Origin(NamedTuple):
    """Where a reference's value would come from."""

    source: str
    """A source's name; empty: nobody has it."""
    trouble: str = ""
    """Why the value is of no use, such as `is empty`; empty: it is of use."""


class ChainSource:
    """Several sources; the first that has a reference gives it. See `campusctl.ports.SecretSource`."""

    def __init__(self, *sources: Source) -> None:
        self._sources = sources

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference (see `SecretSource`)."""
        found = {ref: value for _, values in self._found(refs) for ref, value in values.items()}
        for ref in refs:
            if ref not in found:
                raise self._missing(ref)
        return {ref: typable(ref, found[ref], EDIT) for ref in refs}

    def origins(self, refs: Sequence[str]) -> Mapping[str, Origin]:
        """Where each reference's value comes from.

        Raises:
            SecretError: A source cannot be opened.
        """
        found = self._found(refs)
        origins = {ref: Origin(name, trouble_with(value)) for name, values in found for ref, value in values.items()}
        return {ref: origins.get(ref, Origin("")) for ref in refs}

    def stored(self) -> tuple[str, ...]:
        """Every reference of the vault, if there is one, in its order."""
        return next((source.refs() for source in self._sources if isinstance(source, VaultSource)), ())

    def first_before_vault(self, ref: str) -> str:
        """The name of a source that has a reference and is asked before the vault; empty: there is none."""
        for source in self._sources:
            if isinstance(source, VaultSource):
                break
            if source.find((ref,)):
                return source.name
        return ""

    def _found(self, refs: Sequence[str]) -> list[tuple[str, Mapping[str, str]]]:
        """What each source gives; nobody is asked for what an earlier one has."""
        given, rest = [], list(dict.fromkeys(refs))
        for source in self._sources:
            found = source.find(rest) if rest else {}
            given.append((source.name, found))
            rest = [ref for ref in rest if ref not in found]
        return given

    def _missing(self, ref: str) -> MissingSecretError:
        if not self._sources:
            return MissingSecretError(
                sentence("the secret {ref} has no source", ref=repr(ref)),
                sentence("make a vault: campusctl secrets set {ref}", ref=ref),
            )
        said = [source.lacks(ref) for source in self._sources]
        return MissingSecretError(
            sentence("the secret {ref} {what}", ref=repr(ref), what=joined((what for what, _ in said), ", ")),
            said[-1][1],
        )


def workspace_source(
    root: Path, ask: Callable[[], str] | None = None, environ: Mapping[str, str] = os.environ
) -> ChainSource:
    """The sources of a workspace, in its order: the environment, its vault if there is one, its command if it has one.

    Args:
        root: The workspace.
        ask: Asks a person for the vault's password; None: there is nobody to ask.
        environ: The environment.

    Raises:
        InventoryError: `inventory/secrets.yml` is wrong.
    """
    around = Surroundings(root, load_config(root), environ, ask)
    made = [SOURCES[name](around) for name in around.config.order]
    return ChainSource(*(source for source in made if source is not None))
