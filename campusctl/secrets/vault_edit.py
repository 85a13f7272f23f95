"""Setting one secret in the vault: the other entries, their order and their comments stay; no plaintext on any disk."""

import fcntl
import io
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from campusctl.errors import SecretError
from campusctl.secrets.source import REF, trouble_with
from campusctl.secrets.vault import decrypt, encrypt, label_of, read_vault
from campusctl.secrets.vault_text import EDIT, flatten

_MODE: Final = 0o600
_HEAD: Final = re.compile(r"\A(?:[ \t]*(?:#.*)?\n)*---[ \t]*(?:#.*)?\n")
_COMMENT: Final = re.compile(r"(?m)^\s*(#.*?)\s*$")
_INDENTED: Final = re.compile(r"(?m)^( +)[^\s#-]")


def set_secret(
    path: Path, ref: str, value: str, password: Callable[[], bytes], new_password: Callable[[], bytes]
) -> bool:
    """Write one secret into a vault file, atomically; True when the vault was made for it.

    Args:
        path: The vault.
        ref: The secret's reference.
        value: Its plaintext.
        password: Gives the password of a vault that is there.
        new_password: Gives the password of one that is not.

    Raises:
        SecretError: It cannot be typed, does not fit into the vault, or somebody else wrote meanwhile.
    """
    check_settable(ref, value)
    if not os.path.lexists(path):
        fresh = encrypt(with_secret(path, "", ref, value).encode(), new_password(), "")
        _write(path, fresh, None)
        return True
    data = read_vault(path)
    key = password()
    text = decrypt(path, data, key)
    if with_entries(text.decode(errors="replace")):
        flatten(path, text)
    changed = with_secret(path, text.decode(), ref, value)
    _write(path, encrypt(changed.encode(), key, label_of(data)), data)
    return False


def check_settable(ref: str, value: str = "x") -> None:
    """Refuse what is no reference, or no value that a switch takes as typed.

    Raises:
        SecretError: It never holds the value.
    """
    if not REF.fullmatch(ref) or len(ref) > _LONGEST:
        shown = ref[:_LONGEST].encode("unicode_escape").decode()
        raise SecretError(f"{shown!r} is not a secret's reference", "such as switch/login: words joined with /")
    trouble = trouble_with(value)
    if trouble:
        raise SecretError(f"the value for {ref!r} {trouble}; nothing was written", "a switch cannot be told it so")


_LONGEST: Final = 200


def with_secret(path: Path, text: str, ref: str, value: str) -> str:
    """The text of a vault with one secret set; comments, order and quotes of the others as they were.

    Raises:
        SecretError: The reference is a group of secrets, or lies below one.
    """
    head = _HEAD.match(text)
    kept, body = (head[0], text[head.end() :]) if head else ("", text)
    yaml = _round_trip(body)
    tree: Any = yaml.load(body)
    if tree is None:
        # An empty document forgets its comments.
        kept, tree = text + ("" if text.endswith("\n") or not text else "\n"), yaml.map()
    _put(path, tree, ref, value)
    out = io.StringIO()
    yaml.dump(tree, out)
    changed = kept + out.getvalue()
    _prove(path, text, changed, ref, value)
    return changed


def _round_trip(text: str) -> Any:  # noqa: ANN401 - ruamel's own type
    from ruamel.yaml import YAML  # noqa: PLC0415 - 60 ms that only `secrets set` pays

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    indents = [len(found) for found in _INDENTED.findall(text)]
    yaml.indent(mapping=min(indents, default=2))
    return yaml


def _put(path: Path, tree: Any, ref: str, value: str) -> None:  # noqa: ANN401 - ruamel's own type
    """Set it where it stands already, else below the deepest group that is there."""
    home, key = _place(tree, ref) or _new_place(path, tree, ref)
    if isinstance(home.get(key), dict):
        raise SecretError(f"{path}: {ref!r} is a group of secrets", f"name one of them, or one more: {ref}/NAME")
    home[key] = value


def _place(tree: Any, ref: str) -> tuple[Any, Any] | None:  # noqa: ANN401 - likewise
    """The mapping and the key of a reference; a key may hold slashes itself."""
    for key, below in tree.items():
        if str(key) == ref:
            return tree, key
        if isinstance(below, dict) and ref.startswith(f"{key}/"):
            found = _place(below, ref[len(str(key)) + 1 :])
            if found:
                return found
    return None


def _new_place(path: Path, tree: Any, ref: str) -> tuple[Any, Any]:  # noqa: ANN401 - likewise
    first, slash, rest = ref.partition("/")
    if not slash:
        return tree, ref
    key = next((key for key in tree if str(key) == first), first)
    below = tree.setdefault(key, {})
    if not isinstance(below, dict):
        raise SecretError(f"{path}: {first!r} is a secret itself, so there is none below it", EDIT)
    return _new_place(path, below, rest)


def _prove(path: Path, text: str, changed: str, ref: str, value: str) -> None:
    """What was written says what it shall, and nothing else.

    Raises:
        SecretError: It does not; a file that is written in a way nobody foresaw is left alone.
    """
    before = flatten(path, text.encode()) if with_entries(text) else {}
    lost = Counter(_COMMENT.findall(text)) - Counter(_COMMENT.findall(changed))
    if flatten(path, changed.encode()) != {**before, ref: value} or lost:
        raise SecretError(f"{path}: cannot be changed without harm; nothing was written", EDIT)


def with_entries(text: str) -> bool:
    """Whether there is more in a vault than blank lines, comments and the mark of a document's start."""
    lines = (line.partition("#")[0].strip() for line in text.split("\n"))
    return any(line not in ("", "---") for line in lines)


def _write(path: Path, data: bytes, before: bytes | None) -> None:
    """Put a file in the place of the one that was read; nobody ever sees half of it.

    Args:
        path: The vault.
        data: Encrypted.
        before: What was read; None: there was none.

    Raises:
        SecretError: It is not what was read any more, or cannot be written.
    """
    place = path.resolve()
    try:
        with _alone(place.parent):
            _refuse_changed(path, before)
            _replace(place, data)
    except OSError as error:
        raise SecretError(f"{path}: cannot be written: {(error.strerror or 'no reason given').lower()}") from None


def _refuse_changed(path: Path, before: bytes | None) -> None:
    now = read_vault(path) if os.path.lexists(path) else None
    if now != before:
        raise SecretError(f"{path} was changed by somebody else meanwhile; nothing was written", "try again")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(place: Path, data: bytes) -> None:
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else _MODE
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".vault-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
