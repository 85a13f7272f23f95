"""What makes changed files take effect: remembered before the files change, forgotten when it has worked."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from .edits import Edit, Trouble, Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pc import Pc

Run = tuple[str, str]
"""What is to be run, such as `reload:ssh`, and the file it is for."""

_LAST = ("daemon-reload", "sysctl", "locale", "dconf", "nft")
"""In this order, before the units."""


class Pending:
    """Runs that are still owed to files that were written, across runs of the module that were killed or failed."""

    def __init__(self, state: str) -> None:
        """`state` is the module's own folder."""
        self._path = os.path.join(state, "pending.json")
        self.runs: list[Run] = self._load()

    def _load(self) -> list[Run]:
        try:
            with open(self._path, encoding="utf-8") as file:
                return [(str(run), str(path)) for run, path in json.load(file)]
        except (OSError, ValueError, TypeError):
            return []

    def owe(self, runs: Sequence[Run]) -> None:
        """Remember runs, on the disk."""
        self.set([*self.runs, *(run for run in dict.fromkeys(runs) if run not in self.runs)])

    def paid(self, what: str) -> None:
        """Forget every run of one sort."""
        self.set([run for run in self.runs if run[0] != what])

    def set(self, runs: list[Run]) -> None:
        """Owe exactly these."""
        if runs == self.runs:
            return
        self.runs = runs
        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        with open(self._path + ".new", "w", encoding="utf-8") as file:
            json.dump(runs, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._path + ".new", self._path)


def look(pc: Pc, pending: Pending) -> list[Work]:
    """Runs that an earlier run of the module still owes."""
    owed = dict.fromkeys(run for run, _ in pending.runs)
    pc.saw(("run",), list(owed))
    return [Work([Edit(("run", run), "pending", "done", run.replace(":", " "))], lambda: None) for run in owed]


def pay(pc: Pc, pending: Pending, only: Sequence[str] = ()) -> list[Trouble]:
    """Run what is owed, each sort once; what failed stays owed."""
    troubles: list[Trouble] = []
    owed: set[str] = {run for run, _ in pending.runs if not only or run in only}
    for what in sorted(owed, key=lambda run: (_LAST.index(run) if run in _LAST else len(_LAST), run)):
        try:
            _run(pc, what, sorted({path for run, path in pending.runs if run == what and path}))
        except Trouble as trouble:
            troubles.append(Trouble(trouble.kind, f"{what}: {trouble.what}", trouble.hint))
        else:
            pending.paid(what)
    return troubles


def _run(pc: Pc, what: str, paths: Sequence[str]) -> None:
    verb, _, unit = what.partition(":")
    if unit:
        _unit(pc, verb, unit)
    elif what == "daemon-reload":
        pc.machine.must(["systemctl", "daemon-reload"])
    elif what == "sysctl":
        _noted(pc, ["sysctl", "-q", "-e", "-p", *[path for path in paths if os.path.exists(path)]])
    elif what == "locale":
        _noted(pc, ["locale-gen", "--keep-existing"])
    elif what == "dconf":
        _noted(pc, ["dconf", "update"])
    else:
        for path in paths:
            pc.machine.must(["nft", "-f", path])


def _unit(pc: Pc, verb: str, unit: str) -> None:
    shown = pc.machine.run(["systemctl", "show", "-p", "LoadState,ActiveState", unit])
    if shown.code == 127 or "LoadState=loaded" not in shown.out:
        pc.tell(f"{unit} is not on this PC, so it was not {verb}ed")
    elif "ActiveState=active" in shown.out:  # what does not run reads its files when it starts
        pc.machine.must(["systemctl", "restart" if verb == "restart" else "reload-or-restart", unit])


def _noted(pc: Pc, argv: list[str]) -> None:
    done = pc.machine.run(argv)
    if done.code:
        pc.tell(f"{argv[0]}: {done.words}")
