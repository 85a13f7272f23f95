"""A person runs the playbook in the workspace: documents and secrets are found, and what became of each PC is told."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_rig import Ansible, Change, Ran

PLAYBOOK = ("playbook", "-i", "inventory/campus.yml", "playbooks/pcs.yml", "--limit", "s042-r201-pc01")
HERE = ("-e", "ansible_connection=local", "-e", "ansible_become=false")
CANARY = "Geheim-zyx"
SECRET = {"CAMPUSCTL_SECRET_PC_LEHRER": CANARY}


@pytest.fixture(scope="module")
def checked(ansible: Ansible) -> Ran:
    """A check that says all it can."""
    return ansible(*PLAYBOOK, *HERE, "--check", "--diff", "-vvvvv", environ=SECRET)


def test_a_check_says_what_differs_and_shows_it_with_diff(checked: Ran) -> None:
    """Before and after of each edit, a sentence for each PC at the end, and no secret anywhere."""
    ran = checked
    assert (ran.code, "changed: [s042-r201-pc01]" in ran.out) == (0, True)
    assert "--- before: file /etc/timezone\n+++ after: file /etc/timezone (write /etc/timezone)\n" in ran.out
    assert "+Europe/Berlin\n" in ran.out
    (line,) = [line for line in ran.out.splitlines() if line.startswith("s042-r201-pc01") and "differ: file" in line]
    assert line.split(":", 1)[1].split(" differ: ")[0].strip().isdigit()
    assert "\n1 PC: 1 differs\n" in ran.out
    assert CANARY not in ran.out + ran.err


def test_a_password_of_one_letter_makes_no_holes(ansible: Ansible, place: Path) -> None:
    """Ansible would hide every `x`, in paths too, and so tell what the password is."""
    ran = ansible(*PLAYBOOK, *HERE, "--check", "--diff", environ={"CAMPUSCTL_SECRET_PC_LEHRER": "x"})
    assert "file /etc/default/keyboard" in ran.out
    assert "nodeadkeys" in ran.out
    assert "**x" not in ran.out.replace("PLAY", "")
    assert "********" not in "".join(line for line in ran.out.splitlines() if line.startswith(("---", "+++", "+")))


def test_what_a_real_run_replaces_is_kept(ansible: Ansible, checked: Ran) -> None:
    """Under an id of its own; a check keeps nothing."""
    real = ansible(*PLAYBOOK, *HERE, "-v", environ=SECRET)
    for ran, kept, words in ((real, True, "1 PC: 1 changed"), (checked, False, "1 PC: 1 differs")):
        assert ('"kept": "hand-' in ran.out) is kept
        assert ('"kept": ""' in ran.out) is not kept
        assert f"\n{words}\n" in ran.out


def test_a_missing_secret_is_each_pcs_own_trouble(ansible: Ansible, place: Path) -> None:
    """In campusctl's words, with its hint, and without a traceback."""
    ran = ansible(*PLAYBOOK, *HERE, "--check")
    assert ran.code != 0
    assert (
        "s042-r201-pc01             : failed: the secret 'pc/lehrer' is not in the environment; "
        "hint: set CAMPUSCTL_SECRET_PC_LEHRER"
    ) in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_a_password_for_sudo_is_fetched_when_it_is_used(ansible: Ansible, place: Path, change: Change) -> None:
    """No variable holds it: what `ansible-inventory` shows is the way to it."""
    change(place / "inventory/city.yml", "login: {user: campus, key", "login: {enable: pc/sudo, user: campus, key")
    said = ansible("inventory", "-i", "inventory/campus.yml", "--host", "s042-r201-pc01").out
    assert json.loads(said)["ansible_become_password"] == "{{ lookup('campusctl.pcs.secret', 'pc/sudo') }}"
    (place / "playbooks/show.yml").write_text(
        "- hosts: s042-r201-pc01\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.debug: {msg: 'it is {{ ansible_become_password | length }} long'}\n"
    )
    show = ("playbook", "-i", "inventory/campus.yml", "playbooks/show.yml")
    ran = ansible(*show, environ={"CAMPUSCTL_SECRET_PC_SUDO": CANARY})
    assert f"it is {len(CANARY)} long" in ran.out
    ran = ansible(*show)
    assert "the secret 'pc/sudo' is not in the environment" in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err


def test_a_mistake_in_a_template_fails_its_pcs_with_file_and_line(
    ansible: Ansible, place: Path, change: Change
) -> None:
    """As `campusctl render` says it."""
    motd = place / "templates/pc/linux/motd.j2"
    change(motd, motd.read_text(), "Hello\n{{ nobody.knows }}\n")
    ran = ansible(*PLAYBOOK, *HERE, "--check", environ=SECRET)
    assert ran.code != 0
    assert "templates/pc/linux/motd.j2:2" in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err


def test_the_module_does_not_run_on_somebody_elses_host(ansible: Ansible, place: Path) -> None:
    """Without the inventory there is no document."""
    (place / "playbooks/own.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - campusctl.pcs.campus_pc:\n"
    )
    ran = ansible("playbook", "-i", "other,", "playbooks/own.yml", "-e", "ansible_connection=local")
    assert ran.code != 0
    assert "this host is not of campusctl's inventory" in ran.out + ran.err


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A real sshd on loopback, as root: its port, and the key that may log in."""
    program = Path("/usr/sbin/sshd")
    if not program.exists():
        pytest.skip("there is no /usr/sbin/sshd: apt-get install openssh-server")
    for name in ("host", "login"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    (tmp_path / "authorized").write_text((tmp_path / "login.pub").read_text())
    (tmp_path / "authorized").chmod(0o600)
    Path("/run/sshd").mkdir(exist_ok=True)
    port = _free_port()
    options = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": tmp_path / "host",
        "AuthorizedKeysFile": tmp_path / "authorized",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
    }
    arguments = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    command = [program, "-D", "-e", "-f", "/dev/null", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert "listening" in server.stderr.readline()
        yield port, tmp_path / "login"
        server.terminate()


def _free_port() -> int:
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_host_key_must_be_known(ansible: Ansible, place: Path, tmp_path: Path, sshd: tuple[int, Path]) -> None:
    """Over a real sshd: an unknown key and a changed one stop the PC, the right one lets it through."""
    port, key = sshd
    there = (
        "-e", "ansible_host=127.0.0.1", "-e", f"ansible_port={port}", "-e", f"ansible_ssh_private_key_file={key}",
        "-e", "ansible_user=root", "-e", "ansible_become=false",
        # Sockets of kept connections would have too long a path here.
        "-e", json.dumps({"ansible_ssh_args": "-o ControlMaster=no"}),
    )  # fmt: skip
    known = place / "known_hosts/schule-042"
    known.parent.mkdir()
    ran = ansible(*PLAYBOOK, *there, "--check", environ=SECRET)
    assert "s042-r201-pc01             : unreachable" in ran.out
    assert "Host key verification failed" in ran.out
    known.write_text(f"[127.0.0.1]:{port} {(tmp_path / 'login.pub').read_text()}")
    ran = ansible(*PLAYBOOK, *there, "--check", environ=SECRET)
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in ran.out
    known.write_text(f"[127.0.0.1]:{port} {(tmp_path / 'host.pub').read_text()}")
    ran = ansible(*PLAYBOOK, *there, "--check", environ=SECRET)
    assert (ran.code, "changed: [s042-r201-pc01]" in ran.out) == (0, True), ran.out + ran.err
