"""Android boards under Google's Android Management API: their policy is what is set, their report is what is told.

Google tells the board, not we: a board that is off takes its policy when it comes back. What reading back proves is
the policy; whether the board has taken it stands in its facts and notes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Session, Wish
from campusctl.drivers.appliance.bounds import at_least
from campusctl.drivers.board.android_client import Enterprise, enterprise
from campusctl.drivers.board.android_policy import FIELDS, patch, seen, strangers, top_field
from campusctl.inventory.appliances.android_schema import policy_problems
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

_POLICY_NAME: Final = ("policy_name",)
_FIRMWARE: Final = "minimum_firmware"
_NOTES: Final = 5
"""Notes on what the board does not keep to."""


class AndroidDialect:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 443
    off_when_silent = False

    def __init__(
        self,
        open_enterprise: Callable[[Link], Enterprise] = enterprise,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare.

        Args:
            open_enterprise: Makes the client.
            clock: What time it is (aware).
        """
        self._open_enterprise, self._clock = open_enterprise, clock

    def open(self, link: Link) -> AbstractAsyncContextManager[Session]:
        """Make the client; Google is first asked when something is read."""
        return self._open(link)

    @asynccontextmanager
    async def _open(self, link: Link) -> AsyncIterator[Session]:
        at = self._open_enterprise(link)
        try:
            yield _Board(at, link, self._clock())
        finally:
            at.close()

    def step(self, wish: Wish) -> str:
        """The field of Google's that is patched: `patch policies.systemUpdate (update)`."""
        if wish.path == _POLICY_NAME:
            return f"patch device.policyName = {wish.after}"
        return f"patch policy.{top_field(wish.path)} ({'/'.join(wish.path)})"

    def interrupts(self, path: Path) -> str:
        """Apps and the home screen begin anew."""
        return sentence("the board begins its apps anew") if path[0] in ("apps", "home", "policy_name") else ""


class _Board:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, at: Enterprise, link: Link, now: datetime) -> None:
        self._at, self._now = at, now
        self._device, self._policy_name = str(link.options["device"]), str(link.options["policy"])
        self._overdue = timedelta(days=int(link.options["overdue_days"]))
        self._policy: Mapping[str, Any] = {}

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """Ask Google for the board and its policy."""
        board = await self._at.device(self._device)
        self._refuse_gone(board)
        self._policy = policy = await self._at.policy(self._policy_name)
        state: dict[Path, Shown] = {}
        lacks: dict[Path, str] = {}
        read_only: dict[Path, str] = {}
        facts = _facts(board, policy)
        for path, value in wanted.items():
            if path == _POLICY_NAME:
                state[path] = str(board.get("policyName", "")).rpartition("/")[2] or None
            elif path[0] == _FIRMWARE and facts.get("firmware"):
                state[path] = at_least(facts["firmware"], value)
                read_only[path] = sentence("Android is updated by its maker; `board.android.update` says when")
            elif path[0] == _FIRMWARE:
                lacks[path] = sentence("it has not told Google its version of Android")
            elif path[0] in ("wifi", "policy", *FIELDS):
                state[path] = seen(policy, path, value)
            else:
                lacks[path] = sentence("Google's Android policy has no field for it")
        return Reading(
            state,
            lacks,
            read_only=read_only,
            facts=facts,
            notes=_notes(board, policy),
            unmanaged=strangers(policy, wanted),
        )

    def _refuse_gone(self, board: Mapping[str, Any]) -> None:
        if board.get("state") == "DELETED":
            what = "Google has deleted it: it was reset, or taken out of the enterprise"
            raise DeviceTroubleError(FaultKind.REJECTED, what, "enrol it again; `board.android.device` is its new id")
        last = _moment(board.get("lastStatusReportTime") or board.get("enrollmentTime"))
        if last is None:
            raise DeviceTroubleError(FaultKind.OFF, "it has never reported to Google", "is it enrolled, and online?")
        if self._now - last > self._overdue:
            days = (self._now - last).days
            what = f"it has not reported to Google for {days} days, since {last:%Y-%m-%d}"
            raise DeviceTroubleError(FaultKind.OFF, what, "is it on, and does its network reach the internet?")

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Patch the fields of the policy in one request, then give the board its policy.

        Google takes all fields of a request or none: what it refuses together is sent one by one.
        """
        of_policy = [wish for wish in wishes if wish.path != _POLICY_NAME]
        fields = patch(self._policy, of_policy)
        refused = {name: why for name in fields if (why := _problem(fields, name))}
        sound = {name: value for name, value in fields.items() if name not in refused}
        if sound and (why := await self._refusal(self._at.patch_policy(self._policy_name, sound))):
            for name, value in sound.items():
                one = {name: value}
                why = await self._refusal(self._at.patch_policy(self._policy_name, one)) if len(sound) > 1 else why
                refused |= {name: why} if why else {}
        told = {wish.path: refused[name] for wish in of_policy if (name := top_field(wish.path)) in refused}
        for wish in wishes:
            if wish.path == _POLICY_NAME and wish.after:
                why = await self._refusal(self._at.give_policy(self._device, str(wish.after)))
                told |= {wish.path: why} if why else {}
        return told

    @staticmethod
    async def _refusal(order: Awaitable[None]) -> str:
        """Why Google does not take an order; empty: it does."""
        try:
            await order
        except DeviceTroubleError as error:
            if error.kind is not FaultKind.REJECTED:
                raise
            return error.what
        return ""


def _problem(fields: Mapping[str, Any], name: str) -> str:
    """What Google's own description says against a field; empty: nothing."""
    if fields.get(name) is None:
        return ""
    return "; ".join(f"{found.name} {found.what}" for found in policy_problems({name: fields[name]}))


