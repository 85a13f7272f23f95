"""One PC's intent becomes its document."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Template

from campusctl.errors import RenderError
from campusctl.model.pc_intent import PcIntent
from campusctl.model.pc_names import CONTROL_IN_TEXT
from campusctl.model.pc_parts import PcFile
from campusctl.model.secret import TOKEN
from campusctl.render.pc import linux, windows
from campusctl.render.pc.document import Document, Fragment, OfSettings, Text, joined, settled
from campusctl.render.pc.files import file_entry
from campusctl.render.pc.sandbox import PcSandbox
from campusctl.render.sandbox import start_counting
from campusctl.render.sources import digest, read_templates
from campusctl.render.trouble import TEMPLATE_TROUBLE, fail
from campusctl.render.values import RefusedValueError

MAX_FILE: Final = 1_000_000
"""Characters of the longest file."""

Of = TypeVar("Of")

_FOLDER: Final = "pc"
_BAD: Final = re.compile(f"[{CONTROL_IN_TEXT}]")
_REACHES_FURTHER: Final = re.compile(r"\bpc\b|\{%-?\s*(include|import|from|extends)\b")
_KNOWS_SCHOOL: Final = re.compile(r"\bschool\b")


class PcRenderer:
    """Templates of one folder, compiled once, and what PCs with the same settings share; may be shared by threads."""

    def __init__(self, template_dir: Path) -> None:
        """Read every template below a folder.

        Args:
            template_dir: Holds `pc/linux/` and others; files are read now and never again.

        Raises:
            RenderError: The folder is missing, or a file in it is unfit.
        """
        self._templates = read_templates(template_dir)
        self._folder = template_dir.name
        self._environment = PcSandbox(self._templates)
        self._shared: dict[int, tuple[PcIntent, Document]] = {}
        self._texts: dict[tuple[object, ...], str] = {}
        self.digest: str = digest(self._templates)
        """Fingerprint of the templates this renderer uses."""

    def render(self, pc: PcIntent) -> str:
        """The document as JSON: keys sorted, one line, secrets as `<<secret:REF>>`.

        Raises:
            RenderError: No such template, an error in one (with file and line), a value that cannot stand in its
                place, or no documents are made for the PC's dialect.
        """
        return json.dumps(self.document(pc), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def document(self, pc: PcIntent) -> dict[str, Any]:
        """The same as data; it must not be changed."""
        make = DOCUMENTS.get(pc.dialect)
        if make is None:
            raise RenderError(f"{pc.name}: no documents are made for {pc.dialect}", f"known are {', '.join(DOCUMENTS)}")
        return make(self, pc)

    def linux(self, pc: PcIntent) -> dict[str, Any]:
        """The document of a Linux PC."""
        start_counting()
        of_pc = (_made(pc, part, pc, self.text(pc)) for part in linux.OF_PC)
        own = {"files": {path: self._own_file(pc, path, said) for path, said in pc.pc.files.items() if said}}
        return {**linux.HEAD, **settled(joined(*of_pc, self.shared(pc, linux.OF_SETTINGS), own))}

    def windows(self, pc: PcIntent) -> dict[str, Any]:
        """The document of a Windows PC."""
        of_pc = (_made(pc, part, pc, self.text(pc)) for part in windows.OF_PC)
        document = joined(*of_pc, self.shared(pc, windows.OF_SETTINGS))
        return {**windows.HEAD, **{kind: entries for kind, entries in document.items() if entries}}

    def shared(self, pc: PcIntent, parts: Sequence[OfSettings]) -> Document:
        """What PCs with the same settings have in common, made once for them.

        Raises:
            RenderError: As `render`.
        """
        known = self._shared.get(id(pc.settings))
        if known is None:
            made = joined(*(_made(pc, part, pc.settings, self.text(pc)) for part in parts))
            # Its first PC is kept, so that the id of its settings stays theirs.
            known = self._shared[id(pc.settings)] = (pc, made)
        return known[1]

    def text(self, pc: PcIntent) -> Text:
        """Renders templates of the PC's dialect; what it makes of the same variables is the same for all PCs."""

        def render(template: str, /, **variables: object) -> str:
            return self._render(pc, f"{_FOLDER}/{pc.dialect}/{template}", variables)

        return render

    def _own_file(self, pc: PcIntent, path: str, said: PcFile) -> dict[str, Any]:
        """A file an operator says: from a template, or as it stands in the inventory."""
        if said.template is None:
            return file_entry(said, said.content or "")
        name = f"{_FOLDER}/{said.template}"
        if name not in self._templates:
            raise self._unknown(pc, name, path)
        key = (name, id(pc.settings), *self._place(pc, self._templates[name][0]))
        if key not in self._texts:
            self._texts[key] = self._render(pc, name, {"pc": pc, "school": pc.school, "settings": pc.settings})
        return file_entry(said, self._texts[key])

    def _place(self, pc: PcIntent, template: str) -> tuple[str, ...]:
        """What of a PC's place a template can know: nothing, its school, or the PC itself."""
        if _REACHES_FURTHER.search(template):
            return (pc.school.id, pc.name)
        return (pc.school.id,) if _KNOWS_SCHOOL.search(template) else ()

    def _unknown(self, pc: PcIntent, name: str, path: str) -> RenderError:
        known = [found.removeprefix(f"{_FOLDER}/") for found in self._templates if found.startswith(f"{_FOLDER}/")]
        close = get_close_matches(name.removeprefix(f"{_FOLDER}/"), known, 1)
        hint = f"did you mean {close[0]}?" if close else f"templates of PCs lie in {self._folder}/{_FOLDER}/"
        return RenderError(f"{self._folder}/{name}: {pc.name}: {path}: no such template", hint)

    def _render(self, pc: PcIntent, name: str, variables: Mapping[str, object]) -> str:
        shown = f"{self._folder}/{name}"
        try:
            text = _collected(self._environment.get_template(name), variables)
        except TEMPLATE_TROUBLE as wrong:
            fail(wrong, pc.name, shown, {path for _, path in self._templates.values()})
        bad = _BAD.search(text)
        if bad:
            raise RenderError(f"{shown}: {pc.name}: the template itself has the character U+{ord(bad[0]):04X}")
        if text.count("<<secret:") != len(TOKEN.findall(text)):
            raise RenderError(f"{shown}: {pc.name}: a secret's token is broken", "Use secret(ref).")
        return text


def _made(pc: PcIntent, part: Callable[[Of, Text], Fragment], of: Of, text: Text) -> Fragment:
    """A part of a PC's document.

    Raises:
        RenderError: A value cannot stand in its place.
    """
    try:
        return part(of, text)
    except RefusedValueError as wrong:
        raise RenderError(f"{pc.name}: {part.__name__.replace('_', ' ')}: {wrong}", wrong.hint) from wrong


def _collected(template: Template, variables: Mapping[str, object]) -> str:
    parts: list[str] = []
    size = 0
    for part in template.generate(**variables):
        size += len(part)
        if size > MAX_FILE:
            raise RefusedValueError(f"the file is longer than {MAX_FILE} characters", "Look for a loop in a loop.")
        parts.append(part)
    return "".join(parts)


DOCUMENTS: Final[dict[str, Callable[[PcRenderer, PcIntent], dict[str, Any]]]] = {
    "linux": PcRenderer.linux,
    "windows": PcRenderer.windows,
}
"""What makes the document of each dialect."""
