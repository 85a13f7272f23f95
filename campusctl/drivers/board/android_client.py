"""Google's Android Management API, through Google's own client and the description shipped with it."""

import asyncio
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.board.android_shape import named, shaped
from campusctl.drivers.board.android_trouble import android_trouble, asked_to_wait_s, status_of
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind

_SCOPE: Final = "https://www.googleapis.com/auth/androidmanagement"
_LOOPBACK: Final = "127."
_LATER: Final = frozenset({409, 429, 500, 502, 503, 504})
"""What Google answers where the same question may succeed a little later."""
_WAITS_S: Final = (1.0, 3.0)
"""Before the second and the third time, in seconds, unless Google says how long."""


class Enterprise:
    """One enterprise at Google, as one service account sees it."""

    def __init__(self, name: str, service: Any, http: Any, patience_s: float) -> None:  # noqa: ANN401 - Google's client has no types
        """Nothing is asked yet; see `enterprise`.

        Args:
            name: Its id.
            service: Google's client.
            http: Speaks HTTP.
            patience_s: How long to wait at most where Google asks to wait, in seconds.
        """
        self._name, self._service, self._http, self._patience_s = name, service, http, patience_s

    async def device(self, device: str) -> Mapping[str, Any]:
        """What Google knows of a device."""
        found = await self._done(self._devices.get(name=self._path("devices", device)), f"device {device}")
        return named(found or {})

    async def policy(self, policy: str) -> Mapping[str, Any]:
        """A policy; empty: there is none of that name."""
        request = self._policies.get(name=self._path("policies", policy))
        found = await self._done(request, f"policy {policy}", missing=True)
        return {} if found is None else named(found)

    async def patch_policy(self, policy: str, fields: Mapping[str, Any]) -> None:
        """Set these fields and no others; None takes one away. The policy is made where there is none."""
        body = {name: value for name, value in fields.items() if value is not None}
        mask = ",".join(sorted(fields))
        request = self._policies.patch(name=self._path("policies", policy), body=body, updateMask=mask)
        await self._done(request, f"policy {policy}")

    async def give_policy(self, device: str, policy: str) -> None:
        """Let a device have a policy."""
        body = {"policyName": self._path("policies", policy)}
        request = self._devices.patch(name=self._path("devices", device), body=body, updateMask="policyName")
        await self._done(request, f"device {device}")

    def close(self) -> None:
        """Close its connections, also one at which a thread still waits for Google."""
        for connection in tuple(getattr(self._http, "connections", {}).values()):
            # Where a connection breaks, httplib2 makes it anew.
            connection.connect = _hung_up
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)
        self._http.close()

    @property
    def _devices(self) -> Any:  # noqa: ANN401 - Google's client has no types
        return self._service.enterprises().devices()

    @property
    def _policies(self) -> Any:  # noqa: ANN401 - likewise
        return self._service.enterprises().policies()

    def _path(self, kind: str, name: str) -> str:
        return f"enterprises/{self._name}/{kind}/{name}"

    async def _done(self, request: Any, what: str, *, missing: bool = False) -> dict[str, Any] | None:  # noqa: ANN401 - likewise
        """Google's answer; asked again, and again, where it only has no time right now."""
        waits_s = iter(_WAITS_S)
        while True:
            try:
                return shaped(await asyncio.to_thread(request.execute, http=self._http))
            except Exception as error:  # noqa: BLE001 - three libraries raise what they like; the table translates it
                if missing and status_of(error) == 404:
                    return None
                wait_s = _wait_s(error, next(waits_s, None))
                if wait_s is None or wait_s > self._patience_s:
                    raise android_trouble(error, what) from None
            await asyncio.sleep(wait_s)


def _hung_up() -> None:
    raise ConnectionAbortedError


def _wait_s(error: BaseException, otherwise_s: float | None) -> float | None:
    """How long to wait before Google is asked again, in seconds; None: it is asked no more."""
    if otherwise_s is None or status_of(error) not in _LATER:
        return None
    asked_s = asked_to_wait_s(error)
    return otherwise_s if asked_s is None else asked_s


def enterprise(link: Link, http: Any = None) -> Enterprise:  # noqa: ANN401 - Google's client has no types
    """The enterprise of a board, as its service account sees it.

    Args:
        link: The board; its options say enterprise and endpoint, its password is the account's key.
        http: Speaks HTTP instead of httplib2, for tests.

    Raises:
        MissingExtraError: Google's client is not installed.
        DeviceTroubleError: The key is none.
    """
    endpoint = str(link.options["endpoint"])
    try:
        service, http = _service(endpoint), http or _http(link, endpoint)
    except ImportError:
        raise MissingExtraError("android", "talking to Google's Android Management API") from None
    return Enterprise(str(link.options["enterprise"]), service, http, link.timeout_s)


@lru_cache(4)
def _service(endpoint: str) -> Any:  # noqa: ANN401 - Google's client has no types
    """The client for one endpoint. Thousands of boards share it: it is made from 400 KB, and has no state."""
    import httplib2  # type: ignore[import-untyped]  # noqa: PLC0415 - a slow import, and an extra
    from googleapiclient.discovery import build  # type: ignore[import-untyped]  # noqa: PLC0415 - likewise

    return build(
        "androidmanagement", "v1", http=httplib2.Http(), static_discovery=True, cache_discovery=False,
        client_options={"api_endpoint": endpoint},
    )  # fmt: skip


def _http(link: Link, endpoint: str) -> Any:  # noqa: ANN401 - Google's client has no types
    import httplib2  # noqa: PLC0415 - a slow import, and an extra
    from google_auth_httplib2 import AuthorizedHttp  # type: ignore[import-untyped]  # noqa: PLC0415 - likewise

    http = httplib2.Http(timeout=link.timeout_s)
    place = urlsplit(endpoint)
    if place.scheme == "http" and (place.hostname or "").startswith(_LOOPBACK):
        from google.oauth2.credentials import Credentials  # noqa: PLC0415 - likewise

        # The lab's twin knows no Google account: there the secret is the token itself, and it stays on this computer.
        token = Credentials(token=link.secret(link.login.password))  # type: ignore[no-untyped-call]
        return AuthorizedHttp(token, http=http, refresh_status_codes=())
    return AuthorizedHttp(_account(link), http=http)


def _account(link: Link) -> Any:  # noqa: ANN401 - Google's client has no types
    """The service account of a key.

    Raises:
        DeviceTroubleError: The secret is no key.
    """
    from google.oauth2 import service_account  # noqa: PLC0415 - likewise

    secret = link.secret(link.login.password)
    try:
        info = json.loads(secret)
        make = service_account.Credentials.from_service_account_info
        return make(info, scopes=[_SCOPE])  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, KeyError, AttributeError):
        # What the library says may quote the key.
        what = f"the secret {link.login.password} is no key of a service account"
        hint = "it is the whole JSON file that Google's console gives: campusctl secrets set NAME < FILE"
        raise DeviceTroubleError(FaultKind.SECRET, what, hint) from None
