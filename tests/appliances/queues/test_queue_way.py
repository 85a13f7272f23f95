"""How a print server is reached: a password never goes over a network in the clear, and never to a stranger."""

import pytest

from campusctl.drivers.appliance.base import Link
from campusctl.drivers.queues.cups import way
from campusctl.model.plan import DeviceLogin

PIN = ":".join(["AB"] * 32)


def _link(host: str, **options: str) -> Link:
    login = DeviceLogin(host=host, port=631, user="campus", known_hosts="")
    return Link("s042-a1-ps01", host, 631, login, {}, options, 1.0)


@pytest.mark.parametrize(
    ("host", "options", "found"),
    [
        ("10.42.10.21", {}, ("https://10.42.10.21:631", "", "")),
        ("10.42.10.21", {"tls": "remote"}, ("https://10.42.10.21:631", "", "")),
        ("10.42.10.21", {"certificate": PIN}, ("https://10.42.10.21:631", "", "ab" * 32)),
        ("10.42.10.21", {"socket": "/run/cups/cups.sock"}, ("http://localhost", "/run/cups/cups.sock", "")),
        ("127.42.10.21", {}, ("http://127.42.10.21:631", "", "")),
        ("127.42.10.21", {"certificate": PIN}, ("http://127.42.10.21:631", "", "")),
        ("127.42.10.21", {"socket": "/run/cups/cups.sock"}, ("http://127.42.10.21:631", "", "")),
        ("127.0.0.1", {"tls": "always", "certificate": PIN}, ("https://127.0.0.1:631", "", "ab" * 32)),
    ],
)
def test_the_way_to_a_server(host: str, options: dict[str, str], found: tuple[str, str, str]) -> None:
    """TLS to every other computer; the lab's twins are on this one, whatever the inventory says of sockets and pins."""
    made = way(_link(host, **options))
    assert (made.url, made.socket, made.certificate) == found
