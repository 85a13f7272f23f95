"""`inventory/secrets.yml`: where secrets are looked for, in which order, and how a program is asked."""

import os
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from campusctl.errors import InventoryError
from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError
from campusctl.model.frozen import Frozen
from campusctl.model.printable import printable
from campusctl.model.sentence import sentence

CONFIG_FILE: Final = "inventory/secrets.yml"

SourceName = Literal["env", "vault", "command"]
"""A source; see `campusctl.secrets.sources.SOURCES`."""

_PLACEHOLDER: Final = "{ref}"


class SecretsFile(Frozen):
    """What the file says."""

    order: tuple[SourceName, ...] = ("env", "vault", "command")
    """Sources, in the order in which they are asked; one that is left out is not asked."""
    command: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...], Field(max_length=100)] = ()
    """Program and words, `{ref}` for the reference; empty: none."""
    output: Literal["first-line", "whole"] = "first-line"
    """How much of what it prints is the secret."""
    timeout_s: Annotated[float, Field(ge=0.1, le=600)] = 30.0
    """How long one call may take, in seconds."""
    at_once: Annotated[int, Field(ge=1, le=32)] = 4
    """How many calls run at the same time."""

    @field_validator("order")
    @classmethod
    def _each_once(cls, order: tuple[SourceName, ...]) -> tuple[SourceName, ...]:
        if not order or len(set(order)) != len(order):
            raise ValueError(sentence("each source stands here once, and one at least"))
        return order

    @field_validator("command")
    @classmethod
    def _asks_for_the_reference(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if command and _PLACEHOLDER in command[0]:
            raise ValueError(sentence("the program itself cannot depend on the reference"))
        if command and not any(_PLACEHOLDER in word for word in command):
            raise ValueError(
                sentence("one of the words must hold {place}, else every secret is the same", place=_PLACEHOLDER)
            )
        return command

    @model_validator(mode="after")
    def _command_and_order_agree(self) -> "SecretsFile":
        if self.command and "command" not in self.order:
            raise ValueError(sentence("a command is given, and `order` does not name it"))
        if "order" in self.model_fields_set and "command" in self.order and not self.command:
            raise ValueError(sentence("`order` names a command, and none is given"))
        return self

    @property
    def program(self) -> str:
        """The program's name, for a person."""
        return printable(Path(self.command[0]).name)


def load_config(root: Path) -> SecretsFile:
    """What the workspace says; the defaults if it says nothing.

    Raises:
        InventoryError: The file is wrong, with its line.
    """
    if not os.path.lexists(root / CONFIG_FILE):
        return SecretsFile()
    try:
        data = parse_yaml(CONFIG_FILE, decode(CONFIG_FILE, read_bytes(root, CONFIG_FILE)))
        return SecretsFile.model_validate({} if data is None else data)
    except (FileError, ValidationError) as error:
        raise _told(root, error) from None


def _told(root: Path, error: FileError | ValidationError) -> InventoryError:
    # Both read YAML with its lines, which takes a library that only somebody with a mistake needs.
    from campusctl.inventory.lines import problems  # noqa: PLC0415 - see above
    from campusctl.inventory.translate import issues_of  # noqa: PLC0415 - see above

    issues = error.issues if isinstance(error, FileError) else issues_of(CONFIG_FILE, SecretsFile, error)
    return InventoryError(problems(root, issues))
