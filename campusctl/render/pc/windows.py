"""The document of a Windows PC: the same settings as a Linux PC's, in the words of Windows. See docs/pcs-windows.md."""

import re
import subprocess
from typing import Any, Final

from campusctl.model.inventory import Settings
from campusctl.model.pc_intent import PcIntent
from campusctl.model.pc_parts import PcService, PcUser
from campusctl.model.pc_windows import WindowsTask
from campusctl.render.pc.document import Fragment, OfPc, OfSettings, Text
from campusctl.render.pc.windows_policies import policies
from campusctl.render.pc.windows_zones import WINDOWS_ZONES
from campusctl.render.values import RefusedValueError

_USERS: Final = "S-1-5-32-545"

WELL_KNOWN: Final = {
    "users": _USERS,
    "administrators": "S-1-5-32-544",
    "sudo": "S-1-5-32-544",
    "guests": "S-1-5-32-546",
    "remote-desktop-users": "S-1-5-32-555",
}
"""Groups every Windows has, by a name of ours: Windows translates their names, so they go by number.

Source: Microsoft, "Security identifiers", well-known SIDs.
"""

_PLANS: Final = {
    "balanced": "381b4222-f694-41f0-9685-ff5bb260df2e",
    "high-performance": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
    "power-saver": "a1841308-3541-4fab-bc81-f71556f20b4a",
}
"""Power plans of Windows. Source: Microsoft, "Power Policy Settings"."""

_WINGET_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*(\.[A-Za-z0-9][A-Za-z0-9_+-]*)+")
_OUR_WAY_IN: Final = frozenset({"winrm", "mpssvc", "rpcss", "lanmanserver"})
_LONGEST_ACCOUNT: Final = 20


def modes(settings: Settings, _: Text) -> Fragment:
    """Nothing; what cannot be had on Windows is refused, not left out in silence."""
    if settings.pc.mode == "kiosk":
        raise RefusedValueError(
            "kiosk mode is not offered for Windows", "set up assigned access by hand, or use a Linux PC"
        )
    if settings.pc.mode == "exam" and settings.pc.exam.addresses:
        raise RefusedValueError("`exam.addresses` cannot hold on Windows", "`exam.allowed` does, for browsers")
    return {}


def packages(settings: Settings, _: Text) -> Fragment:
    """Packages by their id at winget or Chocolatey."""
    found = {}
    for name, state in settings.pc.packages.items():
        said = settings.pc.windows.packages.get(name)
        if said is None and not _WINGET_ID.fullmatch(name):
            raise RefusedValueError(
                f"package `{name}`: nothing says how it is had on Windows",
                f"`pc.windows.packages.{name}.id` names its id at winget or Chocolatey",
            )
        if state:
            source = said.source if said else "winget"
            entry = {"state": state, "source": source}
            found[(said and said.id) or name] = entry | ({"version": said.version} if said and said.version else {})
    return {"packages": found}


def accounts(settings: Settings, _: Text) -> Fragment:
    """Local groups and accounts."""
    groups = {name: {"state": group.state} for name, group in settings.pc.groups.items() if group}
    users = {name: _user(settings, name, user) for name, user in settings.pc.users.items() if user}
    return {"groups": groups, "users": users}


def _user(settings: Settings, name: str, user: PcUser) -> dict[str, Any]:
    if len(name) > _LONGEST_ACCOUNT:
        raise RefusedValueError(
            f"account `{name}`: Windows allows {_LONGEST_ACCOUNT} characters", "choose a shorter name"
        )
    if user.state == "absent":
        return {"state": "absent"}
    named = dict.fromkeys((*([user.group] if user.group else []), *user.groups))
    # Who is in no group cannot log in.
    groups = sorted({_group(settings, name, group) for group in named} | (set() if user.exact_groups else {_USERS}))
    found: dict[str, Any] = {"state": "present", "groups": groups}
    if user.exact_groups:
        found["exact_groups"] = True
    if user.title:
        found["title"] = user.title
    if user.locked is not None:
        found["locked"] = user.locked
    if user.password:
        found["password"] = f"<<secret:{user.password}>>"
    return found


def _group(settings: Settings, account: str, group: str) -> str:
    if settings.pc.groups.get(group):
        return group
    if group not in WELL_KNOWN:
        known = ", ".join(WELL_KNOWN)
        raise RefusedValueError(
            f"account `{account}`: Windows has no group `{group}`", f"known are `pc.groups`, and {known}"
        )
    return WELL_KNOWN[group]


def services(settings: Settings, _: Text) -> Fragment:
    """Services; that of the clock runs where time servers are named."""
    found = {name: _service(name, said) for name, said in settings.pc.services.items() if said}
    if settings.ntp.servers:
        found.setdefault("W32Time", {"start_mode": "auto", "state": "started"})
    return {"services": {name: entry for name, entry in found.items() if entry}}


def _service(name: str, said: PcService) -> dict[str, str]:
    found = {}
    if said.enabled is not None:
        found["start_mode"] = "auto" if said.enabled else "manual"
    if said.masked:
        found["start_mode"] = "disabled"
    if said.running is not None or said.masked:
        found["state"] = "started" if said.running and not said.masked else "stopped"
    if name.lower() in _OUR_WAY_IN and ("stopped" in found.values() or "disabled" in found.values()):
        raise RefusedValueError(f"service `{name}`: without it nobody gets in any more", "leave it running")
    return found


