"""One switch's intent becomes its intended text."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from jinja2 import Template

from campusctl.errors import RenderError
from campusctl.model.intent import SwitchIntent
from campusctl.model.secret import TOKEN
from campusctl.render.sandbox import Sandbox, start_counting
from campusctl.render.sources import digest, read_templates
from campusctl.render.trouble import TEMPLATE_TROUBLE, fail
from campusctl.render.values import RefusedValueError

MAX_OUTPUT: Final = 4_000_000
"""Characters of the longest rendered configuration."""

_BAD: Final = re.compile(r"[^\n -~]")
_BLANK: Final = re.compile(r"[ ]+$|^\n", re.MULTILINE)


class Renderer:
    """Templates of one folder, compiled once; may be shared by threads."""

    def __init__(self, template_dir: Path) -> None:
        """Read every template below a folder.

        Args:
            template_dir: Holds `switch/<dialect>/switch.j2`; files are read now and never again.

        Raises:
            RenderError: The folder is missing, or a file in it is unfit.
        """
        self._templates = read_templates(template_dir)
        self._folder = template_dir.name
        self._environment = Sandbox(self._templates)
        self.digest: str = digest(self._templates)
        """Fingerprint of the templates this renderer uses."""

    def render(self, intent: SwitchIntent, part: str = "switch") -> str:
        """The full intended configuration of a switch, line by line; secrets stand as `<<secret:REF>>`.

        Args:
            intent: The switch.
            part: `switch`; or `day0`, what must be typed at the console of a new one before it can be reached.

        Raises:
            RenderError: No template, an error in one (with file and line), or a value that cannot stand in its place.
        """
        start_counting()
        name = f"switch/{intent.dialect}/{part}.j2"
        try:
            template = self._find(name, intent)
            text = self._collect(template, intent)
        except TEMPLATE_TROUBLE as wrong:
            fail(wrong, intent.name, f"{self._folder}/{name}", {path for _, path in self._templates.values()})
        return self._checked(text, f"{self._folder}/{name}", intent)

    def _find(self, name: str, intent: SwitchIntent) -> Template:
        if name not in self._templates:
            known = sorted(found.split("/")[1] for found in self._templates if found.endswith("/switch.j2"))
            close = get_close_matches(intent.dialect, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"Dialects with templates: {', '.join(known) or 'none'}."
            raise RenderError(f"{self._folder}/{name}: {intent.name}: no such template", hint)
        return self._environment.get_template(name)

    def _collect(self, template: Template, intent: SwitchIntent) -> str:
        parts: list[str] = []
        size = 0
        lags = {lag.name: lag for lag in intent.lags}
        for part in template.generate(device=intent, lags=lags):
            size += len(part)
            if size > MAX_OUTPUT:
                raise RefusedValueError(
                    f"the text is longer than {MAX_OUTPUT} characters", "Look for a loop in a loop."
                )
            parts.append(part)
        return "".join(parts)

    def _checked(self, text: str, path: str, intent: SwitchIntent) -> str:
        """The text without blank lines; every character printable, every token whole."""
        bad = _BAD.search(text)
        if bad:
            what = f"the template itself has the character U+{ord(bad[0]):04X}"
            raise RenderError(f"{path}: {intent.name}: {what}", "Templates may hold printable ASCII only.")
        if text.count("<<secret:") != len(TOKEN.findall(text)):
            raise RenderError(f"{path}: {intent.name}: a secret's token is broken", "Use secret(ref).")
        return _BLANK.sub("", text).strip("\n") + "\n"


def template_digest(template_dir: Path) -> str:
    """A fingerprint of every template below a folder, 32 hex digits.

    Raises:
        RenderError: The folder is missing, or a file in it is unfit.
    """
    return digest(read_templates(template_dir))
