"""A file with mistakes made readable, so that one mistake does not hide the next file's."""

from copy import deepcopy
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS: Final = 3
"""A value that was put in or taken away may show the next mistake."""

_STAND_INS: Final[dict[str, Any]] = {
    "address": {"street": "missing", "postcode": "00000", "town": "missing"},
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
    for key in loc[:-1]:
        if key == "[key]":
            continue
        data = _child(data, key)
    last = loc[-2] if loc[-1:] == ("[key]",) and len(loc) > 1 else loc[-1] if loc else ""
    if isinstance(data, dict):
        if missing:
            data[last] = _STAND_INS.get(str(last), "missing")
        else:
            data.pop(last, None)
            data.pop(int(last) if str(last).isdigit() else last, None)
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        data.clear()


def _child(data: Any, key: str | int) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, dict):
        return data.get(key, data.get(int(key)) if str(key).isdigit() else None)
    return data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
