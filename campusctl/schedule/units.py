"""The systemd units of a schedule, as text."""

from pathlib import Path
from typing import Final

from campusctl.schedule.order import STATE, Order
from campusctl.schedule.quoting import unit_command, unit_text, unit_word

HEAD: Final = "# Written by `campusctl schedule install`; `campusctl schedule remove` takes it away.\n# order: "
"""The first lines of everything that is written; the order follows as JSON."""

_PASSWORD: Final = "CAMPUSCTL_VAULT_PASSWORD_FILE"  # noqa: S105 - the name of a variable

_EVERYWHERE: Final = """\
NoNewPrivileges=yes
UMask=0077
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""
"""What needs no right that a user lacks."""

_SYSTEM: Final = """\
CapabilityBoundingSet=
AmbientCapabilities=
PrivateDevices=yes
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RemoveIPC=yes
KeyringMode=private
"""
"""What only the machine's own systemd can give. /proc stays whole: a lock's holder is looked up there."""


def units(order: Order) -> dict[str, str]:
    """Name and text of the service and the timer."""
    head = f"{HEAD}{order.model_dump_json()}\n"
    return {f"{order.name}.service": head + _service(order), f"{order.name}.timer": head + _timer(order)}


def _service(order: Order) -> str:
    network = "Wants=network-online.target\nAfter=network-online.target\n" if order.system else ""
    return (
        f"[Unit]\nDescription=campusctl drift check of {unit_text(order.workspace)}\n{network}\n"
        f"[Service]\nType=oneshot\nExecStart={unit_command(order.command)}\n"
        "# 3: a switch could not be read, 4: something differs. Both are results, not failures.\n"
        f"SuccessExitStatus=3 4\nTimeoutStartSec={order.timeout_s}\nNice=10\n"
        "# The library that opens the vault makes a folder at its start.\nEnvironment=ANSIBLE_LOCAL_TEMP=/tmp\n"
        f"{_account(order)}{_password(order)}\n{_EVERYWHERE}{_SYSTEM if order.system else ''}{_files(order)}"
    )


def _account(order: Order) -> str:
    return f"User={unit_text(order.user)}\n" if order.system and order.user else ""


def _password(order: Order) -> str:
    """How the vault's password gets there: as a file, never as a value."""
    lines = f"EnvironmentFile={unit_text(order.environment_file)}\n" if order.environment_file else ""
    if not order.password_file:
        return lines
    if order.system and not order.password_script:
        # systemd reads the file, so that it may belong to root alone.
        lines += f"LoadCredential=vault-password:{unit_text(order.password_file)}\n"
        return lines + f"Environment={_PASSWORD}=%d/vault-password\n"
    return lines + f"Environment={unit_word(f'{_PASSWORD}={order.password_file}')}\n"


def _files(order: Order) -> str:
    if not (order.system or order.namespaces):
        return ""
    writes = [str(Path(order.workspace) / STATE), *(["/tmp"] if order.tmp_visible else [])]  # noqa: S108 - the real one
    return (
        f"ProtectSystem=strict\nReadWritePaths={' '.join(map(unit_word, writes))}\n"
        f"ProtectHome={'read-only' if order.home_visible else 'yes'}\n"
        f"PrivateTmp={'no' if order.tmp_visible else 'yes'}\n"
    )


def _timer(order: Order) -> str:
    return (
        f"[Unit]\nDescription=When campusctl checks {unit_text(order.workspace)} for drift\n\n"
        f"[Timer]\nOnCalendar={unit_text(order.calendar)}\nRandomizedDelaySec={order.jitter_s}\nFixedRandomDelay=yes\n"
        "AccuracySec=1min\n# A run that was missed, because the machine was off, is made up for.\nPersistent=yes\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
