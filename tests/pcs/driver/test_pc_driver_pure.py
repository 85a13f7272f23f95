"""The driver's pure parts: narrowing, masking, clocks, what stops a lesson, what modules and roles say."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.pc.clock import clock_note
from campusctl.drivers.pc.interrupts import interrupts
from campusctl.drivers.pc.moduletext import module_result
from campusctl.drivers.pc.narrowing import narrowed, narrowed_roles
from campusctl.drivers.pc.platforms.base import Event, HostEdit, HostResult
from campusctl.drivers.pc.roletext import add_roles
from campusctl.drivers.pc.scrub import Scrub
from campusctl.drivers.pc.working import only_named, salt_of
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin, EditView, Target

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "os": "linux",
    "packages": {"tree": "present", "telnet": "absent"},
    "users": {"lehrer": {"state": "present", "shell": "/bin/bash", "locked": False}},
    "files": {"/etc/motd": {"content": "x\n", "mode": "0644"}, "/etc/issue": {"content": "y\n"}},
    "lines": {"/etc/ssh/sshd_config": [{"name": "keepalive", "line": "a"}, {"name": "banner", "line": "b"}]},
    "blocks": {"/etc/hosts": {"campus": {"content": "z"}, "other": {"content": "w"}}},
    "services": {"cups": {"enabled": True, "running": True}},
    "printers": {"queues": {"p1": {"uri": "ipp://1"}, "p2": {"uri": "ipp://2"}}, "default": "p1"},
    "wol": {"interface": "*", "enabled": True},
}
HEAD = {"format": 1, "os": "linux"}


@pytest.mark.parametrize(
    ("only", "left"),
    [
        ([("package", "tree")], {"packages": {"tree": "present"}}),
        ([("user", "lehrer", "shell")], {"users": {"lehrer": {"state": "present", "shell": "/bin/bash"}}}),
        ([("file", "/etc/motd", "mode")], {"files": {"/etc/motd": {"content": "x\n", "mode": "0644"}}}),
        ([("line", "/etc/ssh/sshd_config", "banner")],
         {"lines": {"/etc/ssh/sshd_config": [{"name": "banner", "line": "b"}]}}),
        ([("block", "/etc/hosts", "campus")], {"blocks": {"/etc/hosts": {"campus": {"content": "z"}}}}),
        ([("block", "/etc/hosts")], {"blocks": DOCUMENT["blocks"]}),
        ([("service", "cups", "running")], {"services": {"cups": {"running": True}}}),
        ([("printer", "p2", "uri")], {"printers": {"queues": {"p2": {"uri": "ipp://2"}}}}),
        ([("printer", "default")], {"printers": {"default": "p1"}}),
        ([("wol",)], {"wol": DOCUMENT["wol"]}),
        ([("package",)], {"packages": DOCUMENT["packages"]}),
        ([("package", "no such")], {}),
    ],
)  # fmt: skip
def test_a_document_is_narrowed_to_paths(only: list[tuple[str, ...]], left: dict[str, Any]) -> None:
    """Exactly what they name, and nothing above or beside it."""
    assert narrowed(DOCUMENT, only) == HEAD | left


def test_without_paths_and_to_restore_a_document_stays_whole() -> None:
    """What a run replaced is known to the PC alone."""
    restore = {**HEAD, "restore": "ab12"}
    assert narrowed(DOCUMENT, ()) == DOCUMENT
    assert narrowed(restore, [("file", "/etc/motd")]) == restore


PATHS = [
    ("package", "tree"), ("package", "telnet"), ("user", "lehrer"), ("file", "/etc/motd"), ("file", "/etc/issue"),
    ("line", "/etc/ssh/sshd_config", "keepalive"), ("line", "/etc/ssh/sshd_config", "banner"),
    ("block", "/etc/hosts", "campus"), ("block", "/etc/hosts", "other"), ("service", "cups"), ("printer", "p1"),
    ("printer", "p2"), ("printer", "default"), ("wol",),
]  # fmt: skip


@given(st.sets(st.sampled_from(PATHS), min_size=1))
def test_narrowing_twice_is_narrowing_once_and_all_paths_leave_all(only: set[tuple[str, ...]]) -> None:
    """And what one path leaves, more paths leave as well."""
    once = narrowed(DOCUMENT, only)
    assert narrowed(once, only) == once
    assert narrowed(DOCUMENT, PATHS) == DOCUMENT
    for path in only:
        assert narrowed(once, [path]) == narrowed(DOCUMENT, [path])


def test_roles_run_only_where_the_paths_name_them() -> None:
    """Going back runs none: nobody knows how to undo a role."""
    assert narrowed_roles(("a", "b"), ()) == ("a", "b")
    assert narrowed_roles(("a", "b"), [("role", "b", "task")]) == ("b",)
    login = DeviceLogin(host="10.0.0.1", user="u", known_hosts="/k")
    target = Target(device="d", school="s", driver="pc", dialect="linux", login=login, intended="{}", roles=("a",))
    assert only_named(target) is target
    assert only_named(target.model_copy(update={"intended": '{"restore": "x"}'})).roles == ()
    assert only_named(target.model_copy(update={"only": (("file", "/x"),)})).roles == ()


def test_a_secret_is_masked_wherever_it_turns_up() -> None:
    """Its plaintext, its lines, and what a word announces; the rest is told, and moves no cursor."""
    scrub = Scrub(["Sehr-geheim", "erste zeile\nzweite zeile", "ab"])
    edit = HostEdit(("file", "/etc/x\x1b[2J"), "psk=Sehr-geheim\nab\n", ("zweite zeile", "password hunter2"))
    assert scrub.edit(edit) == EditView(
        path=("file", "/etc/x\\x1b[2J"), before="psk=********\nab\n", after=("********", "password ********")
    )
    assert scrub.lines(["Sehr-geheim\n!", "Sehr-geheim\n!"]) == ("********\\n!",)


@given(st.text(min_size=4), st.text(), st.text())
def test_no_text_lets_a_secret_through(secret: str, before: str, after: str) -> None:
    """Whatever stands around it."""
    scrub = Scrub([secret])
    for shown in (scrub.line(before + secret + after), scrub.text(before + secret + after)):
        assert secret not in shown or secret in "********\\n\\x" or secret in before + after
        assert not [char for char in shown if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (1000.0, ""),
        (1105.0, ""),
        (895.0, ""),
        (1000.0 + 130 + 5, "its clock is 2 min ahead"),
        (1000.0 - 3 * 3600, "its clock is 3 h behind"),
        (1000.0 - 86_400, "its clock is 1 day behind"),
        (1000.0 + 30 * 86_400, "its clock is 30 days ahead"),
        (None, ""),
        ("later", ""),
        (True, ""),
    ],
)
def test_a_clock_is_held_against_the_time_between_question_and_answer(said: object, note: str) -> None:
    """Two minutes are tolerated; what is no time says nothing."""
    assert clock_note({"time": said}, begun=1000.0, at=1005.0) == note


def test_without_a_question_nothing_is_said_of_a_clock() -> None:
    """Nobody knows when it was asked."""
    assert clock_note({"time": 5}, begun=0.0, at=1005.0) == ""


def edit(*path: str, before: object = "x", after: object = "y", step: str = "") -> HostEdit:
    """An edit."""
    return HostEdit(path, before, after, step)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "quiet",
    [
        edit("package", "tree", before=None, after="present"),
        edit("package", "tree", before="absent", after="present"),
        edit("directory", "/opt/campus", "mode"),
        edit("file", "/etc/motd"),
        edit("file", "/etc/sysctl.d/60-campus.conf"),
        edit("file", "/etc/sudoers.d/lehrer"),
        edit("file", "/etc/systemd/system/campus-off.timer"),
        edit("link", "/etc/localtime"),
        edit("cron", "campus shutdown", step="write root's crontab: shutdown -h now"),
        edit("wol", "eth0"),
        edit("service", "campus-off.timer", "running", before=False, after=True),
        edit("service", "cups", "enabled", before=False, after=True),
        edit("service", "cups", "running", before=False, after=True),
        edit("user", "lehrer", before=None, after="present"),
        edit("user", "lehrer", "groups", before=("a",), after=("a", "lpadmin")),
        edit("user", "lehrer", "title"),
        edit("group", "schueler", before=None, after="present"),
        edit("printer", "p1", before=None, after="present"),
        edit("printer", "p1", "location"),
        edit("line", "/etc/ssh/sshd_config", "keepalive"),
        edit("block", "/etc/security/limits.conf", "campus"),
    ],
    ids=lambda one: " ".join(one.path),
)
def test_what_nobody_at_the_pc_notices_is_quiet(quiet: HostEdit) -> None:
    """It may be done during a lesson."""
    assert interrupts([quiet]) == ()


@pytest.mark.parametrize(
    ("loud", "words"),
    [
        (edit("package", "firefox-esr", before="present", after="absent"), "whoever works with firefox-esr"),
        (edit("user", "lehrer", before="present", after=None), "whoever is logged in as lehrer"),
        (edit("user", "lehrer", "uid", before=1000, after=2001), "whoever is logged in as lehrer"),
        (edit("user", "lehrer", "groups", before=("a", "b"), after=("a",)), "whoever is logged in as lehrer"),
        (edit("group", "schueler", "gid", before=1, after=2), "members of schueler"),
        (edit("file", "/etc/nftables.conf"), "the way into the network (firewall, proxy, names)"),
        (edit("file", "/etc/apt/apt.conf.d/95proxy"), "the way into the network (firewall, proxy, names)"),
        (edit("file", "/etc/lightdm/lightdm.conf.d/50-campus.conf"), "log-in and desktop"),
        (edit("file", "/etc/xdg/autostart/kiosk.desktop"), "log-in and desktop"),
        (edit("file", "/etc/weird.conf"), "whoever uses /etc/weird.conf"),
        (edit("service", "lightdm", "running", before=False, after=True), "log-in, desktop or network (lightdm)"),
        (edit("service", "cups", "running", before=True, after=False), "whoever uses cups"),
        (edit("service", "cups", "masked", before=False, after=True), "whoever uses cups"),
        (edit("printer", "p1", "uri"), "printing on p1"),
        (edit("printer", "default"), "printing"),
        (edit("registry", "HKLM:\\x", "y"), "perhaps log-in and desktop (registry HKLM:\\x)"),
        (edit("role", "whiteboard", "install"), "perhaps the whole PC (role whiteboard: install)"),
        (edit("something", "new"), "perhaps the whole PC (something new)"),
    ],
    ids=lambda one: " ".join(one.path) if isinstance(one, HostEdit) else "",
)
def test_what_may_cost_a_lesson_is_named(loud: HostEdit, words: str) -> None:
    """Also what nobody has thought of."""
    assert interrupts([loud, loud]) == (words,)


def ok(result: dict[str, Any], **more: Any) -> Event:  # noqa: ANN401 - fields of Event
    """The module's event."""
    return Event(**{"kind": "ok", "host": "pc", "action": "campusctl.pcs.campus_pc", "result": result, **more})


