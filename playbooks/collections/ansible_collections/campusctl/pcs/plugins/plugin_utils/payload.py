"""The module's core on its way to a PC: everything in one answer of one Python, with nothing written to its disk.

Ansible would pack its own module library beside it, compile all of that on the PC, and need 0.3 s of its CPU.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import json
import marshal
import shlex
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "campus_pc:"
"""Before the result, at the beginning of a line: what logs in may greet."""

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""Flags of bytecode that is used without a look at its source. Source: PEP 552."""

_FAR = f"""\
import json,os,sys
if sys.version_info<(3,9):sys.exit("campus_pc requires a minimum of Python 3.9")
i=sys.stdin.buffer
z=os.memfd_create("campus_pc")
os.write(z,i.read(int(i.readline())))
sys.path.insert(0,"/proc/self/fd/%d"%z)
from campus_pc.converge import answer
print("\\n{_MARK}"+json.dumps(answer(json.load(i))))
"""


@functools.cache
def core() -> bytes:
    """The core as a zip: the sources, and beside each its bytecode, which a PC with our version of Python takes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((Path(__file__).parents[1] / "module_utils").glob("*.py")):
            loader = SourceFileLoader(file.stem, str(file))
            source = loader.get_data(str(file))
            head = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
            archive.writestr(f"campus_pc/{file.stem}.pyc", head + marshal.dumps(loader.get_code(file.stem)))
            archive.writestr(f"campus_pc/{file.name}", source)
    return packed.getvalue()


def command(python: str) -> str:
    """The shell command that takes `sent` on its standard input.

    Args:
        python: Path of the PC's Python.
    """
    return shlex.join([python, "-I", "-S", "-c", _FAR])


def sent(request: Mapping[str, Any]) -> bytes:
    """The core, and what is asked of it."""
    return b"%d\n%s%s" % (len(core()), core(), json.dumps(request).encode("ascii"))


def result(ended: Mapping[str, Any]) -> dict[str, Any]:
    """The core's result, or in its place what went wrong, as Ansible says it of a module.

    Args:
        ended: What the command answered: `rc`, `stdout`, `stderr`.
    """
    line = next((row for row in reversed(ended["stdout"].splitlines()) if row.startswith(_MARK)), "")
    try:
        found = json.loads(line.removeprefix(_MARK))
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    words = [row.strip() for row in (ended["stderr"] or ended["stdout"]).splitlines() if row.strip()]
    return {
        "failed": True,
        "changed": False,
        "msg": "the module did not come to its end" + (f": {words[-1]}" if words else ""),
        "module_stdout": ended["stdout"],
        "module_stderr": ended["stderr"],
        "rc": ended["rc"],
    }
