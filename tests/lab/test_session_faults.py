"""What a session makes of a switch in trouble, over both transports: one fault, with its kind and what was sent."""

import contextlib
import itertools
import logging
import re
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from conftest import RULES, Peer
from sshd_script import ENABLE, PASSWORD, Script

from campusctl.drivers.switch.hostkeys import KnownHosts, fingerprint, scan
from campusctl.drivers.switch.session import SessionError
from campusctl.errors import CampusError
from campusctl.model.command import Command, CommandKind
from campusctl.model.outcome import FaultKind

Start = Callable[..., Peer]


def lines(*texts: str) -> list[Command]:
    """Ordinary commands."""
    return [Command(text=text) for text in texts]


def fault(peer: Peer, work: Callable[..., object] = lambda _session: None, **keywords: object) -> SessionError:
    """What a session with this switch fails with."""
    with pytest.raises(SessionError) as caught, peer.session(**keywords) as session:
        work(session)
    return caught.value


@pytest.mark.parametrize("at", [0, 1, 14, 29])
def test_a_refused_line_stops_the_rest(peer: Start, at: int) -> None:
    """The fault names the line and the reply; nothing follows its window but `end`."""
    commands = lines(*(f"vlan {number}" for number in range(10, 40)))
    error = "          ^\n% Invalid input detected at '^' marker.\n\n"
    switch = peer(Script(refuse={commands[at].text: error}))
    told: list[int] = []
    with switch.session() as session:
        with pytest.raises(SessionError) as caught:
            session.configure(commands, told.append)
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    wrong = caught.value
    assert wrong.kind is FaultKind.REJECTED
    assert wrong.rejected is not None
    assert (wrong.rejected.command, wrong.rejected.reply) == (
        commands[at].text, "% Invalid input detected at '^' marker.",
    )  # fmt: skip
    typed = switch.script.received[3:]
    assert typed[: wrong.sent] == [command.text for command in commands[: wrong.sent]]
    assert typed[wrong.sent :][:2] == ["end", "show running-config"]
    assert wrong.sent == told[-1] == (10 if at < 10 else 30)


def test_a_refused_answer_banner_or_hostname_stops_too(peer: Start) -> None:
    """Lines that go alone are checked alike, and the way out is taken."""
    for command in (
        Command(text="no vlan 30", answer="y"),
        Command(text="hostname -", kind=CommandKind.HOSTNAME),
    ):
        switch = peer(Script(refuse={command.text: "% Invalid input\n"}))
        with switch.session() as session:
            with pytest.raises(SessionError) as caught:
                session.configure([*lines("vlan 10"), command, *lines("vlan 20")], lambda _: None)
            assert caught.value.sent == 2
            assert session.show("show running-config") == "hostname sw01\n!\nend\n"
        assert "vlan 20" not in switch.script.received


def test_a_refused_show_is_a_fault(peer: Start) -> None:
    """An error line is not content."""
    switch = peer(Script(refuse={"show nonsense": "% Invalid input detected at '^' marker.\n"}))
    wrong = fault(switch, lambda session: session.show("show nonsense"))
    assert (wrong.kind, wrong.sent) == (FaultKind.REJECTED, 0)
    assert wrong.what == "the switch refused `show nonsense`: % Invalid input detected at '^' marker."


def test_an_error_line_inside_a_configuration_is_content(peer: Start) -> None:
    """A banner may say what it likes."""
    text = "hostname sw01\n" + "interface Gi1/0/1\n" * 200 + "banner motd ^C\n% Invalid input\n^C\nend\n"
    switch = peer(Script(running=text))
    with switch.session() as session:
        assert session.show("show running-config") == text


def test_a_question_nobody_expected_is_declined(peer: Start) -> None:
    """The line counts as refused, and the session stands at a prompt again."""
    switch = peer(Script(asks={"reload": ("Proceed with reload? [confirm]", "y")}))
    with switch.session() as session:
        with pytest.raises(SessionError) as caught:
            session.execute(["reload"])
        assert caught.value.kind is FaultKind.REJECTED
        assert "asks what nobody expected: Proceed with reload? [confirm]" in caught.value.what
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    assert "<'n'>" in switch.script.received