def _facts(board: Mapping[str, Any], policy: Mapping[str, Any]) -> dict[str, str]:
    hardware, software = board.get("hardwareInfo", {}), board.get("softwareInfo", {})
    last = _moment(board.get("lastStatusReportTime"))
    found = {
        "serial": hardware.get("serialNumber"),
        "model": " ".join(filter(None, (hardware.get("brand"), hardware.get("model")))),
        "firmware": software.get("androidVersion"),
        "build": software.get("androidBuildNumber"),
        "security_patch": software.get("securityPatchLevel"),
        "state": board.get("appliedState") or board.get("state"),
        "last_report": f"{last:%Y-%m-%d %H:%M} UTC" if last else "",
        "policy_version": policy.get("version"),
        "applied_policy_version": board.get("appliedPolicyVersion"),
        "compliant": {True: "yes", False: "no"}.get(board.get("policyCompliant", "?"), ""),
    }
    return {name: str(value) for name, value in found.items() if value}


def _notes(board: Mapping[str, Any], policy: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    applied, newest = board.get("appliedPolicyVersion"), policy.get("version")
    if applied and newest and str(applied) != str(newest):
        notes.append(
            sentence(
                "it still keeps to version {applied} of its policy; {newest} is set, and it takes it when it is online",
                applied=applied,
                newest=newest,
            )
        )
    if board.get("state") not in (None, "ACTIVE", "PROVISIONING", "DEVICE_STATE_UNSPECIFIED"):
        notes.append(sentence("Google calls it {state}", state=str(board["state"]).lower()))
    details = board.get("nonComplianceDetails", [])
    for detail in details[:_NOTES]:
        where = detail.get("packageName") or detail.get("fieldPath") or ""
        reason = str(detail.get("nonComplianceReason", "no reason")).lower().replace("_", " ")
        name = detail.get("settingName") or sentence("a setting")
        subject = sentence("{what} ({where})", what=name, where=where) if where else name
        notes.append(sentence("it does not keep to {what}: {reason}", what=subject, reason=reason))
    if len(details) > _NOTES:
        notes.append(sentence("and it does not keep to {number} more settings", number=len(details) - _NOTES))
    return tuple(notes)


def _moment(text: object) -> datetime | None:
    """A time as Google writes it; None: none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


ANDROID: Final = AndroidDialect()
"""The dialect."""
