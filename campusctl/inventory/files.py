"""Bytes of one file into plain data, with a guard in front: bounded size, time and memory, whatever the file is."""

import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import ryaml

from campusctl.inventory.issue import FileError, Issue
from campusctl.model.names import CONTROL
from campusctl.model.sentence import N_, sentence

MAX_BYTES: Final = 2_000_000
"""Largest inventory file, in bytes; the devices of the largest school take 200,000."""

# Tabs and line ends are judged by the parser; everything else of these never belongs into an inventory, not even
# into a comment (a direction mark makes a line read as what it is not).
_FORBIDDEN: Final = re.compile(rf"(?![\t\n\r])[{CONTROL}\ud800-\udfff]")
_FORBIDDEN_WIDE: Final = re.compile(rf"(?![\x00-\x7f])[{CONTROL}]")
_FINE_BYTES: Final = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte >= 0x20 and byte != 0x7F))
_MAX_TOLD: Final = 20
"""How many of the same kind are told."""
_MAYBE_SPECIAL: Final = re.compile(r"(?:^|[\s\[{,:-])[&*!]", re.MULTILINE)
_AT_LINE: Final = re.compile(r"(?:while .*)? ?at line (\d+) column (\d+)")


def read_bytes(root: Path, name: str) -> bytes:
    """The bytes of a regular file inside the workspace.

    Raises:
        FileError: It is missing, too large, no regular file, or a link that leads out of the workspace.
    """
    path = root / name
    try:
        _stay_inside(root, path, name)
        # Non-blocking, or a named pipe in a file's place would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileError(Issue(name, (), "", sentence("is no regular file")))
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(
            Issue(name, (), "", sentence("cannot be read: {why}", why=(error.strerror or str(error)).lower()))
        ) from error
    if len(data) > MAX_BYTES:
        hint = sentence("a school's devices may stand in several files: devices.yml, devices-b.yml …")
        raise FileError(Issue(name, (), "", sentence("is larger than {limit} MB", limit=MAX_BYTES // 1_000_000), hint))
    return data


def _stay_inside(root: Path, path: Path, name: str) -> None:
    inside = root
    for part in Path(name).parts:
        inside = inside / part
        if inside.is_symlink():
            break
    else:
        return
    try:
        target = path.resolve()
    except RuntimeError:  # Python before 3.13 calls a circle of links so
        raise FileError(Issue(name, (), "", sentence("cannot be read: its links run in a circle"))) from None
    if not target.is_relative_to(root.resolve()):
        raise FileError(
            Issue(
                name, (), "", sentence("leads out of the workspace"), sentence("copy the file instead of linking to it")
            )
        )


def decode(name: str, data: bytes) -> str:
    """Bytes as text; a byte order mark is dropped.

    Raises:
        FileError: They are not UTF-8, or hold characters that have no place in an inventory.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = sentence("save the file as UTF-8 (in a spreadsheet program: CSV UTF-8)")
        raise FileError(
            Issue(name, (), "", sentence("is not UTF-8: byte 0x{byte}", byte=f"{data[error.start]:02x}"), hint, line)
        ) from error
    # Two quick looks, as the exact one takes longer than the parser.
    suspicious = data.translate(None, _FINE_BYTES)
    found = (suspicious or (not text.isascii() and _FORBIDDEN_WIDE.search(text))) and _FORBIDDEN.search(text)
    if found:
        hits = {text.count("\n", 0, hit.start()) + 1: hit[0] for hit in islice(_FORBIDDEN.finditer(text), _MAX_TOLD)}
        raise FileError(*(_forbidden_issue(name, hit, line) for line, hit in hits.items()))
    return text


def _forbidden_issue(name: str, found: str, line: int) -> Issue:
    hint = sentence("delete it; it may be invisible in the editor")
    return Issue(
        name, (), "", sentence("control or invisible character U+{number}", number=f"{ord(found):04X}"), hint, line
    )


def parse_yaml(name: str, text: str) -> Any:  # noqa: ANN401 - plain data of any shape; the models check it
    """The data of one YAML 1.2 document: dicts, lists, text, numbers, booleans and None.

    Raises:
        FileError: It is no YAML, has duplicate keys, tabs, anchors, aliases or tags, or nests too deep.
    """
    if any(mark in text for mark in "&*!") and _MAYBE_SPECIAL.search(text):
        _refuse_special(name, text)
    _refuse_deep(name, text)
    try:
        data = ryaml.loads(text)  # type: ignore[attr-defined]
    except ValueError as error:
        raise FileError(*_yaml_issues(name, text, str(error))) from error
    if "\\" in text:
        _refuse_escaped(name, data)
    return data


def _refuse_deep(name: str, text: str) -> None:
    # The parsers take the square of the depth of brackets before they refuse it. Brackets in quotes count too: nobody
    # opens a hundred of them.
    depth = 0
    for number, mark in enumerate(text.encode().translate(None, _NO_BRACKETS)):
        depth = depth + 1 if mark in b"[{" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            at = next(islice(re.finditer(r"[\[\]{}]", text), number, None)).start()
            what, hint = map(sentence, _COMPLAINTS[0][1:])
            raise FileError(Issue(name, (), "", what, hint, text.count("\n", 0, at) + 1))


_MAX_DEPTH: Final = 100
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def _refuse_special(name: str, text: str) -> None:
    import yaml  # noqa: PLC0415 - only for the rare file that may have an anchor, alias or tag

    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if getattr(event, "anchor", None):
                hint = sentence(
                    "write the value out; what several devices share belongs into a profile, a room or the school"
                )
                raise FileError(
                    Issue(name, (), "", sentence("anchors and aliases (& and *) are not used here"), hint, line)
                )
            if getattr(event, "tag", None) is not None:
                raise FileError(
                    Issue(
                        name, (), "", sentence("tags (!) are not used here"), sentence("put the text in quotes"), line
                    )
                )
    except yaml.YAMLError:
        return  # ryaml says it better


def _yaml_issues(name: str, text: str, message: str) -> list[Issue]:
    if "more than one document" in message:
        marks = [number for number, line in enumerate(text.split("\n"), 1) if re.match(r"---(\s|$)", line)]
        return [_yaml_issue(name, text, message)._replace(line=marks[-1] if marks else 0)]
    if "unhashable" in message:
        return [_yaml_issue(name, text, message)._replace(line=_line_of_odd_key(text))]
    if "duplicate entry" in message:
        found = [
            Issue(
                name,
                (),
                "",
                sentence("`{key}` stands in line {first} too", key=key, first=first),
                sentence("keep one of the two"),
                line,
            )
            for key, first, line in islice(_duplicates(text), _MAX_TOLD)
        ]
        return found or [Issue(name, (), "", sentence("a key stands here twice"), sentence("keep one of the two"))]
    return [_yaml_issue(name, text, message)]


def _line_of_odd_key(text: str) -> int:
    """The line of the first list or map that stands where a key should, or 0."""
    return min((key.start_mark.line + 1 for key in _keys(text) if not isinstance(key.value, str)), default=0)


def _keys(text: str) -> Iterator[Any]:
    """Every key of every map, as a node."""
    return (key for node in _maps(text) for key, _ in node.value)


def _duplicates(text: str) -> Iterator[tuple[str, int, int]]:
    """Keys that a map has twice, with both lines."""
    for node in _maps(text):
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if str(key.value) in seen:
                yield str(key.value), seen[str(key.value)], line
            seen.setdefault(str(key.value), line)


def _maps(text: str) -> Iterator[Any]:
    """Every map, as a node; none where the text is no YAML."""
    import yaml  # noqa: PLC0415 - only for a file that is wrong

    try:
        waiting = [yaml.compose(text, Loader=yaml.CSafeLoader)]
    except yaml.YAMLError:
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        if isinstance(node, yaml.MappingNode):
            yield node
            waiting += (value for _, value in node.value)


def _yaml_issue(name: str, text: str, message: str) -> Issue:
    """A parser's complaint in our words."""
    found = _AT_LINE.search(message)
    line = int(found[1]) if found else 0
    shown = text.split("\n")[line - 1 : line]
    if shown and "\t" in shown[0][: len(shown[0]) - len(shown[0].lstrip())]:
        return Issue(
            name, (), "", sentence("a tab at the start of the line"), sentence("YAML is indented with spaces"), line
        )
    for words, what, hint in _COMPLAINTS:
        if words in message:
            return Issue(name, (), "", sentence(what), sentence(hint), line)
    what = _AT_LINE.sub("", message).strip(" ,")
    return Issue(
        name,
        (),
        "",
        sentence("is no valid YAML: {what}", what=what),
        sentence("look at this line and the one before it"),
        line,
    )


_COMPLAINTS: Final = (
    ("recursion limit", N_("nests too deep"), N_("the inventory needs no more than ten levels")),
    ("more than one document", N_("holds more than one document (`---`)"), N_("one file, one document")),
    ("as u128", N_("a number is too large"), N_("put it in quotes")),
    ("unhashable", N_("a list or map is used as a key"), N_("keys are words or numbers")),
    (
        "cannot start any token",
        N_("a character that cannot start a value"),
        N_("put the value in quotes, indent with spaces"),
    ),
    (
        "did not find expected key",
        N_("the indentation is wrong, or a quote or colon is missing"),
        N_("compare with the line above"),
    ),
    (
        "did not find expected '-'",
        N_("a list item is missing its `-`, or the indentation is wrong"),
        N_("compare with the line above"),
    ),
    (
        "mapping values are not allowed",
        N_("a colon where none may stand"),
        N_("put the value in quotes, or check the indentation"),
    ),
)


def _refuse_escaped(name: str, data: Any) -> None:  # noqa: ANN401 - see parse_yaml
    """An escape in quotes may hide what `decode` refuses."""
    found = _first_forbidden(data, ())
    if found:
        place, text = found
        issue = _forbidden_issue(name, text, 0)
        raise FileError(issue._replace(place=place))


def _first_forbidden(data: Any, place: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], str] | None:  # noqa: ANN401
    # Not deeper than ryaml's own limit of 128 levels.
    if isinstance(data, str):
        hit = _FORBIDDEN.search(data)
        return (place, hit[0]) if hit else None
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        found = _first_forbidden(key, place) or _first_forbidden(item, (*place, key))
        if found:
            return found
    return None
