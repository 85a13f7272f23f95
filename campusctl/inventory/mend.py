"""A file with mistakes made readable, so that one mistake does not hide the next file's."""

from copy import deepcopy
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS: Final = 3
"""A value that was put in or taken away may show the next mistake."""

MISSING: Final = "missing"
"""Stands in for a text that was not there."""

_STAND_INS: Final[dict[str, Any]] = {
    "address": {"street": MISSING, "postcode": "00000", "town": MISSING},
    "buildings": {},
    "floor": "0",
    "postcode": "00000",
    "until": "9999-12-31",
}


def mended(model: type[Model], data: Any, error: ValidationError) -> Model | None:  # noqa: ANN401 - plain data
    """The model of the data without what is wrong in it, or None if too much is. Only for looking further."""
    data = deepcopy(data)
    for _ in range(_ROUNDS):
        for detail in error.errors(include_url=False):
            _mend(data, detail["loc"], missing=detail["type"] == "missing")
        try:
            return model.model_validate(data)
        except ValidationError as again:
            error = again
    return None


def _mend(data: Any, loc: tuple[str | int, ...], *, missing: bool) -> None:  # noqa: ANN401 - plain data
    """Put in what is missing, or take away what is wrong."""
    keys = tuple(key for key in loc if key != "[key]")
    last = keys[-1] if keys else ""
    for number, key in enumerate(keys[:-1]):
        child = _child(data, key)
        if not isinstance(child, dict | list):
            # A short form: `7: pc` is judged as `7: {role: pc}`.
            last, missing = keys[number], False
            break
        data = child
    if isinstance(data, dict):
        if missing:
            data[last] = _STAND_INS.get(str(last), MISSING)
        else:
            # The key may be a number in the file.
            for key in [key for key in data if str(key) == str(last)]:
                del data[key]
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        data.clear()


def _child(data: Any, key: str | int) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, dict):
        return data.get(key, next((value for name, value in data.items() if str(name) == str(key)), None))
    return data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
