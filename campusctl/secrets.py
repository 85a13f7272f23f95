"""Where secrets come from: the environment, or an ansible-vault file. Values stay in memory and out of every text."""

import os
import re
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from campusctl.errors import SecretError
from campusctl.ports import SecretSource

PREFIX: Final = "CAMPUSCTL_SECRET_"
PASSWORD_FILE: Final = "CAMPUSCTL_VAULT_PASSWORD_FILE"  # noqa: S105 - the name of a variable
VAULT_FILE: Final = "inventory/vault.yml"

_MAX_FILE: Final = 4 * 1024 * 1024
_MAX_VALUE: Final = 1024
_MAX_DEPTH: Final = 16
_MAX_PASSWORD: Final = 4096
_SCRIPT_TIMEOUT_S: Final = 30
_REF: Final = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_EDIT: Final = f"ansible-vault edit {VAULT_FILE}"
# A question mark asks the switch for help instead of being typed; a control character ends the line.
_UNTYPABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029?]")


class EnvSource:
    """`CAMPUSCTL_SECRET_SNMP_RO` for the reference `snmp/ro`."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference (see `SecretSource`)."""
        return {ref: _typable(ref, self._value(ref)) for ref in refs}

    def knows(self, ref: str) -> bool:
        """Whether there is such a variable."""
        return variable(ref) in self._environ

    def refs(self) -> tuple[str, ...]:
        """Nothing: a variable's name does not tell its reference."""
        return ()

    def _value(self, ref: str) -> str:
        if not self.knows(ref):
            raise SecretError(f"the secret {ref!r} is not in the environment", f"set {variable(ref)}")
        return self._environ[variable(ref)]


def variable(ref: str) -> str:
    """The environment variable of a reference."""
    return PREFIX + re.sub(r"[^A-Za-z0-9]", "_", ref).upper()


class VaultSource:
    """A file encrypted by ansible-vault: a YAML mapping, nested keys joined with `/`."""

    def __init__(self, path: Path, password: Callable[[], bytes]) -> None:
        """Prepare; nothing is read before the first secret is wanted.

        Args:
            path: The vault file.
            password: Gives the vault's password when it is needed.
        """
        self._path = path
        self._password = password
        self._values: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"VaultSource({str(self._path)!r})"

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference (see `SecretSource`)."""
        return {ref: _typable(ref, self._value(ref)) for ref in refs}

    def knows(self, ref: str) -> bool:
        """Whether the vault has it."""
        return ref in self._open()

    def refs(self) -> tuple[str, ...]:
        """Every reference there is."""
        return tuple(self._open())

    def _value(self, ref: str) -> str:
        values = self._open()
        if ref not in values:
            close = get_close_matches(ref, values, 1)
            meant = f"did you mean {close[0]}? else: " if close else ""
            raise SecretError(f"the secret {ref!r} is not in {self._path}", f"{meant}{_EDIT}")
        return values[ref]

    def _open(self) -> Mapping[str, str]:
        if self._values is None:
            self._values = _flatten(self._path, _decrypt(self._path, self._password))
        return self._values


class ChainSource:
    """Several sources; the first that knows a reference gives it."""

    def __init__(self, *sources: "EnvSource | VaultSource") -> None:
        self._sources = sources

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference (see `SecretSource`)."""
        return {ref: self._source(ref).resolve((ref,))[ref] for ref in refs}

    def _source(self, ref: str) -> "EnvSource | VaultSource":
        return next((source for source in self._sources if source.knows(ref)), self._sources[-1])


def workspace_source(
    root: Path, ask: Callable[[], str] | None = None, environ: Mapping[str, str] = os.environ
) -> SecretSource:
    """The environment first, then the workspace's vault file, if there is one.

    Args:
        root: The workspace.
        ask: Asks a person for the vault's password; None: there is nobody to ask.
        environ: The environment.
    """
    path = root / VAULT_FILE
    env = EnvSource(environ)
    return ChainSource(env, VaultSource(path, lambda: vault_password(environ, ask))) if path.exists() else env


def vault_password(environ: Mapping[str, str], ask: Callable[[], str] | None = None) -> bytes:
    """The vault's password: from the file or executable script that the environment names, or from a person.

    Raises:
        SecretError: There is none.
    """
    name = environ.get(PASSWORD_FILE, "")
    if not name and ask is not None:
        return _not_empty(ask().encode(), "what was typed")
    if not name:
        raise SecretError(f"{VAULT_FILE} is encrypted and no password is known", f"set {PASSWORD_FILE}")
    path = Path(name).expanduser()
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise SecretError(f"{PASSWORD_FILE}: {path} is not a file")
        text = _run(path) if mode & 0o111 else _head(path)
    except OSError as error:
        raise SecretError(f"{PASSWORD_FILE}: {path}: {error.strerror}") from None
    return _not_empty(text.strip(b"\r\n"), str(path))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_PASSWORD)


