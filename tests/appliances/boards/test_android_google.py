"""Google's client with a real key: the token is fetched and sent, and each request has the shape Google documents."""

import asyncio
import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httplib2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import exceptions
from googleapiclient.http import HttpMockSequence

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.board.android_client import enterprise
from campusctl.drivers.board.android_shape import shaped
from campusctl.drivers.board.android_trouble import _STATUS, android_trouble
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin


def link(endpoint: str, secret: str = "") -> Link:
    """A board at some endpoint."""
    login = DeviceLogin(host="", port=0, user="", password="board/google", known_hosts="")
    options = {"endpoint": endpoint, "enterprise": "LC00x", "device": "3f2a", "policy": "p"}
    return Link("s042-r401-dt01", "", 443, login, {"board/google": secret}, options, 2.0)


class Google(BaseHTTPRequestHandler):
    """Records what arrives, and answers as Google would."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, str, Mapping[str, str], Any]]] = []

    def do_POST(self) -> None:
        """The token, for an assertion signed with the account's key."""
        size = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(size).decode())
        self.seen.append(("POST", self.path, dict(self.headers), form))
        self._say({"access_token": "ya29.made-for-this-test", "expires_in": 3600, "token_type": "Bearer"})

    def do_GET(self) -> None:
        """A device."""
        self.seen.append(("GET", self.path, dict(self.headers), None))
        self._say({"name": "enterprises/LC00x/devices/3f2a", "state": "ACTIVE"})

    def do_PATCH(self) -> None:
        """A policy."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(("PATCH", self.path, dict(self.headers), body))
        self._say({"name": "enterprises/LC00x/policies/p", "version": "2", **body})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _say(self, found: Mapping[str, Any]) -> None:
        data = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    """A server on loopback; its address, by a name that is not the lab's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def key(google: str) -> str:
    """The key of a service account, as Google's console gives it; its tokens come from our server."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps({
        "type": "service_account", "project_id": "city", "private_key_id": "k1", "private_key": private.decode(),
        "client_email": "campusctl@city.iam.gserviceaccount.com", "client_id": "1", "token_uri": f"{google}token",
    })  # fmt: skip


def test_every_request_as_google_wants_it(google: str, key: str) -> None:
    """The token is asked for once; then device and policy, with mask and bearer."""
    Google.seen.clear()

    async def talk() -> None:
        at = enterprise(link(google, key))
        assert (await at.device("3f2a"))["state"] == "ACTIVE"
        await at.patch_policy("p", {"cameraDisabled": True, "systemUpdate": None})
        await at.give_policy("3f2a", "p")
        at.close()

    asyncio.run(talk())
    token, device, policy, given = Google.seen
    assert (token[0], token[1], token[3]["grant_type"]) == (
        "POST", "/token", ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
    )  # fmt: skip
    assert (device[0], urlsplit(device[1]).path) == ("GET", "/v1/enterprises/LC00x/devices/3f2a")
    assert (policy[0], urlsplit(policy[1]).path, policy[3]) == (
        "PATCH", "/v1/enterprises/LC00x/policies/p", {"cameraDisabled": True},
    )  # fmt: skip
    assert parse_qs(urlsplit(policy[1]).query)["updateMask"] == ["cameraDisabled,systemUpdate"]
    assert (given[0], given[3]) == ("PATCH", {"policyName": "enterprises/LC00x/policies/p"})
    assert parse_qs(urlsplit(given[1]).query)["updateMask"] == ["policyName"]
    bearers = {heads.get("authorization") or heads.get("Authorization") for _, _, heads, _ in (device, policy, given)}
    assert bearers == {"Bearer ya29.made-for-this-test"}
    assert "PRIVATE KEY" not in str(Google.seen)


@pytest.mark.parametrize(
    "secret", ["", "no json", "[]", "{}", '{"type": "service_account", "private_key": "Canary-Key"}']
)
def test_a_secret_that_is_no_key(google: str, secret: str) -> None:
    """It is named by its reference, and never quoted."""
    with pytest.raises(DeviceTroubleError) as found:
        enterprise(link(google, secret))
    assert (found.value.kind, found.value.what) == (
        FaultKind.SECRET, "the secret board/google is no key of a service account",
    )  # fmt: skip
    assert found.value.__cause__ is None


def test_answers_of_recorded_shape() -> None:
    """Google's client reads what Google writes: a device, no policy yet, the policy that was made."""
    missing = {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}
    answers = HttpMockSequence(
        [
            (
                {"status": "200"},
                json.dumps({"name": "enterprises/LC00x/devices/3f2a", "hardwareInfo": {"serialNumber": "S1"}}),
            ),
            ({"status": "404"}, json.dumps({"error": missing})),
            ({"status": "200"}, json.dumps({"name": "enterprises/LC00x/policies/p", "version": "1"})),
        ]
    )

    async def talk() -> tuple[Any, Any]:
        at = enterprise(link("https://androidmanagement.googleapis.com/"), answers)
        device = await at.device("3f2a")
        policy = await at.policy("p")
        await at.patch_policy("p", {"cameraDisabled": True})
        return device, policy

    device, policy = asyncio.run(talk())
    assert (device["hardwareInfo"], policy) == ({"serialNumber": "S1"}, {})
    asked = [(method, urlsplit(uri).netloc, urlsplit(uri).path) for uri, method, _, _ in answers.request_sequence]
    assert asked == [
        ("GET", "androidmanagement.googleapis.com", "/v1/enterprises/LC00x/devices/3f2a"),
        ("GET", "androidmanagement.googleapis.com", "/v1/enterprises/LC00x/policies/p"),
        ("PATCH", "androidmanagement.googleapis.com", "/v1/enterprises/LC00x/policies/p"),
    ]


