"""What is on every PC's disk at first: a Debian that debootstrap makes once, kept in the user's cache."""

import fcntl
import hashlib
import importlib.util
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import platformdirs

from campusctl.errors import CampusError, MissingExtraError
from campusctl.lab.pcs.machine import HERE
from campusctl.lab.pcs.rack import Rack, disks, run_in, tool

_DEBIAN: Final = "bookworm"
"""The release on a host that is no Debian."""
_RECIPE: Final = ("build.sh", "furnish.sh", "systemctl")


def ready() -> Path | None:
    """The root, if it is there."""
    root = _home() / _name() / "root"
    return root if root.is_dir() else None


def ensure(say: Callable[[str], None]) -> Path:
    """The root; it is built if it is not there, and looked whether PCs can run here at all.

    Args:
        say: Is told when that takes time.

    Raises:
        MissingExtraError: The extra [lab] is not installed.
        CampusError: It cannot be built here; the hint says what is missing.
    """
    with Rack() as rack:
        disks(rack)
    if found := ready():
        return found
    tool("debootstrap")
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home), Rack() as rack:
        _sweep(home, rack)
        if found := ready():
            return found
        say("building the PCs' root once: about a minute")
        return _build(home, rack)


def _build(home: Path, rack: Rack) -> Path:
    """In a folder of its own, which gets its name when it is whole."""
    folder = home / f"building-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o755)
    log = home / "build.log"
    code, _ = run_in(
        rack, tool("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
        "sh", str(HERE / "build.sh"), str(folder), *_source(), log=log,
    )  # fmt: skip
    if code:
        _sweep(home, rack)
        raise CampusError(
            f"the PCs' root was not built: {_last_words(log)}", f"{log} has the whole story; is there a network?"
        )
    done = home / _name()
    folder.rename(done)
    return done / "root"


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith(("E:", "W: Failure", "debootstrap:"))]
    return (wrong or lines or ["it said nothing"])[-1].strip()[:200]


def _sweep(home: Path, rack: Rack) -> None:
    """Remove what killed builders left. Their mounts ended with them, so nothing else hangs below."""
    left = [str(folder) for folder in home.glob("building-*")]
    if left:
        run_in(rack, "rm", "-rf", "--one-file-system", "--", *left)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One builder at a time; the second one finds what the first one built."""
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _home() -> Path:
    return platformdirs.user_cache_path("campusctl") / "pc-root"


def _name() -> str:
    """Another one for every recipe, and for every user: the files belong to their numbers."""
    digest = hashlib.sha256(f"{_suite()} {os.geteuid()}".encode())
    for file in (*(HERE / name for name in _RECIPE), _systemctl()):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{_suite()}-{digest.hexdigest()[:12]}"


def _systemctl() -> Path:
    """The program that stands for systemctl where no systemd runs.

    Raises:
        MissingExtraError: The extra [lab] is not installed.
    """
    found = importlib.util.find_spec("systemctl2")
    for place in found.submodule_search_locations or () if found else ():
        return Path(place) / "systemctl3.py"
    raise MissingExtraError("lab", "the lab of simulated PCs")


def _source() -> tuple[str, ...]:
    """Arguments of build.sh: release, systemctl, and the mirror that this machine itself uses, if it is a Debian's."""
    mirror = _mirror() if _os_release().get("ID") == "debian" else ""
    return (_suite(), str(_systemctl()), *([mirror] if mirror else []))


def _suite() -> str:
    release = _os_release()
    return (release.get("ID") == "debian" and release.get("VERSION_CODENAME")) or _DEBIAN


def _os_release() -> dict[str, str]:
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in text.splitlines())}


def _mirror() -> str:
    """The first archive in this machine's own apt sources that has our release; empty: none is named there."""
    lists = Path("/etc/apt")
    files = [
        lists / "sources.list",
        *sorted(lists.glob("sources.list.d/*.list")),
        *sorted(lists.glob("sources.list.d/*.sources")),
    ]
    for file in files:
        if file.is_file() and (found := _archive(file.read_text(encoding="utf-8", errors="replace"), _suite())):
            return found
    return ""


def _archive(text: str, suite: str) -> str:
    """The address of an archive with a release, from a file of apt sources in either form; empty: none."""
    for line in text.splitlines():
        old = re.fullmatch(r"deb\s+(?:\[[^\]]*\]\s+)?(https?://\S+)\s+(\S+)\s.*\bmain\b.*", line.strip())
        if old and old[2] == suite:
            return str(old[1])
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"(?m)^(\w+):[ \t]*(.*)$", stanza))
        archives = [word for word in fields.get("URIs", "").split() if re.match("https?://", word)]
        kinds, suites, parts = (fields.get(name, "").split() for name in ("Types", "Suites", "Components"))
        if archives and "deb" in kinds and suite in suites and "main" in parts and fields.get("Enabled", "yes") != "no":
            return str(archives[0])
    return ""
