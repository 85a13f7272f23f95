"""Whether anything is at an address, by a real TCP connection."""

import asyncio
import socket

from campusctl.workflow.knocking import answers
from campusctl.workflow.onboarding import occupied


def knock(host: str, port: int) -> bool:
    """One knock."""
    return asyncio.run(answers(host, port, 0.3))


def test_who_listens_and_who_refuses_is_there() -> None:
    """A closed door belongs to a house."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert knock("127.0.0.1", port)
    assert knock("127.0.0.1", port)


def test_who_says_nothing_is_not_seen() -> None:
    """Its queue of connections is full: the kernel leaves ours without an answer."""
    with socket.socket() as deaf, socket.socket() as first:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        first.connect(deaf.getsockname())
        assert not knock(*deaf.getsockname())


def test_only_addresses_that_answer_are_in_use() -> None:
    """An address that is asked about twice is one; a network without a way to it is nobody's."""
    found = asyncio.run(occupied._answering(["127.0.0.1", "", "127.0.0.1", "255.255.255.255"]))
    assert found == {"127.0.0.1"}
