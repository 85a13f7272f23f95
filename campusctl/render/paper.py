"""Labels and records from templates: XML and HTML, in which every text of the inventory is escaped."""

import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from jinja2 import Undefined
from markupsafe import escape

from campusctl.errors import MissingExtraError, RenderError
from campusctl.model.paper import AcceptanceRecord, Label, LabelSize, QrDrawing, TextLine
from campusctl.render.sandbox import FrozenSandbox, Templates, start_counting
from campusctl.render.sheets import A4, Sheet
from campusctl.render.sources import read_templates
from campusctl.render.trouble import TEMPLATE_TROUBLE, fail
from campusctl.render.values import MAX_VALUE, RefusedValueError, Vetted
from campusctl.workspace import defaults

_LABEL: Final = "label/label.svg.j2"
_SHEET_SVG: Final = "label/sheet.svg.j2"
_SHEET_HTML: Final = "label/sheet.html.j2"
_ACCEPTANCE: Final = "report/acceptance.html.j2"
_MAX_OUTPUT: Final = 20_000_000
_KEPT_FILTERS: Final = (
    "abs batch counted default d first int items last length count list lower map max min reject rejectattr reverse"
    " round select selectattr slice sort sum trim unique upper"
)
_WIDE: Final = 0.62
"""Width of an average character of a sans-serif face, in parts of its size."""
_WIDE_BOLD: Final = 0.68
_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Blanks of any width, as word processors write them: every category Zs of Unicode."""
_SMALLEST: Final = 1.4
"""Millimetres of the smallest letters: 4 pt."""


def final(value: object) -> object:
    """What `{{ … }}` prints: text with its markup escaped, or a number.

    Raises:
        RefusedValueError: It is neither, or has a character that no document may hold.
    """
    if isinstance(value, Vetted):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is undefined
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RefusedValueError(f"{value} is no number that can be drawn")
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise RefusedValueError(f"{value!r} is not text", "Correct the template: print one value at a time.")
    value = _SPACES.sub(" ", value)
    if not value.isprintable():
        raise RefusedValueError(f"{value!r} has a character that cannot be printed")
    if len(value) > MAX_VALUE:
        raise RefusedValueError(f"a value of {len(value)} characters is too long")
    return Vetted(escape(value))


def _join(items: Sequence[object], separator: str = "") -> Vetted:
    found = str(final(separator)).join(str(final(item)) for item in items)
    if len(found) > MAX_VALUE:
        raise RefusedValueError("join makes a text that is too long")
    return Vetted(found)


class PaperSandbox(FrozenSandbox):
    """What a template of a label or record can do: read fields, loop, compare; what it prints is escaped."""

    def __init__(self, templates: Templates) -> None:
        """As `Sandbox`."""
        super().__init__(templates)
        self.finalize = final
        kept: dict[str, Callable[..., Any]] = {name: self.filters[name] for name in _KEPT_FILTERS.split()}
        self.filters = kept | {"join": _join}
        self.globals = {name: self.globals[name] for name in ("range", "namespace")}


class Paper:
    """Templates of labels and records; those that a workspace lacks are campusctl's own."""

    def __init__(self, template_dir: Path) -> None:
        """Read every template.

        Args:
            template_dir: The workspace's folder; it need not be there, or have these templates.

        Raises:
            RenderError: A file in it is unfit.
        """
        own = read_templates(template_dir) if template_dir.is_dir() else {}
        if not {_LABEL, _SHEET_SVG, _SHEET_HTML, _ACCEPTANCE} <= own.keys():
            own = read_templates(defaults() / "templates") | own
        self._templates = own
        self._environment = PaperSandbox(own)

    def label(self, label: Label, sheet: Sheet, unit: str = "mm") -> str:
        """One label as SVG.

        Args:
            label: What it says.
            sheet: The sheet it is for, which gives its size.
            unit: See `LabelSize.unit`.

        Raises:
            RenderError: An error in the template, with its file and line.
            MissingExtraError: The library that makes QR codes is not installed.
        """
        size = LabelSize(width=sheet.width, height=sheet.height, unit=unit)
        code = qr_drawing(label.code, size)
        lines = tuple(text_lines(label, size, code))
        return self._render(_LABEL, label.name, label=label, size=size, qr=code, lines=lines)

    def sheets_html(self, labels: Sequence[Label], sheet: Sheet, skip: int = 0) -> str:
        """A4 sheets of labels as HTML, to be made a PDF.

        Args:
            labels: In the order in which they are printed.
            sheet: The product.
            skip: Labels of the first sheet that are used up.

        Raises:
            RenderError, MissingExtraError: As `label`.
        """
        pages = tuple(self._pages(labels, sheet, skip, "mm"))
        return self._render(_SHEET_HTML, "label", pages=pages, width=A4[0], height=A4[1])

    def sheet_svg(self, labels: Sequence[Label], sheet: Sheet, skip: int = 0) -> str:
        """One A4 sheet of labels as SVG; there must be no more than fit.

        Raises:
            RenderError, MissingExtraError: As `label`; or there are more.
        """
        pages = tuple(self._pages(labels, sheet, skip, ""))
        if len(pages) > 1:
            raise RenderError(f"{len(labels)} labels are more than one sheet", "a PDF holds several: --out FILE.pdf")
        return self._render(_SHEET_SVG, "label", page=pages[0], width=A4[0], height=A4[1])

    def single_html(self, label: Label, sheet: Sheet) -> str:
        """One label on a page of its own size as HTML, to be made a PDF.

        Raises:
            RenderError, MissingExtraError: As `label`.
        """
        page = ({"x": 0, "y": 0, "svg": Vetted(self.label(label, sheet))},)
        return self._render(_SHEET_HTML, label.name, pages=(page,), width=sheet.width, height=sheet.height)

    def acceptance(self, record: AcceptanceRecord) -> str:
        """The record of an acceptance as HTML, one page of A4.

        Raises:
            RenderError: An error in the template, with its file and line.
        """
        return self._render(_ACCEPTANCE, record.device, record=record, passed=record.passed)

    def _pages(
        self, labels: Sequence[Label], sheet: Sheet, skip: int, unit: str
    ) -> Iterator[tuple[Mapping[str, Any], ...]]:
        places = tuple(sheet.places())
        slots: list[Label | None] = [*([None] * skip), *labels]
        for start in range(0, len(slots), sheet.labels):
            page = zip(places, slots[start : start + sheet.labels], strict=False)
            yield tuple(
                {"x": x, "y": y, "svg": Vetted(self.label(label, sheet, unit))} for (x, y), label in page if label
            )

    def _render(self, name: str, about: str, **variables: object) -> str:
        start_counting()
        shown = self._templates[name][1]
        try:
            parts, size = [], 0
            for part in self._environment.get_template(name).generate(**variables):
                size += len(part)
                if size > _MAX_OUTPUT:
                    raise RefusedValueError(f"the text is longer than {_MAX_OUTPUT} characters")
                parts.append(part)
        except TEMPLATE_TROUBLE as wrong:
            fail(wrong, about, shown, {path for _, path in self._templates.values()})
        return "".join(parts)


