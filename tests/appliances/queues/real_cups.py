"""A real cupsd of one's own, and a real IPP printer behind it: Debian's packages, unprivileged, on loopback."""

import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from queue_rig import PASSWORD, free_port

_ROOT: Final = os.geteuid() == 0
_USER: Final = "nobody" if _ROOT else ""
_START_S: Final = 10.0

_FILES: Final = """\
ServerRoot {root}/etc
StateDir {root}/run
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool/tmp
ErrorLog {root}/log/error_log
AccessLog {root}/log/access_log
PageLog {root}/log/page_log
ServerKeychain {root}/etc/ssl
User {user}
Group {group}
SystemGroup {group}
Sandboxing Off
FatalErrors none
"""
_OPEN: Final = """\
Listen 127.0.0.1:{port}
Listen {root}/run/cups.sock
ServerName localhost
ServerAlias *
Browsing No
DefaultAuthType None
PageLogFormat %p %{{job-name}}
MaxLogSize 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_LOCKED: Final = """\
Listen 127.0.0.1:{port}
Listen {root}/run/cups.sock
ServerName localhost
ServerAlias *
Browsing No
DefaultAuthType Basic
DefaultEncryption Required
MaxLogSize 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  AuthType Default
  Require valid-user
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_PAM: Final = "auth required pam_exec.so expose_authtok quiet {root}/check\naccount required pam_permit.so\n"
_CHECK: Final = """\
#!/bin/sh
read -r password
[ "$PAM_USER" = campus ] && [ "$password" = {password} ]
"""


def needs(program: str, package: str) -> str:
    """Path of a program; a test without it is skipped."""
    found = shutil.which(
        program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/cups/daemon:/usr/lib/cups/driver"
    )
    if found is None:
        pytest.skip(f"{program} is not there: apt-get install {package}")
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the unprivileged user can reach, unlike pytest's."""
    root = Path(tempfile.mkdtemp(prefix="campusctl-cups."))
    root.chmod(0o755)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _process(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _as_user(words: Sequence[str]) -> list[str]:
    before = ["setpriv", f"--reuid={_USER}", "--regid=nogroup", "--clear-groups"] if _ROOT else []
    return [*before, *words]


def _until_listening(port: int) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        with socket.socket() as one:
            one.settimeout(_START_S)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], 0.01)
    pytest.fail(f"nobody listens at port {port}")


@dataclass(frozen=True)
class Server:
    """A cupsd that is up."""

    root: Path
    port: int

    @property
    def page_log(self) -> str:
        """What it says was printed."""
        file = self.root / "log/page_log"
        return file.read_text() if file.exists() else ""

    @property
    def socket(self) -> str:
        """Its socket."""
        return str(self.root / "run/cups.sock")

    def run(self, program: str, *words: str) -> str:
        """One of CUPS's own commands on this server."""
        environ = {**os.environ, "CUPS_SERVER": f"127.0.0.1:{self.port}", "LC_ALL": "C"}
        words = (needs(program, "cups-client"), *words)
        done = subprocess.run(words, capture_output=True, text=True, env=environ, timeout=20, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def cupsd(*, locked: bool = False) -> Iterator[Server]:
    """A real cupsd; a locked one wants TLS and the password of `queue_rig`."""
    program = needs("cupsd", "cups-daemon")
    needs("cups-driverd", "cups")
    needs("driverless", "cups-filters")
    with _folder() as root:
        port = free_port()
        for folder in ("etc/ppd", "etc/ssl", "run/certs", "cache", "spool/tmp", "log"):
            (root / folder).mkdir(parents=True)
        user, group = (_USER, "nogroup") if _ROOT else (_name(), _group())
        (root / "etc/cups-files.conf").write_text(_FILES.format(root=root, user=user, group=group))
        (root / "etc/cupsd.conf").write_text((_LOCKED if locked else _OPEN).format(root=root, port=port))
        words = _as_user([program, "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"])
        if locked:
            words = _with_pam(root, words)
        if _ROOT:
            subprocess.run(["chown", "-R", f"{user}:{group}", str(root)], check=True)
        with _process(words):
            _until_listening(port)
            yield Server(root, port)


def _with_pam(root: Path, words: Sequence[str]) -> list[str]:
    """Start a program that sees another /etc/pam.d/cups, which knows one account; nobody else does."""
    if not _ROOT:
        pytest.skip("only root can give cupsd a PAM service of its own")
    (root / "pam").write_text(_PAM.format(root=root))
    (root / "check").write_text(_CHECK.format(password=PASSWORD))
    (root / "check").chmod(0o755)
    mounted = f'mount --bind {root}/pam /etc/pam.d/cups && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", mounted, "sh", *words]


def _name() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def _group() -> str:
    return subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()


class Printer:
    """An ippeveprinter that tells of every job that arrives."""

    def __init__(self, port: int, jobs: int) -> None:
        self.uri = f"ipp://localhost:{port}/ipp/print"
        """Where it prints."""
        self._jobs = jobs

    def job(self) -> Mapping[str, str]:
        """What the next job that arrives asks for, by IPP's names."""
        data = b""
        while not data.endswith(b"\nEND\n"):
            ready, _, _ = select.select([self._jobs], [], [], _START_S)
            assert ready, "no job arrived"
            data += os.read(self._jobs, 65536)
        rows = (line.partition("=") for line in data.decode().splitlines() if line.startswith("IPP_"))
        return {name.removeprefix("IPP_").lower().replace("_", "-"): value for name, _, value in rows}


@contextmanager
def ippeveprinter() -> Iterator[Printer]:
    """A real IPP Everywhere printer with a duplex unit."""
    program, bus = needs("ippeveprinter", "cups-ipp-utils"), needs("dbus-daemon", "dbus-daemon")
    with _folder() as root:
        port, pipe, command = free_port(), root / "jobs", root / "command"
        (root / "spool").mkdir()
        os.mkfifo(pipe, 0o666)
        pipe.chmod(0o666)
        command.write_text(f"#!/bin/sh\n{{ env | grep ^IPP_; echo END; }} > {pipe}\n")
        command.chmod(0o755)
        jobs = os.open(pipe, os.O_RDWR)
        environ = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={root}/bus"}
        place = ["-r", "off", "-n", "localhost", "-p", str(port), "-d", f"{root}/spool", "-c", str(command)]
        kind = ["-2", "-M", "Kyocera", "-m", "ECOSYS P3145dn", "-f", "application/pdf,image/pwg-raster"]
        printer = [program, *place, *kind, "Drucker"]
        try:
            with _process([bus, "--session", "--nofork", "--nopidfile", f"--address=unix:path={root}/bus"]):
                _until_there(root / "bus")
                with _process(printer, environ):
                    _until_listening(port)
                    yield Printer(port, jobs)
        finally:
            os.close(jobs)


def _until_there(file: Path) -> None:
    end = time.monotonic() + _START_S
    while not file.exists():
        assert time.monotonic() < end, f"{file} does not appear"
        select.select([], [], [], 0.01)
