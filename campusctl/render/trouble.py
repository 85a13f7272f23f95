"""What went wrong in a template, with its file and line."""

from types import TracebackType
from typing import Final, NoReturn

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from campusctl.errors import RenderError
from campusctl.render.values import RefusedValueError

TEMPLATE_TROUBLE: Final = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a template can make Python raise; anything else is a bug of ours."""


def fail(wrong: Exception, device: str, path: str, paths: set[str]) -> NoReturn:
    """Raise what happened with the template's file and line.

    Args:
        wrong: One of `TEMPLATE_TROUBLE`.
        device: The device's name.
        path: The template that was asked for, as it is shown.
        paths: All templates, likewise.

    Raises:
        RenderError: Always.
    """
    line = _last_line(wrong.__traceback__, paths)
    if isinstance(wrong, TemplateSyntaxError):
        line = (wrong.filename or path, wrong.lineno)
    place = f"{line[0]}:{line[1]}" if line else path
    raise RenderError(f"{place}: {device}: {_what(wrong)}", _hint(wrong)) from wrong


def _last_line(trace: TracebackType | None, paths: set[str]) -> tuple[str, int] | None:
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in paths:
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _what(wrong: Exception) -> str:
    if isinstance(wrong, TemplateNotFound):
        return f"no template {wrong.name} to include"
    if isinstance(wrong, RecursionError):
        return "the templates include or call themselves without end"
    if isinstance(wrong, RefusedValueError | TemplateError):
        return str(wrong)
    return f"{type(wrong).__name__}: {wrong}"


def _hint(wrong: Exception) -> str:
    return wrong.hint if isinstance(wrong, RefusedValueError) else "docs/templates.md lists what a template may use."