def test_a_question_in_the_middle_of_a_window_is_declined(peer: Start) -> None:
    """No time-out is waited for; the line that asks is named, and configuration mode is left."""
    switch = peer(Script(asks={"no vlan 11": ("Ports will be moved. Continue? [y/n] ", "y")}))
    commands = lines("vlan 10", "no vlan 11", "vlan 12")
    with switch.session() as session:
        with pytest.raises(SessionError) as caught:
            session.configure(commands, lambda _: None)
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    assert (caught.value.kind, caught.value.sent) == (FaultKind.REJECTED, 3)


def test_a_refused_context_that_ends_in_a_log_out_is_explained(peer: Start) -> None:
    """The lines behind it run in the wrong mode, and `exit` goes too far: the fault quotes the first refusal."""
    refuse = {"interface Gi9/0/9": "% Invalid interface\n", "description x": "% Invalid input\n"}
    switch = peer(Script(refuse=refuse))
    commands = lines("interface Gi9/0/9", "description x", "exit", "exit", "vlan 10")
    wrong = fault(switch, lambda session: session.configure(commands, lambda _: None))
    assert (wrong.kind, wrong.sent) == (FaultKind.UNREACHABLE, 5)
    assert wrong.what.endswith("before that the switch said: % Invalid interface")


def test_a_locked_configuration_is_said_so(peer: Start) -> None:
    """Nothing is sent when configuration mode cannot be entered."""
    switch = peer(Script(config_locked=True))
    wrong = fault(switch, lambda session: session.configure(lines("vlan 10"), lambda _: None))
    assert (wrong.kind, wrong.sent) == (FaultKind.LOCKED, 0)
    assert "vlan 10" not in switch.script.received


def test_a_silent_switch_is_a_timeout_with_what_was_sent(peer: Start) -> None:
    """It stops answering in the middle of a window."""
    switch = peer(Script(hang_at="vlan 12"))
    commands = lines("vlan 10", "vlan 11", "vlan 12", "vlan 13")
    wrong = fault(switch, lambda session: session.configure(commands, lambda _: None), timeout_s=0.5)
    assert (wrong.kind, wrong.sent) == (FaultKind.TIMEOUT, 4)


def test_a_switch_that_hangs_up_in_the_middle(peer: Start) -> None:
    """Half a configuration is no configuration."""
    switch = peer(Script(drop_at="show running-config"))
    wrong = fault(switch, lambda session: session.show("show running-config"))
    assert wrong.kind is FaultKind.UNREACHABLE
    assert switch.script.received.count("show running-config") == 1


def test_a_switch_that_hangs_up_while_it_is_configured(peer: Start) -> None:
    """What was written is counted, and nothing is repeated."""
    switch = peer(Script(drop_at="vlan 11"))
    wrong = fault(switch, lambda session: session.configure(lines("vlan 10", "vlan 11", "vlan 12"), lambda _: None))
    assert (wrong.kind, wrong.sent) == (FaultKind.UNREACHABLE, 3)
    assert (switch.script.received.count("vlan 10"), switch.script.connections) == (1, 1)


@pytest.mark.parametrize(
    "prompts",
    [
        itertools.cycle(["sw01#", "sw\x00\x1b[7m\ufffd#"]),
        (f"sw{number}#" for number in itertools.count()),
        itertools.repeat("s\x01w# "),
    ],
    ids=["now and then", "ever another", "control character"],
)
def test_garbage_in_the_prompt_is_no_prompt(peer: Start, prompts: Iterator[str]) -> None:
    """Neither a login nor a reply may end in a guess."""
    switch = peer(Script(prompts=prompts))
    wrong = fault(switch, lambda session: session.show_many(["show a", "show b"]), timeout_s=1.0, read_timeout_s=1.5)
    assert wrong.kind in (FaultKind.MALFORMED, FaultKind.TIMEOUT)
    assert wrong.sent == 0


def test_a_wrong_password_is_tried_once(peer: Start) -> None:
    """More attempts could lock the account."""
    switch = peer(Script(auth=("password", "keyboard-interactive")))
    switch.secrets["sw/pw"] = "not-this-one"
    wrong = fault(switch)
    assert (wrong.kind, wrong.what) == (FaultKind.AUTH, "the switch does not accept 'admin' with this password")
    assert switch.script.logins == [("password", "not-this-one")]
    assert switch.script.connections == 1


