"""HTML into PDF, by WeasyPrint; it fetches nothing, neither files nor addresses."""

import io
import logging
import warnings
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any, Final

from campusctl.errors import CampusError, MissingExtraError
from campusctl.model.sentence import sentence

_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0"
_FONT: Final = "fonts-dejavu-core"


class PdfError(CampusError):
    """No PDF can be made on this machine; HTML always can."""


def pdf_of(html: str) -> bytes:
    """A document as PDF.

    Args:
        html: The whole document, with its style sheet; images only as `data:`.

    Raises:
        MissingExtraError: WeasyPrint is not installed.
        PdfError: A library or every font is missing; names the Debian packages.
    """
    weasyprint, fetcher = _library()
    document = weasyprint.HTML(string=html, url_fetcher=fetcher).render()
    data: bytes = document.write_pdf()
    if not document.fonts:
        what = sentence("no PDF can be made: no font is installed")
        raise PdfError(what, sentence("apt install {packages}; or --out FILE.html", packages=_FONT))
    return data


def _library() -> tuple[ModuleType, Any]:
    """WeasyPrint, and what fetches nothing for it.

    Raises:
        MissingExtraError, PdfError: As `pdf_of`.
    """
    # It says on stdout, and by warnings of Python, which libraries it misses; an operator gets one sentence instead.
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint  # type: ignore[import-untyped] # noqa: PLC0415 - takes a second, and needs libraries that not every machine has
            from weasyprint.urls import URLFetcher  # type: ignore[import-untyped] # noqa: PLC0415 - likewise
    except ImportError:
        raise MissingExtraError("report", "a PDF") from None
    except OSError as error:
        raise _missing(str(error)) from error
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return weasyprint, URLFetcher(allowed_protocols=["data"])


def _missing(said: str) -> PdfError:
    detail = said.splitlines()[0][:120] if said else ""
    what = sentence("no PDF can be made: Pango is missing, or a library that it needs ({detail})", detail=detail)
    packages = f"{_PACKAGES} {_FONT}"
    return PdfError(
        what, sentence("apt install {packages}; or --out FILE.html, which is always possible", packages=packages)
    )
