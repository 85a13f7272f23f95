"""Shim until the history branch brings its own."""

import getpass
import secrets
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

from campusctl import __version__
from campusctl.model.run import RunInfo, RunKind


def run_info(
    desk, kind: RunKind, schools: Sequence[str], argv: Sequence[str], *, reason="", parent="", scheduled=False
):
    from campusctl.history.process import this_process
    from campusctl.workflow.corridor import ground

    me = this_process()
    g = ground(desk.root, schools)
    return RunInfo(
        id=secrets.token_hex(4),
        kind=kind,
        started=datetime.now(UTC),
        user=getpass.getuser(),
        host=me.host,
        pid=me.pid,
        boot_id=me.boot_id,
        process_start=me.start,
        command=shlex.join(argv),
        schools=tuple(schools),
        inventory_digest=g.inventory_digest,
        template_digest=g.template_digest,
        tool_version=__version__,
        lab=desk.lab,
        reason=reason,
        parent=parent,
        scheduled=scheduled,
    )