def test_keyboard_interactive_takes_the_password(peer: Start) -> None:
    """Where plain passwords are not offered."""
    switch = peer(Script(auth=("keyboard-interactive",)))
    with switch.session() as session:
        assert session.hostname == "sw01"
    assert switch.script.logins == [("keyboard-interactive", PASSWORD)]


@pytest.mark.parametrize(("secret", "what"), [("wrong", "does not let us into"), ("", "names none")])
def test_no_enable_mode_is_an_auth_fault(peer: Start, secret: str, what: str) -> None:
    """A wrong enable secret, or none."""
    switch = peer(Script(enabled=False))
    switch.secrets["sw/enable"] = secret
    wrong = fault(switch, enable="sw/enable" if secret else "")
    assert wrong.kind is FaultKind.AUTH
    assert what in wrong.what


def test_a_missing_secret_sends_nothing(peer: Start) -> None:
    """A reference nobody knows is a fault before its window goes out."""
    switch = peer()
    wrong = fault(
        switch,
        lambda session: session.configure(lines("vlan 10", "username x secret <<secret:no/such>>"), lambda _: None),
    )
    assert (wrong.kind, wrong.sent, wrong.what) == (FaultKind.SECRET, 0, "the secret no/such is not at hand")
    assert "vlan 10" not in switch.script.received


def test_a_connection_without_a_session_is_tried_once_more(peer: Start) -> None:
    """A switch that has no line free for a moment."""
    switch = peer(Script(refuse_connections=1))
    with switch.session() as session:
        assert session.hostname == "sw01"
    assert switch.script.connections == 2


def test_a_connection_that_never_stands_is_given_up(peer: Start) -> None:
    """After the second time."""
    switch = peer(Script(refuse_connections=99))
    wrong = fault(switch)
    assert (wrong.kind, switch.script.connections) == (FaultKind.UNREACHABLE, 2)
    assert wrong.hint == "is the switch powered, cabled and at this address? try to ping it"


def test_nobody_listens(peer: Start) -> None:
    """A closed port is unreachable, with the system's own word."""
    switch = peer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wrong = fault(switch, port=port)
    assert (wrong.kind, wrong.what) == (FaultKind.UNREACHABLE, f"127.0.0.1:{port}: Connection refused")


def test_nobody_answers_at_all(peer: Start) -> None:
    """As with a switch that is powered off: its time-out once, no second try."""
    switch = peer()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
        port = full.getsockname()[1]
        for _ in range(4):  # the queue is full, and the system answers no further connection
            held = waiting.enter_context(socket.socket())
            held.setblocking(False)
            held.connect_ex(("127.0.0.1", port))
        begun = time.monotonic()
        wrong = fault(switch, port=port, timeout_s=0.4)
    assert (wrong.kind, wrong.what) == (FaultKind.UNREACHABLE, f"127.0.0.1:{port}: no answer in time")
    assert time.monotonic() - begun < 1.5


def test_a_host_that_never_greets_costs_its_timeout_only(peer: Start) -> None:
    """TCP stands, SSH does not come; no second try."""
    switch = peer()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        begun = time.monotonic()
        wrong = fault(switch, port=mute.getsockname()[1], timeout_s=0.6)
    assert wrong.kind in (FaultKind.TIMEOUT, FaultKind.UNREACHABLE)
    assert time.monotonic() - begun < 1.6


def test_an_unknown_host_key_is_refused_before_any_credential(peer: Start, host_keys: dict) -> None:
    """The fingerprint is shown, and what to do."""
    switch = peer()
    wrong = fault(switch, known_hosts=switch.login.known_hosts + ".none")
    print_of = fingerprint(host_keys["ssh-ed25519"].public_data)
    assert wrong.kind is FaultKind.HOST_KEY
    assert wrong.what == f"the host key of [127.0.0.1]:{switch.login.port} is unknown: ssh-ed25519 {print_of}"
    assert "campusctl trust SCHOOL" in wrong.hint
    assert (switch.script.logins, switch.script.connections) == ([], 1)