def test_a_modules_answer_is_read_with_its_types() -> None:
    """Lists of texts are tuples, other things are JSON."""
    item = {"path": ["user", "lehrer", "groups"], "before": ["a"], "after": {"b": 1}, "step": "usermod", "done": True}
    found = module_result(ok({"edits": [item], "observed": "aa", "digest": "bb", "kept": "k", "facts": {"time": 1}}))
    assert found.edits == (HostEdit(("user", "lehrer", "groups"), ("a",), '{"b": 1}', "usermod", done=True),)
    assert (found.observed, found.digest, found.kept, found.facts, found.done) == ("aa", "bb", "k", {"time": 1}, 1)


@pytest.mark.parametrize("kind", ["locked", "rejected", "timeout", "refused", "malformed", "internal"])
def test_every_fault_of_the_module_has_a_kind_of_ours(kind: str) -> None:
    """And what was done before stands beside it."""
    said = {"fault": {"kind": kind, "what": "w", "hint": "h"}, "edits": [{"path": ["file", "/x"], "done": True}]}
    found = module_result(ok(said, kind="failed"))
    assert found.trouble is not None
    assert (found.trouble.kind, found.trouble.what, found.trouble.hint) == (FaultKind(kind), "w", "h")
    assert found.done == 1


def test_an_answer_without_a_result_is_malformed() -> None:
    """A module of another version, perhaps."""
    found = module_result(ok({"changed": False}))
    assert found.trouble is not None
    assert found.trouble.kind is FaultKind.MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["edits", "remaining", "observed", "digest", "moved", "notes", "kept", "fault", "facts", "msg"]
        ),
        JSON,
    ),
    st.sampled_from(["ok", "failed"]),
)
def test_whatever_a_module_answers_is_read(said: dict[str, Any], kind: str) -> None:
    """It never raises, and everything in the result can be shown."""
    found = module_result(ok(said, kind=kind))
    scrub = Scrub(["geheim"])
    json.dumps([scrub.edit(one).model_dump() for one in (*found.edits, *found.remaining)])
    interrupts(found.edits)
    clock_note(found.facts, 1.0, 2.0)
    add_roles(found, [ok(said, kind=kind)], check=True)


