"""In which forms a secret may show up somewhere."""

import base64
import urllib.parse


def forms(secret: str) -> set[bytes]:
    """A secret in clear, base64 at each offset, hex, as a URL and as JSON has it."""
    raw = secret.encode()
    shifted = (base64.b64encode(b"\0" * shift + raw)[(0, 2, 4)[shift] :] for shift in range(3))
    # The last group depends on what follows.
    inner = {text.rstrip(b"=")[:-3] for text in shifted}
    urls = {urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode()}
    return {raw, raw.hex().encode(), raw.hex().upper().encode(), *inner, *urls, repr(secret)[1:-1].encode()}
