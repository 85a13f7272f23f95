"""How a print server is reached: a password never goes over a network in the clear, and never to a stranger."""

import pytest

from campusctl.drivers.appliance.base import Link
from campusctl.drivers.queues.wire import Way, way
from campusctl.model.plan import DeviceLogin

PIN = ":".join(["AB"] * 32)


def _link(host: str, **options: str) -> Link:
    login = DeviceLogin(host=host, port=631, user="campus", known_hosts="")
    return Link("s042-a1-ps01", host, 631, login, {}, options, 1.0)


@pytest.mark.parametrize(
    ("host", "options", "found"),
    [
        ("10.42.10.21", {}, Way("https://10.42.10.21:631", "", b"")),
        ("10.42.10.21", {"tls": "remote"}, Way("https://10.42.10.21:631", "", b"")),
        ("10.42.10.21", {"certificate": PIN}, Way("https://10.42.10.21:631", "", b"\xab" * 32)),
        ("10.42.10.21", {"socket": "/run/cups/cups.sock"}, Way("http://localhost", "/run/cups/cups.sock", b"")),
        ("127.42.10.21", {}, Way("http://127.42.10.21:631", "", b"")),
        ("127.42.10.21", {"certificate": PIN}, Way("http://127.42.10.21:631", "", b"")),
        ("127.42.10.21", {"socket": "/run/cups/cups.sock"}, Way("http://127.42.10.21:631", "", b"")),
        ("127.0.0.1", {"tls": "always", "certificate": PIN}, Way("https://127.0.0.1:631", "", b"\xab" * 32)),
    ],
)
def test_the_way_to_a_server(host: str, options: dict[str, str], found: Way) -> None:
    """TLS to every other computer; the lab's twins are on this one, whatever the inventory says of sockets and pins."""
    assert way(_link(host, **options)) == found