def task(kind: str = "ok", name: str = "r : t", role: str = "r", **result: Any) -> Event:  # noqa: ANN401 - whatever a module says
    """An event of a role's task."""
    changed = bool(result.pop("changed", False))
    ignored = bool(result.pop("ignored", False))
    action = result.pop("action", "ansible.builtin.copy")
    task_id = result.pop("task", name)
    return Event(kind, "pc", 1.0, task_id, name, action, role, changed=changed, ignored=ignored, result=result)


def test_a_roles_tasks_become_edits_as_far_as_they_tell() -> None:
    """With before and after where the module gives one difference; each item of a loop for itself."""
    events = [
        task(changed=True, diff={"before": "a\n", "after": "b\n"}),
        task(name="r : u", changed=True, diff=[{"before": "a", "after": "b"}, {"before": "c", "after": "d"}]),
        task(name="r : same"),
        task("item", name="r : l", task="9", changed=True, item="x"),
        task("item", name="r : l", task="9", item="y"),
        task(name="r : l", task="9", changed=True),
        task(name="free", role="", changed=True, action="ansible.builtin.command"),
    ]
    found = add_roles(HostResult(), events, check=True)
    assert [(each.path, each.before, each.after, each.done) for each in found.edits] == [
        (("role", "r", "t"), "a\n", "b\n", False),
        (("role", "r", "u"), None, "changed", False),
        (("role", "r", "l", "x"), None, "changed", False),
        (("role", "own tasks", "free"), None, "changed", False),
    ]
    assert found.edits[0].step == "ansible.builtin.copy (r: t)"


def test_what_check_mode_skips_is_told_and_what_fails_is_trouble() -> None:
    """A skip for another reason is none; an ignored failure is none."""
    events = [
        task("skipped", msg="Command would have run if not in check mode"),
        task("skipped", name="r : when", skip_reason="Conditional result was False"),
        task("failed", name="r : i", ignored=True, msg="x"),
        task("failed", name="r : f", msg="[Errno 28] No space left on device"),
    ]
    found = add_roles(HostResult(), events, check=True)
    assert found.unchecked == ("role r: task 't' cannot be checked",)
    assert found.trouble is not None
    assert found.trouble.what == "role r: task 'f': its disk is full"
    assert add_roles(HostResult(), events[:1], check=False).unchecked == ()


def test_a_salt_is_the_devices_own_and_says_nothing_without_the_key() -> None:
    """Two PCs with the same state have different digests."""
    assert len({salt_of("a", b"k" * 32), salt_of("b", b"k" * 32), salt_of("a", b"l" * 32)}) == 3
