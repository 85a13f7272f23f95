"""IPP, for printers and for print servers: messages (RFC 8010), and the way that they travel (RFC 8010, 4)."""

from campusctl.errors import MissingExtraError

try:
    import aiohttp  # noqa: F401 - only asked whether it is there
    import pyipp  # noqa: F401 - likewise
except ImportError:
    raise MissingExtraError("printers", "a printer or a print server") from None