def qr_drawing(text: str, size: LabelSize) -> QrDrawing:
    """A QR code that fills a label's height, its quiet zone of four modules included (ISO/IEC 18004).

    Raises:
        MissingExtraError: segno is not installed.
        RenderError: The text is longer than a code of that size holds.
    """
    try:
        import segno  # noqa: PLC0415 - only who prints labels pays for it
    except ImportError:
        raise MissingExtraError("report", "a QR code") from None
    try:
        code = segno.make(text, error="m", micro=False)
    except ValueError as error:
        raise RenderError(f"no QR code holds {len(text)} characters: {error}", "shorten `label_url`") from error
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4)
    drawn = ET.fromstring(out.getvalue()).find("path")  # noqa: S314 - segno's own text, not somebody's file
    modules = code.symbol_size(border=4)[0]
    side = min(size.height, size.width * 0.45)
    if side / modules < _SMALLEST_MODULE:
        raise RenderError(f"a QR code of {len(text)} characters is too fine for this label", "shorten `label_url`")
    path = drawn.get("d", "") if drawn is not None else ""
    return QrDrawing(path=path, x=0.0, y=round((size.height - side) / 2, 3), scale=round(side / modules, 4))


_SMALLEST_MODULE: Final = 0.3
"""Millimetres; phones read no finer ones from a printed label."""


def text_lines(label: Label, size: LabelSize, code: QrDrawing) -> Iterator[TextLine]:
    """The lines beside the code, as large as they fit; in German, as whoever reads them stands in a school."""
    left = round(min(size.height, size.width * 0.45), 3)
    room = f"Raum {label.room}" + (f", {label.room_title}" if label.room_title else "")
    said = [(label.name, 0.15, True), (room, 0.11, False)]
    said += [(f"Inv.-Nr. {label.asset}", 0.11, False)] if label.asset else []
    said += [(f"S/N {label.serial}", 0.085, False)] if label.serial else []
    said += [(label.school_name, 0.085, False)]
    del code
    width = size.width - left - 1.5
    step = size.height / (len(said) + 0.8)
    for number, (text, share, bold) in enumerate(said, 1):
        fits = width / (max(len(text), 1) * (_WIDE_BOLD if bold else _WIDE))
        letters = max(_SMALLEST, min(share * size.height, fits))
        shown = _cut(text, width, letters, bold=bold)
        yield TextLine(text=shown, x=left, y=round(number * step, 3), size=round(letters, 3), bold=bold)


def _cut(text: str, width: float, letters: float, *, bold: bool) -> str:
    """As much of a text as fits when it cannot become smaller."""
    most = int(width / (letters * (_WIDE_BOLD if bold else _WIDE)) + 0.01)
    return text if len(text) <= most else f"{text[: max(1, most - 1)]}…"