@pytest.mark.parametrize("status", [*_STATUS, 418, 500, 502, 503])
def test_every_status_has_its_words(status: int) -> None:
    """The table is complete: each is a sentence and a hint, and no bug of ours."""
    answers = HttpMockSequence([({"status": str(status), "retry-after": "99"}, "<html>no JSON</html>")])
    with pytest.raises(DeviceTroubleError) as found:
        asyncio.run(enterprise(link("https://androidmanagement.googleapis.com/"), answers).device("3f2a"))
    assert found.value.kind is not FaultKind.INTERNAL
    assert f"(device 3f2a, HTTP {status})" in found.value.what
    assert found.value.hint


def test_an_answer_that_is_no_json() -> None:
    """Some proxy's page is not Google."""
    answers = HttpMockSequence([({"status": "200"}, "<html>please log in</html>")])
    with pytest.raises(DeviceTroubleError) as found:
        asyncio.run(enterprise(link("https://androidmanagement.googleapis.com/"), answers).device("3f2a"))
    assert (found.value.kind, found.value.what) == (
        FaultKind.MALFORMED,
        "whoever answers does not speak as Google does",
    )


def test_an_answer_without_a_name() -> None:
    """An empty one, too: Google names what it tells of."""
    answers = HttpMockSequence([({"status": "204"}, ""), ({"status": "200"}, "{}")])
    at = enterprise(link("https://androidmanagement.googleapis.com/"), answers)
    for question in (at.device("3f2a"), at.policy("p")):
        with pytest.raises(DeviceTroubleError) as found:
            asyncio.run(question)
        assert found.value.kind is FaultKind.MALFORMED


def test_google_has_no_time_right_now() -> None:
    """It is asked again when it says so; a wait of minutes is for a person to decide."""
    device = json.dumps({"name": "enterprises/LC00x/devices/3f2a"})
    busy = ({"status": "429", "retry-after": "0"}, "{}")
    answers = HttpMockSequence([busy, busy, ({"status": "200"}, device)])
    at = enterprise(link("https://androidmanagement.googleapis.com/"), answers)
    assert asyncio.run(at.device("3f2a")) == {"name": "enterprises/LC00x/devices/3f2a"}
    late = HttpMockSequence([({"status": "429", "retry-after": "300"}, "{}")])
    with pytest.raises(DeviceTroubleError) as found:
        asyncio.run(enterprise(link("https://androidmanagement.googleapis.com/"), late).device("3f2a"))
    assert (found.value.kind, found.value.hint) == (FaultKind.LOCKED, "wait 300 s, then try again")
    never = HttpMockSequence([busy, busy, busy])
    with pytest.raises(DeviceTroubleError):
        asyncio.run(enterprise(link("https://androidmanagement.googleapis.com/"), never).device("3f2a"))


@pytest.mark.parametrize("said", [
    [], "x", 7, {"hardwareInfo": []}, {"softwareInfo": "x"}, {"nonComplianceDetails": {}},
    {"nonComplianceDetails": [1]}, {"applications": ["x"]}, {"applications": [{"packageName": []}]},
    {"persistentPreferredActivities": [{"categories": [{}]}]},
    {"systemUpdate": {"type": "WINDOWED", "startMinutes": "x"}}, {"maximumTimeToLock": "soon"},
    {"openNetworkConfiguration": "{}"}, {"openNetworkConfiguration": {"NetworkConfigurations": [{"WiFi": 1}]}},
])  # fmt: skip
def test_an_answer_of_another_shape(said: object) -> None:
    """JSON, and not Google's: it is said, and no bug of ours."""
    with pytest.raises(DeviceTroubleError) as found:
        shaped(said)
    assert found.value.kind is FaultKind.MALFORMED


def test_null_is_nothing() -> None:
    """What Google, or a proxy, writes as null is not there; what nobody reads may be anything."""
    said = {"hardwareInfo": None, "applications": [{"packageName": "a.b", "installType": None}], "new": [[None]]}
    assert shaped(said) == {"applications": [{"packageName": "a.b"}], "new": [[None]]}


def _errors() -> Iterator[tuple[BaseException, FaultKind]]:
    yield TimeoutError(), FaultKind.TIMEOUT
    yield ConnectionRefusedError(), FaultKind.UNREACHABLE
    yield ssl.SSLCertVerificationError(), FaultKind.MALFORMED
    yield httplib2.ServerNotFoundError("Unable to find the server"), FaultKind.UNREACHABLE
    yield exceptions.RefreshError("invalid_grant", {"key": "Canary"}), FaultKind.AUTH
    yield exceptions.TransportError("no way"), FaultKind.UNREACHABLE
    yield httplib2.RedirectLimit("round and round", {}, b""), FaultKind.MALFORMED
    yield httplib2.error.MalformedHeader("WWW-Authenticate"), FaultKind.AUTH
    yield http.client.BadStatusLine("SSH-2.0"), FaultKind.MALFORMED
    yield http.client.IncompleteRead(b"{"), FaultKind.MALFORMED
    yield KeyError("ours"), FaultKind.INTERNAL


@pytest.mark.parametrize(("error", "kind"), list(_errors()), ids=lambda value: type(value).__name__)
def test_every_error_of_the_libraries_has_its_words(error: BaseException, kind: FaultKind) -> None:
    """Translated by the table; what a library says of a key is not repeated."""
    found = android_trouble(error, "device 3f2a")
    assert found.kind is kind
    assert "Canary" not in found.what + found.hint
