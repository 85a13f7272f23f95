"""Windows PCs: ordinary modules over PSRP, one task for each kind. Never run against a Windows machine yet."""

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from campusctl.drivers.pc.platforms._windows_edits import edits_of, item_of
from campusctl.drivers.pc.platforms._windows_items import windows_items
from campusctl.drivers.pc.platforms._windows_trouble import HIDDEN, NOTHING_SAID, translate
from campusctl.drivers.pc.platforms.base import Event, HostEdit, HostResult, JobHost, Json, Trouble, Work
from campusctl.errors import CampusError, MissingExtraError
from campusctl.model.plan import Target
from campusctl.model.secret import TOKEN

_PASSWORDS: Final = "Passwords"
_RESTART: Final = "Restart needed"
_RESTART_NOTE: Final = "a feature needs a restart to take effect"
_SILENT: Final = frozenset({"start", "skipped"})


class Windows:
    """Windows 10 and 11. See `campusctl.drivers.pc.platforms.base.Platform`."""

    name = "windows"
    playbook = "windows.yml"
    greeting = b""
    proves = False

    def job_host(self, target: Target, work: Work) -> JobHost:
        """Connection, items and the secrets that they name as host variables.

        Raises:
            MissingExtraError: pypsrp is not installed.
            CampusError: What a run replaced shall come back; nothing of it is kept.
        """
        if "restore" in work.document:
            raise CampusError("a Windows PC keeps nothing of what was replaced", "go back in Git, then apply that")
        if importlib.util.find_spec("pypsrp") is None:
            raise MissingExtraError("windows", "a Windows PC")
        own = {"campus_windows": windows_items(work.document), "campus_secrets": _named(work)}
        groups = list(dict.fromkeys((*target.groups, "windows")))
        return JobHost(
            groups=groups, vars={**target.facts, **_connection(target, work), **own}, args={}, roles=list(target.roles)
        )

    def complete(self, target: Target, event: Event) -> bool:  # noqa: ARG002 - the protocol's
        """A PC that is lost gets no further task."""
        return event.kind == "unreachable"

    def read(self, target: Target, work: Work, events: Sequence[Event]) -> HostResult:  # noqa: ARG002 - the protocol's
        """Every changed item is an edit; what failed in check mode is unchecked."""
        heard = [event for event in events if event.kind not in _SILENT]
        edits = tuple(_edits(heard, done=not work.check))
        unchecked = tuple(dict.fromkeys(_unchecked(heard)))
        trouble = next(_troubles(heard), None) if heard else NOTHING_SAID
        return HostResult(
            edits=edits,
            # Half a look is none.
            observed=_digest(edits, unchecked, work.salt) if work.check and trouble is None else "",
            unchecked=unchecked,
            notes=tuple(dict.fromkeys(_notes(heard))),
            trouble=trouble,
        )


def _connection(target: Target, work: Work) -> dict[str, Json]:
    """How Ansible gets there; the certificate is always checked."""
    login = target.login
    found: dict[str, Json] = {
        "ansible_host": login.host,
        "ansible_port": login.port,
        "ansible_user": login.user,
        "ansible_connection": "psrp",
        "ansible_psrp_protocol": "https",
        "ansible_psrp_auth": login.authentication or "negotiate",
        "ansible_psrp_cert_validation": "validate",
        "ansible_psrp_connection_timeout": max(1, round(login.timeout_s)),
        # A proxy of ours is for the internet, not for the school next door.
        "ansible_psrp_ignore_proxy": True,
    }
    if login.password:
        found["ansible_password"] = work.secrets[login.password]
    if login.ca_file:
        found["ansible_psrp_ca_cert"] = str(Path(login.ca_file).expanduser())
    if login.authentication == "certificate":
        key = str(Path(login.key_file).expanduser())
        found |= {"ansible_psrp_certificate_pem": key, "ansible_psrp_certificate_key_pem": key}
    return found


def _named(work: Work) -> dict[str, str]:
    """The secrets that the document names, no others."""
    named = {found[1] for found in TOKEN.finditer(json.dumps(work.document))}
    return {ref: value for ref, value in work.secrets.items() if ref in named}


def _edits(events: Sequence[Event], *, done: bool) -> Iterator[HostEdit]:
    for event in events:
        if event.kind == "item" and event.changed and item_of(event):
            yield from edits_of(event, done=done)


def _ignored(events: Sequence[Event]) -> frozenset[str]:
    """Tasks whose failures the playbook puts up with, because nothing was to be changed."""
    return frozenset(event.task for event in events if event.kind == "failed" and event.ignored)


def _unchecked(events: Sequence[Event]) -> Iterator[str]:
    ignored = _ignored(events)
    for event in events:
        if event.task not in ignored:
            continue
        if event.kind == "item_failed" and item_of(event):
            yield f"{_about(event)}: {translate(event.result).what}"
        elif event.kind == "failed" and event.name == _PASSWORDS:
            yield f"passwords: {HIDDEN.what}"


def _troubles(events: Sequence[Event]) -> Iterator[Trouble]:
    ignored = _ignored(events)
    for event in events:
        if event.kind == "unreachable":
            yield translate({"msg": "the connection broke: Connection aborted", **event.result})
        elif event.kind in {"item_failed", "failed"} and event.task not in ignored:
            yield HIDDEN if event.name == _PASSWORDS else translate(event.result, _about(event))


def _about(event: Event) -> str:
    item = item_of(event)
    return " ".join(map(str, item["edit"])) if item else event.name.lower()


def _notes(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if event.kind == "ok" and event.name == _RESTART:
            yield _RESTART_NOTE


def _digest(edits: Sequence[HostEdit], unchecked: Sequence[str], salt: str) -> str:
    """A fingerprint of what differs: a PC tells no more about itself."""
    seen = json.dumps([[edit.path, edit.before, edit.after] for edit in edits] + [list(unchecked)], sort_keys=True)
    return hashlib.blake2b(seen.encode(), key=salt.encode()[:64], digest_size=16).hexdigest()
