"""A Windows PC as its modules would see it: enough state to answer as they do, with check mode and diff.

No PowerShell runs here. What a module returns was read out of its source in the collections.
"""

import copy
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Json = Any
SCRIPTS = Path(__file__).parents[3] / "templates" / "pc" / "windows"
SIDS = {"S-1-5-32-544": "Administratoren", "S-1-5-32-545": "Benutzer"}


class Failed(Exception):  # noqa: N818 - what FailJson does
    """A module's own failure."""


class WindowsModel:
    """State of one PC, and every module call that reached it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: list[tuple[str, dict[str, Json]]] = []
        """Module name and arguments, as decoded from the wire, `_ansible_…` ones left out."""
        self.checks: list[bool] = []
        """Whether each of them came in check mode."""
        self.fail_when_changing: dict[str, str] = {}
        """Message with which a module fails, by its name, out of check mode."""
        self.registry: dict[str, dict[str, tuple[str, Json]]] = {}
        self.lists: dict[str, list[str]] = {}
        self.groups: dict[str, dict[str, Json]] = {name: {"description": "", "members": []} for name in SIDS.values()}
        self.users: dict[str, dict[str, Json]] = {}
        self.passwords: dict[str, str] = {}
        self.features: dict[str, bool] = {"SMB1Protocol": True, "TelnetClient": False}
        self.services: dict[str, dict[str, str]] = {
            "Spooler": {"start_mode": "auto", "state": "started"},
            "W32Time": {"start_mode": "manual", "state": "stopped"},
            "RemoteRegistry": {"start_mode": "manual", "state": "started"},
        }
        self.tasks: dict[str, dict[str, Json]] = {}
        self.rules: dict[str, dict[str, Json]] = {}
        self.profiles: dict[str, bool] = {"Domain": True, "Private": True, "Public": False}
        self.timezone = "UTC"
        self.power = "381b4222-f694-41f0-9685-ff5bb260df2e"
        self.packages: dict[tuple[str, str], str] = {}
        self.printers: dict[str, dict[str, str]] = {}

    def run(self, name: str, given: Mapping[str, Json]) -> dict[str, Json]:
        """What the module says; nothing is changed in check mode."""
        args = {key: value for key, value in given.items() if not key.startswith("_ansible_")}
        check = bool(given.get("_ansible_check_mode"))
        with self.lock:
            self.calls.append((name, args))
            self.checks.append(check)
            if not check and name in self.fail_when_changing:
                return {"failed": True, "msg": self.fail_when_changing[name], "changed": False}
            before = copy.deepcopy({key: value for key, value in vars(self).items() if key not in _OURS})
            try:
                answer = _MODULES[name.rpartition(".")[2]](self, args)
            except Failed as failure:
                answer = {"failed": True, "msg": str(failure), "changed": False}
            if check:
                vars(self).update(before)
        if not given.get("_ansible_diff"):
            answer.pop("diff", None)
        return {"changed": False, **answer}


_OURS = {"lock", "calls", "checks", "fail_when_changing"}


def _compared(before: Json, after: Json) -> dict[str, Json]:
    return {"changed": before != after, "diff": {"before": before, "after": after}}


def _ping(_: WindowsModel, args: Json) -> dict[str, Json]:
    return {"ping": args.get("data", "pong")}


def _regedit(pc: WindowsModel, args: Json) -> dict[str, Json]:
    key, name = args["path"], args["name"]
    kind, data = args.get("type", "string"), args.get("data")
    values = pc.registry.get(key)
    old = (values or {}).get(name)
    before: Json = {} if values is None else {key: {name: _registry_value(old)} if old else {}}
    if args.get("state", "present") == "absent":
        if not old:
            return {"changed": False, "diff": {"before": "", "after": ""}}
        del pc.registry[key][name]
        return {"changed": True, "diff": {"before": before, "after": {key: {}}}}
    pc.registry.setdefault(key, {})[name] = (kind, data)
    return _compared(before, {key: {name: _registry_value((kind, data))}})


def _registry_value(value: tuple[str, Json]) -> dict[str, Json]:
    kind, data = value
    return {"type": kind.capitalize(), "value": f"0x{int(data):08x}" if kind == "dword" else data}


def _group(pc: WindowsModel, args: Json) -> dict[str, Json]:
    name = args["name"]
    old = pc.groups.get(name)
    before = {"name": name, **old} if old else None
    if args.get("state") == "absent":
        pc.groups.pop(name, None)
        return _compared(before, None)
    new = {**(old or {"description": None, "members": []})}
    if args.get("description") is not None:
        new["description"] = args["description"]
    pc.groups[name] = new
    return _compared(before, {"name": name, **new})


def _user(pc: WindowsModel, args: Json) -> dict[str, Json]:
    name = args["name"]
    old = pc.users.get(name)
    before: Json = copy.deepcopy(old) if old else ""
    if args.get("state") == "absent":
        pc.users.pop(name, None)
        return {**_compared(before, ""), "state": "absent"}
    fresh = {"name": name, "fullname": "", "account_disabled": False, "groups": [], "password": "REDACTED"}
    new = copy.deepcopy(old) if old else {**fresh, "password_never_expires": False}
    for field in ("fullname", "account_disabled", "password_never_expires"):
        if args.get(field) is not None:
            new[field] = args[field]
    new["groups"] = _user_groups(pc, args, new["groups"])
    if args.get("password") is not None and not (old and args.get("update_password") == "on_create"):
        if old and pc.passwords.get(name) != args["password"]:
            new["password"] = "CHANGED REDACTED"
        pc.passwords[name] = args["password"]
    pc.users[name] = {**new, "password": "REDACTED"}
    return {**_compared(before, new if old else {"name": name}), "state": "present"}


def _user_groups(pc: WindowsModel, args: Json, old: list[str]) -> list[str]:
    if args.get("groups") is None:
        return old
    wanted = [SIDS.get(group, group) for group in args["groups"]]
    for group in wanted:
        if group not in pc.groups:
            raise Failed(f"group '{group}' not found")
    return [*old, *(new for new in wanted if new not in old)] if args["groups_action"] == "add" else wanted


def _feature(pc: WindowsModel, args: Json) -> dict[str, Json]:
    changed = False
    for name in args["name"]:
        if name not in pc.features:
            raise Failed(f"Failed to find feature '{name}'")
        wanted = args.get("state", "present") == "present"
        changed |= pc.features[name] is not wanted
        pc.features[name] = wanted
    return {"changed": changed, "reboot_required": changed}


def _service(pc: WindowsModel, args: Json) -> dict[str, Json]:
    real = {name.lower(): name for name in pc.services}.get(args["name"].lower())
    if real is None:
        raise Failed(f"Service '{args['name']}' is not installed, need to set 'path' to create a new service")
    before = {"name": real, "dependencies": [], **pc.services[real]}
    wanted = {key: args[key] for key in ("start_mode", "state") if args.get(key)}
    if wanted.get("state") == "restarted":
        pc.services[real]["state"] = "started"
        return {"changed": True, "diff": {"before": before, "after": {**before, "state": "restarted"}}}
    pc.services[real].update(wanted)
    return _compared(before, {**before, **wanted})


def _timezone(pc: WindowsModel, args: Json) -> dict[str, Json]:
    before, pc.timezone = pc.timezone, args["timezone"]
    return _compared(f"{before}\n", f"{pc.timezone}\n")


def _scheduled_task(pc: WindowsModel, args: Json) -> dict[str, Json]:
    name = args["name"]
    old = pc.tasks.get(name)
    if args.get("state") == "absent":
        pc.tasks.pop(name, None)
        return {"changed": old is not None, **({"diff": {"prepared": f"-[Task]\n-{name}\n"}} if old else {})}
    pc.tasks[name] = args
    if old is None:
        return {"changed": True, "diff": {"prepared": f"+[Task]\n+{name}\n\n[Actions]\n+action[0] = {{\n}}"}}
    moved = [key for key in args if old.get(key) != args[key]]
    text = "\n".join(f"-{key}={old.get(key)}\n+{key}={args[key]}" for key in moved)
    return {"changed": bool(moved), **({"diff": {"prepared": text}} if moved else {})}


def _rule(pc: WindowsModel, args: Json) -> dict[str, Json]:
    name = args["name"]
    old = pc.rules.get(name)
    if args.get("state") == "absent":
        pc.rules.pop(name, None)
        return {"changed": old is not None, "diff": {"prepared": f"-[{name}]\n" if old else ""}}
    pc.rules[name] = args
    if old is None:
        return {"changed": True, "diff": {"prepared": f"+[{name}]\n+Direction='1'\n"}}
    moved = [key for key in args if old.get(key) != args[key]]
    text = "".join(f"-{key}='{old.get(key)}'\n+{key}='{args[key]}'\n" for key in moved)
    return {"changed": bool(moved), "diff": {"prepared": f"[{name}]\n{text}"}}


def _firewall(pc: WindowsModel, args: Json) -> dict[str, Json]:
    wanted = args["state"] == "enabled"
    changed = any(pc.profiles[profile] is not wanted for profile in args["profiles"])
    pc.profiles.update(dict.fromkeys(args["profiles"], wanted))
    return {"changed": changed, "profiles": args["profiles"], "state": args["state"]}


def _power_plan(pc: WindowsModel, args: Json) -> dict[str, Json]:
    changed = pc.power != args["guid"]
    pc.power = args["guid"]
    return {"changed": changed, "power_plan_enabled": True}


def _powershell(pc: WindowsModel, args: Json) -> dict[str, Json]:
    script = next(file.stem for file in SCRIPTS.glob("*.ps1") if file.read_text() == args["script"])
    given = args["parameters"]
    if script == "printer":
        return _printer(pc, given)
    if script == "registry-list":
        before = pc.lists.get(given["Key"], [])
        pc.lists[given["Key"]] = given["Items"]
        return _compared({"items": before}, {"items": given["Items"]})
    old = pc.packages.get((script, given["Id"]))
    present = given["State"] == "present"
    right = (old is not None and given["Version"] in ("", old)) if present else old is None
    new = old if right else (given["Version"] or "1.0") if present else None
    shown = given["Version"] or old or ""
    if new is None:
        pc.packages.pop((script, given["Id"]), None)
    else:
        pc.packages[script, given["Id"]] = new
    before = {"state": "absent" if old is None else "present", "version": old or ""}
    after = {"state": given["State"], "version": shown if present else ""}
    return {"changed": not right, "diff": {"before": before, "after": after}}


def _printer(pc: WindowsModel, given: Json) -> dict[str, Json]:
    before = pc.printers.get(given["Name"], {"state": "absent"})
    after = {"state": "absent"} if given["State"] == "absent" else {
        "state": "present", "uri": given["Uri"], "info": given["Comment"], "location": given["Location"]
    }  # fmt: skip
    if given["Driver"]:
        after["driver"] = given["Driver"]
    pc.printers[given["Name"]] = after
    return _compared(before, after)


_MODULES: dict[str, Callable[[WindowsModel, Json], dict[str, Json]]] = {
    "win_ping": _ping,
    "win_regedit": _regedit,
    "win_group": _group,
    "win_user": _user,
    "win_optional_feature": _feature,
    "win_service": _service,
    "win_timezone": _timezone,
    "win_scheduled_task": _scheduled_task,
    "win_firewall_rule": _rule,
    "win_firewall": _firewall,
    "win_power_plan": _power_plan,
    "win_powershell": _powershell,
}
