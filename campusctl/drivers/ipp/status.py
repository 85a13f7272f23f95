"""What an IPP status means, in plain words. One table."""

from typing import Final

NOT_FOUND: Final = 0x0406
NOT_SETTABLE: Final = 0x0413
INTERNAL: Final = 0x0500
VERSION: Final = 0x0503
LOGIN: Final = frozenset({0x0401, 0x0402, 0x0403})
"""It wants somebody else."""

_STATUS: Final = {
    0x0001: "it ignores it",
    0x0002: "it conflicts with another setting",
    0x0400: "it does not understand the request",
    0x0401: "it forbids it",
    0x0402: "it wants a login",
    0x0403: "our login may not do that",
    0x0404: "it cannot do that now",
    0x0405: "it took too long",
    NOT_FOUND: "there is no such print service",
    0x0408: "the request is too long for it",
    0x0409: "the value is too long for it",
    0x040B: "it does not take it",
    0x040D: "it does not know UTF-8",
    0x040E: "it conflicts with another setting",
    NOT_SETTABLE: "it lets nobody set it",
    INTERNAL: "it had an error of its own",
    0x0501: "it lets nobody set anything by IPP",
    0x0502: "its print service is down",
    VERSION: "it speaks another version of IPP",
    0x0504: "it has a defect",
    0x0505: "it had an error that may pass",
    0x0507: "it is busy",
    0x050A: "it is deactivated",
}
"""By status code of IANA's registry. The numbers of pyipp's own table are one too low from 0x0410 on."""


def status_words(status: int) -> str:
    """What a status means, in a few words."""
    return _STATUS.get(status, f"it answers status 0x{status:04x}")
