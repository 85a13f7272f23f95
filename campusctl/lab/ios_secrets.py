"""How a simulated Catalyst switch stores passwords and secrets."""

from functools import lru_cache
from random import Random

_SALT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def hash_secret(plain: str, dice: Random) -> str:
    """A type 5 secret with a new salt. Source: netutils."""
    from netutils.password import encrypt_cisco_type5  # noqa: PLC0415 - slow to import, only switches with users need it

    salt = "".join(dice.choice(_SALT) for _ in range(4))
    return str(encrypt_cisco_type5(plain, salt=salt))


def scramble(plain: str, dice: Random) -> str:
    """A type 7 password."""
    from netutils.password import encrypt_cisco_type7  # noqa: PLC0415 - likewise

    return str(encrypt_cisco_type7(plain, salt=dice.randrange(16)))


@lru_cache(4096)
def secret_matches(plain: str, kind: str, text: str) -> bool:
    """Whether a stored secret is this one."""
    from netutils import password  # noqa: PLC0415 - likewise

    try:
        if kind == "5":
            return bool(password.compare_cisco_type5(plain, text))
        if kind == "7":
            return bool(password.decrypt_cisco_type7(text) == plain)
        if kind == "9":
            return bool(password.compare_cisco_type9(plain, text))
    except (ValueError, IndexError, TypeError):
        return False
    return kind in ("", "0") and plain == text