def test_a_changed_host_key_names_both(peer: Start, host_keys: dict, tmp_path: object) -> None:
    """The old and the new fingerprint; never a second try, no credential."""
    import asyncssh  # noqa: PLC0415 - makes one more key

    switch = peer()
    old = asyncssh.generate_private_key("ssh-ed25519").public_data
    path = tmp_path / "changed"
    KnownHosts.load(path).add("127.0.0.1", switch.login.port, "ssh-ed25519", old).save()
    wrong = fault(switch, known_hosts=str(path))
    assert wrong.kind is FaultKind.HOST_KEY
    assert wrong.what == (
        f"the host key of [127.0.0.1]:{switch.login.port} has CHANGED: known is ssh-ed25519 {fingerprint(old)}, "
        f"it now shows ssh-ed25519 {fingerprint(host_keys['ssh-ed25519'].public_data)}"
    )
    assert (switch.script.logins, switch.script.connections) == ([], 1)


@pytest.mark.parametrize("known", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_switch_with_several_keys_is_asked_for_the_one_we_know(
    peer: Start, host_keys: dict, tmp_path: object, known: str
) -> None:
    """So that it does not look changed."""
    switch = peer(keys=("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"))
    path = tmp_path / "one"
    blob = host_keys[known].public_data
    KnownHosts.load(path).add("127.0.0.1", switch.login.port, known, blob).save()
    with switch.session(known_hosts=str(path)) as session:
        assert session.hostname == "sw01"
    assert scan("127.0.0.1", switch.login.port, 5.0, prefer=(known,)) == (known, blob)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
@pytest.mark.parametrize("passphrase", [None, "only-for-the-key"])
def test_a_key_file_logs_in(peer: Start, host_keys: dict, tmp_path: object, kind: str, passphrase: str | None) -> None:
    """Each type, also encrypted with a passphrase by reference."""
    key = host_keys[kind]
    path = tmp_path / "id"
    path.write_bytes(key.export_private_key("openssh", passphrase, rounds=16, ignore_few_rounds=True))
    switch = peer(Script(auth=("publickey",), authorized=key.export_public_key().decode()))
    if passphrase:
        switch.secrets["sw/key"] = passphrase
    if kind == "ssh-rsa" and switch.transport == "libssh2":
        # libssh2 writes beyond its memory when it signs with an RSA key.
        with pytest.raises(CampusError, match="libssh2 cannot log in with an RSA key"):
            fault(switch, key_file=str(path), key_passphrase="sw/key" if passphrase else "")
        switch.transport = "auto"
    reference = "sw/key" if passphrase else ""
    with switch.session(key_file=str(path), password="", key_passphrase=reference) as session:
        assert session.hostname == "sw01"


def test_a_key_nobody_knows_falls_back_to_the_password(peer: Start, host_keys: dict, tmp_path: object) -> None:
    """If there is one; else it is an auth fault."""
    path = tmp_path / "id"
    path.write_bytes(host_keys["ssh-ed25519"].export_private_key("openssh"))
    switch = peer(Script(auth=("publickey", "password")))
    with switch.session(key_file=str(path)) as session:
        assert session.hostname == "sw01"
    wrong = fault(switch, key_file=str(path), password="")
    assert (wrong.kind, wrong.what) == (FaultKind.AUTH, "the switch does not accept 'admin' with this key")


@pytest.mark.parametrize("content", ["", "no key at all\n"])
def test_an_unreadable_key_file_is_an_auth_fault(peer: Start, tmp_path: object, content: str) -> None:
    """Missing or no key; it is not the switch's fault, but its log-in fails."""
    path = tmp_path / "id"
    if content:
        path.write_text(content)
    wrong = fault(peer(Script(auth=("publickey",))), key_file=str(path), password="")
    assert wrong.kind is FaultKind.AUTH


OLD = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "signature_algs": ["ssh-rsa"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
}


# The simulated switch uses the old Diffie-Hellman groups, which its own library warns about.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_old_algorithms_only_where_they_are_allowed(peer: Start) -> None:
    """libssh2 can; paramiko 5 cannot, and says that there is nothing in common."""
    switch = peer(keys=("ssh-rsa",), **OLD)
    wrong = fault(switch)
    assert wrong.kind is FaultKind.UNREACHABLE
    assert wrong.what == f"127.0.0.1:{switch.login.port}: no algorithm in common"
    assert wrong.hint == "old firmware? then allow it old algorithms in the inventory: legacy_algorithms: true"
    assert switch.script.connections == 1
    if switch.transport == "libssh2":
        with switch.session(legacy_algorithms=True) as session:
            assert session.hostname == "sw01"


def test_a_stopped_run_sends_no_further_window(peer: Start) -> None:
    """What is in flight ends, configuration mode is left."""
    from campusctl.drivers.switch.session import open_session  # noqa: PLC0415 - with the extra argument

    switch = peer()
    stop = threading.Event()
    commands = lines(*(f"vlan {number}" for number in range(10, 60)))
    with open_session(switch.login, RULES, switch.secrets.__getitem__, switch.transport, stop) as session:
        with pytest.raises(SessionError) as caught:
            session.configure(commands, lambda _count: stop.set())
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    assert (caught.value.kind, caught.value.sent) == (FaultKind.INTERRUPTED, 10)


def test_an_interrupt_in_the_middle_leaves_configuration_mode(peer: Start) -> None:
    """Ctrl-C too: `end` is sent before it goes on up."""
    switch = peer()

    def interrupt(_count: int) -> None:
        raise KeyboardInterrupt

    with switch.session() as session:
        with pytest.raises(KeyboardInterrupt):
            session.configure(lines("vlan 10"), interrupt)
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    assert switch.script.received[2:4] == ["configure terminal", "end"]


CANARIES = ("canary-password", "canary-enable", "canary-community", "canary-passphrase", PASSWORD, ENABLE)


def test_no_secret_gets_into_an_exception_or_a_log(
    peer: Start, tmp_path: object, host_keys: dict, caplog: pytest.LogCaptureFixture
) -> None:
    """Wrong credentials, refused commands that quote them, broken lines: texts, tracebacks and logs stay clean."""
    caplog.set_level(logging.DEBUG)
    for name in ("paramiko", "netmiko"):
        caplog.set_level(logging.DEBUG, logger=name)
    key = tmp_path / "id"
    key.write_bytes(
        host_keys["ssh-ed25519"].export_private_key("openssh", "another-passphrase", rounds=16, ignore_few_rounds=True)
    )
    command = lines("snmp-server community <<secret:snmp/ro>> ro")
    typed = f"snmp-server community {CANARIES[2]} ro"
    wrong = replace(RULES, error=re.compile(r"^(% |Invalid)", re.MULTILINE))
    cases: list[tuple[Script, dict, Callable]] = [
        (Script(), {"password": "canary/pw"}, lambda _session: None),
        (Script(enabled=False), {"enable": "canary/enable"}, lambda _session: None),
        (Script(auth=("publickey",)), {"key_file": str(key), "key_passphrase": "canary/key"}, lambda _session: None),
        (Script(refuse={typed: f"Invalid input: {typed}\n"}), {}, lambda s: s.configure(command, lambda _: None)),
        (Script(refuse={typed: f"Invalid input: {CANARIES[2]}\n"}), {}, lambda s: s.execute([command[0].text])),
        (Script(hang_at=typed), {"timeout_s": 0.5}, lambda s: s.configure(command, lambda _: None)),
        (Script(drop_at=typed), {}, lambda s: s.configure(command, lambda _: None)),
        (Script(asks={typed: (f"{CANARIES[2]}? [y/n] ", "y")}), {}, lambda s: s.execute([command[0].text])),
    ]
    texts = []
    for script, login, work in cases:
        switch = peer(script)
        switch.secrets |= {
            "canary/pw": CANARIES[0], "canary/enable": CANARIES[1], "snmp/ro": CANARIES[2], "canary/key": CANARIES[3],
        }  # fmt: skip
        error = fault(switch, work, rules=wrong, **login)
        texts += [str(error), repr(error), error.what, error.hint, repr(error.rejected), repr(vars(error))]
        texts += traceback.format_exception(error)
    texts += [f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records]
    assert len(texts) > 40
    assert [text for text in texts for canary in CANARIES if canary in text] == []
