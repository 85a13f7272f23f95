"""A simulated Android board under Google's Android Management API: the twin plays Google for this one board.

Written from the API's reference (developers.google.com/android/management/reference/rest, v1). It knows
`enterprises.devices.get` and `patch`, `enterprises.policies.get` and `patch`, over plain HTTP on loopback.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from campusctl.lab.appliances.android_policy import policy_from
from campusctl.lab.appliances.base import Appliance

_LARGEST: Final = 1_000_000
_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
                   429: "Too Many Requests", 503: "Service Unavailable"}  # fmt: skip
_STATUS: Final = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
                  429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}  # fmt: skip
_DENIED: Final = {"unknown": 401, "denied": 403, "gone": 404, "crowded": 429, "broken": 503}
"""Faults to what every request is answered with."""


class Asked(NamedTuple):
    """One request."""

    method: str
    """GET or PATCH."""
    path: str
    """Below `/v1/`."""
    query: Mapping[str, list[str]]
    """`updateMask`."""
    token: str
    """The bearer token; empty: none."""
    body: Mapping[str, Any]
    """What shall be."""


class _OtherAnswerError(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class AndroidBoard(Appliance):
    """One board, and Google's side of it."""

    faults: ClassVar[Mapping[str, str]] = {
        "unknown": "Google does not know the account (401)",
        "denied": "Google does not let the account do it (403)",
        "gone": "Google does not know the board (404)",
        "crowded": "Google is asked too often (429)",
        "broken": "Google has trouble (503)",
        "overdue": "has not reported to Google for VALUE days",
        "behind": "has not taken its newest policy yet",
        "unwilling": "does not keep to the field VALUE of its policy",
    }

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as enrolled a minute ago."""
        wanted = {} if factory else dict(self.spec.settings)
        self.policies: dict[str, dict[str, Any]] = {}
        """Policies by their full name."""
        self.policy_name = f"{self._enterprise}/policies/default"
        named = wanted.get(("policy_name",))
        if named:
            self.policy_name = f"{self._enterprise}/policies/{named}"
            self.policies[self.policy_name] = {**policy_from(wanted), "name": self.policy_name, "version": "1"}

    @property
    def _enterprise(self) -> str:
        return f"enterprises/{self.spec.options.get('enterprise', '')}"

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests one after the other, as HTTP/1.1 keeps a connection."""
        while asked := await _request(reader):
            if self.drops_now():
                return
            status, found = self.answer(asked)
            body = json.dumps(found, indent=2).encode()
            head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json; charset=UTF-8\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()

    def answer(self, asked: Asked) -> tuple[int, Mapping[str, Any]]:
        """Status and body."""
        try:
            return 200, self._answer(asked)
        except _OtherAnswerError as wrong:
            error = {"code": wrong.status, "message": str(wrong), "status": _STATUS[wrong.status]}
            return wrong.status, {"error": error}

    def _answer(self, asked: Asked) -> Mapping[str, Any]:
        for fault, status in _DENIED.items():
            if fault in self.fault:
                raise _OtherAnswerError(status, f"The lab was told to be {fault}.")
        if not asked.token or asked.token != self.spec.secrets.get("password"):
            raise _OtherAnswerError(401, "Request had invalid authentication credentials.")
        kinds: Mapping[tuple[str, str], Callable[[Asked], Mapping[str, Any]]] = {
            ("GET", "devices"): lambda _: self.device(),
            ("PATCH", "devices"): self._patch_device,
            ("GET", "policies"): self._policy,
            ("PATCH", "policies"): self._patch_policy,
        }
        parts = asked.path.split("/")
        work = kinds.get((asked.method, parts[2] if len(parts) == 4 else ""))
        if work is None or f"enterprises/{parts[1]}" != self._enterprise:
            raise _OtherAnswerError(404, "Requested entity was not found.")
        if parts[2] == "devices" and parts[3] != self.spec.options.get("device"):
            raise _OtherAnswerError(404, "Requested entity was not found.")
        return work(asked)

    def device(self) -> Mapping[str, Any]:
        """The board as Google tells of it."""
        seen = datetime.now(UTC) - timedelta(days=int(self.fault.get("overdue") or 0), minutes=5)
        policy = self.policies.get(self.policy_name, {})
        version = int(policy.get("version", 1))
        found = {
            "name": f"{self._enterprise}/devices/{self.spec.options.get('device', '')}",
            "managementMode": "DEVICE_OWNER",
            "state": "ACTIVE",
            "appliedState": "ACTIVE",
            "policyName": self.policy_name,
            "appliedPolicyName": self.policy_name,
            "appliedPolicyVersion": str(max(1, version - 1) if "behind" in self.fault else version),
            "policyCompliant": "unwilling" not in self.fault,
            "lastStatusReportTime": seen.isoformat().replace("+00:00", "Z"),
            "hardwareInfo": {"brand": "Lab", "model": self.spec.model or "Android board", "serialNumber": self.serial},
            "softwareInfo": {"androidVersion": "13", "androidBuildNumber": "TQ3A.230805.001",
                             "securityPatchLevel": "2026-10-05"},
        }  # fmt: skip
        if "unwilling" in self.fault:
            detail = {"settingName": self.fault["unwilling"], "nonComplianceReason": "USER_ACTION"}
            found["nonComplianceDetails"] = [detail]
        return found

    def _patch_device(self, asked: Asked) -> Mapping[str, Any]:
        if asked.query.get("updateMask") != ["policyName"]:
            raise _OtherAnswerError(400, "Only policyName can be updated here.")
        if self.refuses("policyName"):
            raise _OtherAnswerError(400, "Invalid value for field policyName.")
        if not self.lies("policyName"):
            self.policy_name = str(asked.body.get("policyName"))
        return self.device()

    def _policy(self, asked: Asked) -> Mapping[str, Any]:
        found = self.policies.get(asked.path)
        if found is None:
            raise _OtherAnswerError(404, "Requested entity was not found.")
        return found

    def _patch_policy(self, asked: Asked) -> Mapping[str, Any]:
        masked = ",".join(asked.query.get("updateMask", [])).split(",")
        for name in masked:
            if self.refuses(name):
                raise _OtherAnswerError(400, f"Invalid value for field {name}.")
        now = dict(self.policies.get(asked.path, {}))
        for name in masked:
            if name and not self.lies(name):
                now.pop(name, None)
                # Google leaves out what is false or empty.
                now |= {name: asked.body[name]} if asked.body.get(name) not in (None, False, "") else {}
        now |= {"name": asked.path, "version": str(int(now.get("version", 0)) + 1)}
        self.policies[asked.path] = now
        return now


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    """The next request; None: there is none that makes sense, and the connection ends."""
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        heads = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        size = int(heads.get("content-length") or 0)
        data = await reader.readexactly(size) if 0 <= size <= _LARGEST else b""
        body = json.loads(data) if data else {}
    except (ValueError, asyncio.LimitOverrunError):
        return None
    url = urlsplit(target)
    token = heads.get("authorization", "").removeprefix("Bearer ")
    # Google's client may ask for another method this way.
    method = heads.get("x-http-method-override", method)
    return Asked(
        method, url.path.removeprefix("/v1/"), parse_qs(url.query), token, body if isinstance(body, dict) else {}
    )