def tasks(settings: Settings, _: Text) -> Fragment:
    """Scheduled tasks."""
    return {"tasks": {name: _task(name, task) for name, task in settings.pc.windows.tasks.items() if task}}


def _task(name: str, task: WindowsTask) -> dict[str, Any]:
    if task.complaint:
        raise RefusedValueError(f"task `{name}`: {task.complaint}")
    if task.state == "absent":
        return {"state": "absent"}
    # Windows gives a program one text and leaves the words to it: its own quoting rules, not a shell's.
    arguments = subprocess.list2cmdline(task.command[1:])
    action = {"path": task.command[0], **({"arguments": arguments} if arguments else {})}
    who: dict[str, Any] = {"group": _USERS, "logon_type": "group"}
    if task.user != "USERS":
        who = {"username": task.user, "logon_type": "service_account", "run_level": "highest"}
    return {"state": "present", "actions": [action], "triggers": [_trigger(task)], **who}


_DAYS: Final = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


def _trigger(task: WindowsTask) -> dict[str, Any]:
    if task.when != "time":
        return {"type": task.when}
    # The day does not matter: a weekly or daily trigger needs one on which it begins.
    start = {"start_boundary": f"2020-01-01T{task.at}:00"}
    if not task.days:
        return {"type": "daily", **start}
    days = ",".join(name for day, name in _DAYS.items() if day in task.days)
    return {"type": "weekly", **start, "days_of_week": days, "weeks_interval": 1}


def around(settings: Settings, _: Text) -> Fragment:
    """What a PC has one of."""
    windows = settings.pc.windows
    zone = WINDOWS_ZONES.get(settings.timezone)
    if zone is None:
        raise RefusedValueError(
            f"time zone `{settings.timezone}`: no name of Windows' own is known for it", "another one of the same time"
        )
    return {
        "features": {name: state for name, state in windows.features.items() if state},
        "power": {"plan": _PLANS.get(windows.power, windows.power)} if windows.power else {},
        "timezone": {"zone": zone},
        "time": {"servers": list(settings.ntp.servers)} if settings.ntp.servers else {},
    }


def firewall(settings: Settings, _: Text) -> Fragment:
    """Its three profiles, and rules for what may come in; campusctl always may."""
    said = settings.pc.firewall
    if said.enabled is None:
        return {}
    state = "enabled" if said.enabled else "disabled"
    rules = {"campusctl": _rule("tcp", (settings.pc.windows.winrm.port,), said.ssh_sources)}
    rules |= {
        f"campusctl {name}": _rule(rule.protocol, rule.ports, rule.sources)
        for name, rule in said.allow.items()
        if rule and rule.ports
    }
    profiles = dict.fromkeys(("Domain", "Private", "Public"), state)
    return {"firewall": {"profiles": profiles, **({"rules": rules} if said.enabled else {})}}


def _rule(protocol: str, ports: tuple[int, ...], sources: tuple[str, ...]) -> dict[str, str]:
    found = {"state": "present", "protocol": protocol, "localport": ",".join(map(str, sorted(ports)))}
    return found | ({"remoteip": ",".join(sources)} if sources else {"remoteip": "any"})


def printing(pc: PcIntent, _: Text) -> Fragment:
    """Queues of the whole PC; the default one is each account's own."""
    said = pc.pc.printing
    if pc.pc.mode == "exam" and not pc.pc.exam.printing:
        return {"services": {"Spooler": {"start_mode": "disabled", "state": "stopped"}}}
    queues = {}
    for name, queue in said.queues.items():
        if queue is None:
            continue
        if queue.state == "absent":
            queues[name] = {"state": "absent"}
            continue
        device = pc.queues.get(name)
        uri = str(device.uri if device else queue.uri)
        driver = pc.pc.windows.printer_drivers.get(name) or ""
        if not driver and not uri.startswith(("ipp://", "ipps://")):
            raise RefusedValueError(
                f"print queue `{name}`: Windows needs a driver for {uri}",
                f"`pc.windows.printer_drivers.{name}` names one that is installed",
            )
        location = queue.location or (device.location if device else "")
        queues[name] = {"state": "present", "uri": uri, "driver": driver, "info": queue.info, "location": location}
    if not queues:
        return {}
    return {"printers": {"queues": queues}, "services": {"Spooler": {"start_mode": "auto", "state": "started"}}}


def shutdown(settings: Settings, _: Text) -> Fragment:
    """A task of Windows; it knows days of the week, and no holidays."""
    said = settings.pc.shutdown
    if said.time is None:
        return {"tasks": {"shutdown": {"state": "absent"}}}
    command = (r"C:\Windows\System32\shutdown.exe", "/s", "/t", str(said.warning_minutes * 60), "/c", said.text)
    return {"tasks": {"shutdown": _task("shutdown", WindowsTask(command=command, at=said.time, days=said.days))}}


OF_SETTINGS: Final[tuple[OfSettings, ...]] = (
    modes,
    policies,
    around,
    firewall,
    packages,
    accounts,
    shutdown,
    tasks,
    services,
)
"""Parts that are the same for all PCs with the same settings. What an operator says himself stands last and wins."""

OF_PC: Final[tuple[OfPc, ...]] = (printing,)
"""Parts that know the PC."""

HEAD: Final[dict[str, Any]] = {"format": 1, "os": "windows"}
"""What every document begins with."""