def _not_empty(password: bytes, origin: str) -> bytes:
    if not password:
        raise SecretError(f"the vault password from {origin} is empty")
    return password


def _run(script: Path) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own script, without a shell
            [str(script.resolve())], check=False, capture_output=True, timeout=_SCRIPT_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        raise SecretError(f"{PASSWORD_FILE}: {script} took more than {_SCRIPT_TIMEOUT_S} s") from None
    if done.returncode:
        # What it wrote is not shown: it might be the password.
        raise SecretError(f"{PASSWORD_FILE}: {script} failed with exit code {done.returncode}")
    return done.stdout[:_MAX_PASSWORD]


def _decrypt(path: Path, password: Callable[[], bytes]) -> bytes:
    try:
        # Non-blocking, or a named pipe in its place would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SecretError(f"{path} is no regular file", f"ansible-vault create {VAULT_FILE}")
            data = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror}", f"ansible-vault create {VAULT_FILE}") from None
    if len(data) > _MAX_FILE:
        raise SecretError(f"{path}: more than {_MAX_FILE} bytes", "is this a vault file?")
    if not data.startswith(b"$ANSIBLE_VAULT;"):
        raise SecretError(f"{path} is not encrypted", f"ansible-vault encrypt {VAULT_FILE}")
    return _ansible_decrypt(path, data, password())


def _ansible_decrypt(path: Path, data: bytes, password: bytes) -> bytes:
    # Ansible's library takes 200 ms to import; only who opens a vault pays.
    from ansible.errors import AnsibleError  # noqa: PLC0415 - see above
    from ansible.parsing.vault import VaultLib, VaultSecret  # noqa: PLC0415 - see above

    secret: Any = VaultSecret  # neither is typed
    library: Any = VaultLib
    try:
        return bytes(library([("default", secret(password))]).decrypt(data))
    except (AnsibleError, ValueError):
        # Ansible's own text is not passed on: it may quote the file.
        raise SecretError(f"{path}: wrong vault password, or the file is damaged", f"check {PASSWORD_FILE}") from None


def _flatten(path: Path, text: bytes) -> Mapping[str, str]:
    import yaml  # noqa: PLC0415 - only who opens a vault needs it

    try:
        _refuse_ambiguous(path, text)
        tree = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        # A parser's message quotes the line, and the line may hold a secret.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if line is not None else ""
        raise SecretError(f"{path}: not YAML inside{where}", _EDIT) from None
    if not isinstance(tree, dict):
        raise SecretError(f"{path}: must be a mapping of names to secrets", _EDIT)
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
            raise SecretError(f"{path}: an alias (*) inside, line {line}", _EDIT)
    waiting = [yaml.compose(text, Loader=loader)]
    while waiting:
        node = waiting.pop()
        seen: set[str] = set()
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if str(key.value) in seen:
                raise SecretError(f"{path}: a key stands twice inside, line {key.start_mark.line + 1}", _EDIT)
            seen.add(str(key.value))
            waiting.append(value)


def _collect(path: Path, tree: Mapping[object, object], above: tuple[str, ...], values: dict[str, str]) -> None:
    for key, value in tree.items():
        names = (*above, str(key))
        ref = "/".join(names)
        if not _REF.fullmatch(ref) or len(names) > _MAX_DEPTH:
            raise SecretError(f"{path}: a key below {'/'.join(above) or 'the top'!r} is no reference", _EDIT)
        if isinstance(value, dict):
            _collect(path, value, names, values)
        elif isinstance(value, str):
            values[ref] = value
        else:
            raise SecretError(f"{path}: the secret {ref!r} is not text", f"put it in quotes: {_EDIT}")


def _typable(ref: str, value: str) -> str:
    if not value:
        raise SecretError(f"the secret {ref!r} is empty", _EDIT)
    if len(value) > _MAX_VALUE:
        raise SecretError(f"the secret {ref!r} is longer than {_MAX_VALUE} characters", _EDIT)
    if _UNTYPABLE.search(value):
        raise SecretError(f"the secret {ref!r} has a control character or a question mark in it", _EDIT)
    return value
