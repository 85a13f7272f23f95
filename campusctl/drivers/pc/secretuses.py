"""Where PCs need secrets: to log in, for sudo, and in their documents."""

import json
from collections.abc import Iterator
from typing import Any, Final

from campusctl.model.plan import Target
from campusctl.model.rotation import SecretUse
from campusctl.model.secret import TOKEN

_BY_DRIFT: Final = "campusctl drift compares it on the PC itself"
_BY_LOGIN: Final = "it is known to be right when somebody logs in"


def pc_secret_uses(target: Target) -> Iterator[tuple[str, SecretUse]]:
    """Every place where a PC needs a secret, with the reference; the log-in first."""
    login = target.login
    for ref, name in ((login.password, "login"), (login.enable, "sudo"), (login.key_passphrase, "key file")):
        if ref:
            yield ref, _use(target, name, _BY_LOGIN)
    for path, ref in dict.fromkeys(_places(json.loads(target.intended), ())):
        yield ref, _use(target, " / ".join(path), _BY_DRIFT)


def _use(target: Target, path: str, unchecked: str) -> SecretUse:
    return SecretUse(device=target.device, school=target.school, path=path, unchecked=unchecked, driver=target.driver)


def _places(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401 - any JSON
    """Path and reference of each secret in a document; a file or block is one place."""
    if isinstance(value, str):
        yield from ((path, found[1]) for found in TOKEN.finditer(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _places(item, path)
