"""Whether the resolved state of a PC makes sense, part by part; pure: settings in, faults out."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from campusctl.inventory.check_pc_files import file_faults, path_faults, text_faults
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.naming import person_in, titled_person
from campusctl.inventory.pc_fault import SYSTEM_ACCOUNTS, SYSTEM_GROUPS, Fault
from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings
from campusctl.model.pc_names import PROGRAM
from campusctl.model.pc_parts import PcUser
from campusctl.model.pc_paths import timer_unit
from campusctl.model.sentence import N_, sentence

__all__ = ["PARTS", "Fault"]

Part: TypeAlias = Callable[[Settings, str], Iterator[Fault]]
"""From the settings of a PC and its dialect to what is wrong with them."""

_DEBIAN_PACKAGE: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?")
_OUR_PACKAGES: Final = frozenset({"openssh-server", "python3", "python3-minimal", "sudo"})
_OUR_SERVICES: Final = frozenset({"ssh", "sshd", "ssh.service", "sshd.service"})
_WAY_IN: Final = N_("it is how campusctl gets in")


def login_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Nobody logs in, or the account that does shall go."""
    del dialect
    user = settings.pc.login.user
    said = settings.pc.users.get(user)
    if not user:
        hint = sentence("say it under `settings: pc: login:` in inventory/city.yml")
        yield Fault(("pc", "login"), sentence("nobody logs in: `pc.login.user` is empty"), hint)
    elif said and (said.state == "absent" or said.locked):
        yield Fault(("pc", "users", user), sentence("campusctl logs in as {user}", user=user), sentence("it must stay"))


def package_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Names that are no Debian package, and packages that we need ourselves."""
    for name, state in settings.pc.packages.items():
        where = ("pc", "packages", name)
        if dialect == "linux" and not _DEBIAN_PACKAGE.fullmatch(name):
            hint = sentence("small letters, digits and +-. only, as `apt list` shows it")
            yield Fault(where, sentence("`{name}` is no Debian package's name", name=name), hint)
        elif dialect == "linux" and state == "absent" and name in _OUR_PACKAGES:
            yield Fault(where, sentence("{name} must stay", name=name), sentence(_WAY_IN))


def account_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Accounts that are a person's or the system's, in groups nobody knows, or with a number twice."""
    pc = settings.pc
    for name, user in pc.users.items():
        if user is not None:
            yield from _user_faults(pc, name, user, dialect)
    if dialect == "linux":
        for name in {**pc.groups, **pc.users}.keys() & {"root", "sudo", "shadow"}:
            kind = "users" if name in pc.users else "groups"
            yield Fault(
                ("pc", kind, name), sentence("{name} is the system's own", name=name), sentence("choose another name")
            )
    yield from _twice("users", "uid", {name: user.uid for name, user in pc.users.items() if user})
    yield from _twice("groups", "gid", {name: group.gid for name, group in pc.groups.items() if group})


def _user_faults(pc: PcSettings, name: str, user: PcUser, dialect: str) -> Iterator[Fault]:
    where = ("pc", "users", name)
    person = person_in(name) or titled_person(user.title or "")
    if person:
        yield Fault(
            where,
            sentence("`{person}` looks like a person's name", person=person),
            sentence("accounts are roles, such as lehrer"),
        )
    if dialect != "linux":
        return
    for key, groups in (("group", (user.group,)), ("groups", user.groups)):
        for group in groups:
            if group and group not in _known_groups(pc):
                hint = did_you_mean(group, _known_groups(pc)) or sentence("add it to `groups`")
                yield Fault((*where, key), sentence("unknown group {group}", group=group), hint)


def _known_groups(pc: PcSettings) -> frozenset[str]:
    """Groups that are made, groups that come with an account of that name, and the system's."""
    made = {name for name, group in pc.groups.items() if group and group.state == "present"}
    alone = {name for name, user in pc.users.items() if user and user.group is None and user.state == "present"}
    return SYSTEM_GROUPS | made | alone | {pc.login.user}


def _known_accounts(pc: PcSettings) -> frozenset[str]:
    made = {name for name, user in pc.users.items() if user and user.state == "present"}
    return SYSTEM_ACCOUNTS | made | {pc.login.user, *((pc.kiosk.user,) if pc.mode == "kiosk" else ())}


def _twice(kind: str, field: str, numbers: dict[str, int | None]) -> Iterator[Fault]:
    seen: dict[int, str] = {}
    for name, number in numbers.items():
        if number is not None and seen.setdefault(number, name) != name:
            yield Fault(
                ("pc", kind, name, field),
                sentence("{field} {number} is that of {other} too", field=field, number=number, other=seen[number]),
                sentence("choose another one"),
            )


