"""Repositories as Oxidized writes them."""

import subprocess
from pathlib import Path

WHO = ["-c", "user.name=oxidized", "-c", "user.email=o@x"]


def git(root: Path, *arguments: str, when: str = "2026-01-01T00:00:00Z") -> None:
    """One command of Git, at one moment."""
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    subprocess.run(["git", *WHO, *arguments], cwd=root, check=True, env={**dates, "HOME": str(root)})


def make(root: Path, *nights: dict[str, str]) -> Path:
    """A repository as Oxidized writes it, one commit a night from 2026-01-01 on."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "master")
    for number, files in enumerate(nights, 1):
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        git(root, "add", "-A")
        git(root, "commit", "-qm", f"update {' '.join(files)}", when=f"2026-01-{number:02}T01:00:00Z")
    return root
