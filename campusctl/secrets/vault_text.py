"""The text inside a vault: a YAML mapping of names to secrets, read strictly."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from campusctl.errors import SecretError

VAULT_FILE: Final = "inventory/vault.yml"
EDIT: Final = f"ansible-vault edit {VAULT_FILE}"

_MAX_DEPTH: Final = 16
_REF: Final = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")


def flatten(path: Path, text: bytes) -> Mapping[str, str]:
    """The secrets of a decrypted vault by reference, in the order of the file.

    Args:
        path: The vault, for messages.
        text: A YAML mapping, nested as it likes.

    Raises:
        SecretError: It is none, or says something in two ways; never with a value.
    """
    import yaml  # noqa: PLC0415 - only who opens a vault needs it

    try:
        _refuse_ambiguous(path, text)
        tree = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        # A parser's message quotes the line, and the line may hold a secret.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if line is not None else ""
        raise SecretError(f"{path}: not YAML inside{where}", EDIT) from None
    if not isinstance(tree, dict):
        raise SecretError(f"{path}: must be a mapping of names to secrets", EDIT)
    values: dict[str, str] = {}
    _collect(path, tree, (), values)
    return values


def _refuse_ambiguous(path: Path, text: bytes) -> None:
    """Aliases, which a few lines can make endless, and keys that stand twice, of which YAML keeps the last.

    Raises:
        SecretError: There is one; it names a line and no key.
    """
    import yaml  # noqa: PLC0415 - only who opens a vault needs it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SecretError(f"{path}: an alias (*) inside, line {line}", EDIT)
    waiting = [yaml.compose(text, Loader=loader)]
    while waiting:
        node = waiting.pop()
        seen: set[str] = set()
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if str(key.value) in seen:
                raise SecretError(f"{path}: a key stands twice inside, line {key.start_mark.line + 1}", EDIT)
            seen.add(str(key.value))
            waiting.append(value)


def _collect(path: Path, tree: Mapping[object, object], above: tuple[str, ...], values: dict[str, str]) -> None:
    for key, value in tree.items():
        names = (*above, str(key))
        ref = "/".join(names)
        if not _REF.fullmatch(ref) or len(names) > _MAX_DEPTH:
            raise SecretError(f"{path}: a key below {'/'.join(above) or 'the top'!r} is no reference", EDIT)
        if isinstance(value, dict):
            _collect(path, value, names, values)
        elif isinstance(value, str):
            values[ref] = value
        else:
            raise SecretError(f"{path}: the secret {ref!r} is not text", f"put it in quotes: {EDIT}")