def owner_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Files and rights of accounts and groups nobody knows."""
    pc = settings.pc
    if dialect != "linux":
        return
    accounts, groups = _known_accounts(pc), _known_groups(pc)
    for kind in ("files", "directories"):
        for path, said in getattr(pc, kind).items():
            if said and said.owner and said.owner not in accounts:
                yield _unknown(("pc", kind, path, "owner"), "account", said.owner, accounts)
            if said and said.group and said.group not in groups:
                yield _unknown(("pc", kind, path, "group"), "group", said.group, groups)
    for who, commands in pc.sudoers.items():
        known = groups if who.startswith("%") else accounts
        if commands and who.removeprefix("%") not in known:
            kind = "group" if who.startswith("%") else "account"
            yield _unknown(("pc", "sudoers", who), kind, who.removeprefix("%"), known)
    users = [(("pc", "cron", name, "user"), cron.user) for name, cron in pc.cron.items() if cron]
    users += [(("pc", "timers", name, "user"), timer.user) for name, timer in pc.timers.items() if timer and timer.user]
    for where, user in users:
        if user not in accounts:
            yield _unknown(where, "account", user, accounts)


def _unknown(path: tuple[str, ...], kind: str, name: str, known: frozenset[str]) -> Fault:
    if kind == "account":
        return Fault(
            path,
            sentence("unknown account {name}", name=name),
            did_you_mean(name, known - SYSTEM_ACCOUNTS) or sentence("add it to `users`"),
        )
    return Fault(
        path, sentence("unknown group {group}", group=name), did_you_mean(name, known) or sentence("add it to `groups`")
    )


def command_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Timers and cron entries without a program, and two timers with one name."""
    if dialect != "linux":
        return
    pc = settings.pc
    for kind in ("timers", "cron"):
        for name, said in getattr(pc, kind).items():
            where = ("pc", kind, name, "command")
            if said and said.state == "present" and not said.command:
                yield Fault(
                    where[:-1],
                    sentence("there is no `command`"),
                    sentence("a list: the program's whole path, then its arguments"),
                )
            elif said and said.state == "present" and not re.search(PROGRAM, said.command[0]):
                yield Fault(
                    where,
                    sentence("`{program}` is not a program's whole path", program=said.command[0]),
                    sentence("such as /usr/bin/rsync"),
                )
    seen: dict[str, str] = {}
    for name, timer in pc.timers.items():
        other = seen.setdefault(timer_unit(name), name)
        if timer and other != name:
            yield Fault(
                ("pc", "timers", name),
                sentence("has the same unit as `{other}`", other=other),
                sentence("names differ in more than spaces"),
            )


def service_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Units that shall run and cannot, and the one that lets us in."""
    for name, unit in settings.pc.services.items():
        where = ("pc", "services", name)
        if unit and unit.masked and (unit.enabled or unit.running):
            yield Fault(where, sentence("a masked unit neither starts nor runs"), sentence("say `masked` alone"))
        stops = unit and (unit.masked or unit.enabled is False or unit.running is False)
        if stops and dialect == "linux" and name in _OUR_SERVICES:
            yield Fault(where, sentence("{name} must run", name=name), sentence(_WAY_IN))


def printing_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Queues that lead nowhere or to two places, and a default that is none of them."""
    del dialect
    printing = settings.pc.printing
    there = {name: queue for name, queue in printing.queues.items() if queue and queue.state == "present"}
    for name, queue in there.items():
        where = ("pc", "printing", "queues", name)
        if queue.uri and queue.device:
            yield Fault(where, sentence("has both `uri` and `device`"), sentence("say one of them"))
        elif not queue.uri and not queue.device:
            yield Fault(
                where, sentence("leads nowhere"), sentence("say `device`, a printer of the inventory, or `uri`")
            )
    if printing.default and printing.default not in there:
        hint = did_you_mean(printing.default, there) or sentence(
            "queues are {names}", names=", ".join(there) or sentence("none")
        )
        yield Fault(("pc", "printing", "default"), sentence("unknown queue {name}", name=printing.default), hint)


def network_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """Halves of a proxy, of updates, of a firewall rule, of a way to wake."""
    del dialect
    pc = settings.pc
    if pc.proxy.https and not pc.proxy.http:
        yield Fault(
            ("pc", "proxy", "https"), sentence("there is no `http`"), sentence("one proxy for both is `http` alone")
        )
    if pc.updates.time and not pc.updates.automatic:
        yield Fault(
            ("pc", "updates", "time"), sentence("there are no automatic updates"), sentence("say `automatic: true`")
        )
    for name, rule in pc.firewall.allow.items():
        if rule and not rule.ports:
            yield Fault(("pc", "firewall", "allow", name), sentence("there are no `ports`"), sentence("such as [631]"))
    method = pc.wake.method
    if method in ("helper", "host") and getattr(pc.wake, method) is None:
        yield Fault(
            ("pc", "wake", "method"),
            sentence("there is no `{method}`", method=method),
            sentence("say `wake: {{method: {method}, {method}: …}}`", method=method),
        )


def session_faults(settings: Settings, dialect: str) -> Iterator[Fault]:
    """A mode without what it shows, and a log-in of nobody."""
    pc = settings.pc
    if pc.mode == "kiosk" and not pc.kiosk.url:
        yield Fault(("pc", "mode"), sentence("kiosk mode without `kiosk.url`"), sentence("say what it shows"))
    autologin = pc.display_manager.autologin
    if dialect == "linux" and autologin and autologin not in _known_accounts(pc):
        yield _unknown(("pc", "display_manager", "autologin"), "account", autologin, _known_accounts(pc))
    if pc.display_manager.guest_session and pc.display_manager.name != "lightdm":
        yield Fault(
            ("pc", "display_manager", "guest_session"),
            sentence("only lightdm has a guest session"),
            sentence("say `name: lightdm`"),
        )


PARTS: Final[tuple[Part, ...]] = (
    login_faults,
    package_faults,
    account_faults,
    owner_faults,
    file_faults,
    path_faults,
    text_faults,
    command_faults,
    service_faults,
    printing_faults,
    network_faults,
    session_faults,
)
