"""Schedules: what is written for systemd and cron, whatever the paths are called; installed, shown, taken back."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.schedule import crontab, installing
from campusctl.schedule.lock import only_run
from campusctl.schedule.machine import Machine, Said, run
from campusctl.schedule.order import Order, ScheduleError, calendar_of, check_paths, unit_name
from campusctl.schedule.quoting import cron_command, unit_command, unit_word
from campusctl.schedule.units import units

PROGRAM = str(Path(sys.executable).parent / "campusctl")
ODD = '/srv/50% Schüler $HOME ${X} "x" \\o\' ;|&`id` ü'


def order(**more: object) -> Order:
    """A schedule of a workspace with an ordinary name."""
    return Order(**({"workspace": "/srv/stadt", "program": PROGRAM, "calendar": "*-*-* 01:30"} | more))


# -- quoting --


def _systemd_words(line: str, *, environment: bool) -> list[str]:
    """The words of a unit's line as systemd takes them: quotes, backslashes, specifiers, variables.

    Source: systemd.syntax(7) QUOTING, systemd.unit(5) SPECIFIERS, systemd.service(5) COMMAND LINES.
    """
    words = []
    for word in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
        text = re.sub(r"\\(.)", r"\1", word)
        assert not re.search(r"(?<!%)%(?!%)", text.replace("%%", "")), "an open specifier"
        text = text.replace("%%", "%")
        if environment and words:
            assert not re.search(r"\$", text.replace("$$", "")), "an open variable"
            text = text.replace("$$", "$")
        words.append(text)
    return words


paths = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).map("/srv/".__add__)


@given(st.lists(paths, min_size=1, max_size=4))
def test_a_unit_runs_exactly_the_words_that_were_meant(words: list[str]) -> None:
    """Spaces, quotes, per cent, dollar and umlauts are themselves."""
    assert _systemd_words(unit_command(words), environment=True) == words
    assert _systemd_words(" ".join(map(unit_word, words)), environment=False) == words


@given(st.lists(paths, min_size=1, max_size=4))
def test_a_crontab_line_runs_exactly_the_words_that_were_meant(words: list[str]) -> None:
    """Cron takes a bare per cent sign for the end of the line; the shell takes the rest."""
    line = cron_command(words)
    assert not re.search(r"(?<!\\)%", line)
    assert shlex.split(line.replace("\\%", "%")) == words


def test_a_shell_gets_the_words_of_the_crontab() -> None:
    """A real shell, after what cron does to the line."""
    line = cron_command([sys.executable, "-c", "import sys; print(sys.argv[1:])", ODD], [("X", ODD)])
    done = subprocess.run(["/bin/sh", "-c", line.replace("\\%", "%")], capture_output=True, text=True, check=True)
    assert done.stdout == f"{[ODD]}\n"


# -- when --


@pytest.mark.parametrize(
    ("said", "calendar", "cron"),
    [
        ({"nightly": True}, "*-*-* 01:30", "30 1 * * *"),
        ({}, "*-*-* 01:30", "30 1 * * *"),
        ({"every": "6h"}, "*-*-* 00/6:00", "0 */6 * * *"),
        ({"every": "24h"}, "*-*-* 00:00", "0 0 * * *"),
        ({"every": "30min"}, "*-*-* *:00/30", "*/30 * * * *"),
        ({"every": "60m"}, "*-*-* *:00", "0 * * * *"),
        ({"calendar": "Mon..Fri 05:30"}, "Mon..Fri 05:30", "30 5 * * 1,2,3,4,5"),
        ({"calendar": "Fri..Mon 5:30:00"}, "Fri..Mon 5:30:00", "30 5 * * 5,6,0,1"),
        ({"calendar": "Mon,Thu 23:05"}, "Mon,Thu 23:05", "5 23 * * 1,4"),
        ({"calendar": "5 4 * * 1-5"}, "5 4 * * 1-5", "5 4 * * 1-5"),
    ],
)
def test_when_it_runs(said: dict[str, object], calendar: str, cron: str) -> None:
    """The same words for systemd and for cron."""
    found = calendar_of(**({"every": None, "nightly": False, "calendar": None} | said))
    assert found == calendar
    assert crontab.fields(found) == cron


@pytest.mark.parametrize("every", ["7h", "0h", "25h", "1min", "90min", "h", "6", "6 hours", "-6h", ""])
def test_an_uneven_rhythm_is_refused(every: str) -> None:
    """A day does not divide by seven hours, and nobody wants a check every minute."""
    with pytest.raises(ScheduleError):
        calendar_of(every=every, nightly=False, calendar=None)


@pytest.mark.parametrize(
    "text", ["Mon..Fri", "*-10-* 05:30", "25:00", "Mon..Foo 05:30", "05:30 Europe/Berlin", "1 2 3"]
)
def test_what_cron_cannot_say_is_refused(text: str) -> None:
    """Rather than at another time."""
    with pytest.raises(ScheduleError, match="cron cannot say"):
        crontab.fields(text)


def test_one_way_to_say_when() -> None:
    """Two are a mistake; a line end is an attack."""
    with pytest.raises(ScheduleError, match="say one of"):
        calendar_of(every="6h", nightly=True, calendar=None)
    with pytest.raises(ScheduleError, match="one line"):
        calendar_of(every=None, nightly=False, calendar="05:30\nExecStartPre=/bin/true")


# -- units --


def _told(texts: Mapping[str, str], name: str) -> list[str]:
    return [
        line.partition("=")[2] for text in texts.values() for line in text.splitlines() if line.startswith(f"{name}=")
    ]


def test_the_vault_password_gets_there_as_a_file() -> None:
    """By systemd's credentials for the machine, by its path for a user and for a script; never as a value."""
    system = units(order(system=True, password_file="/etc/campus/p%w"))
    assert _told(system, "LoadCredential") == ["vault-password:/etc/campus/p%%w"]
    assert "CAMPUSCTL_VAULT_PASSWORD_FILE=%d/vault-password" in _told(system, "Environment")
    for other in ({"system": False}, {"system": True, "password_script": True}):
        found = units(order(password_file="/home/x/p w", **other))
        assert _told(found, "LoadCredential") == []
        assert '"CAMPUSCTL_VAULT_PASSWORD_FILE=/home/x/p w"' in _told(found, "Environment")


def test_what_may_be_seen_and_written() -> None:
    """Only the workspace's state may be written; homes and /tmp are hidden unless something of it lies there."""
    found = units(order(system=True))
    assert _told(found, "ReadWritePaths") == ['"/srv/stadt/.campusctl"']
    assert (_told(found, "ProtectHome"), _told(found, "PrivateTmp")) == (["yes"], ["yes"])
    found = units(order(system=True, home_visible=True, tmp_visible=True))
    assert (_told(found, "ProtectHome"), _told(found, "PrivateTmp")) == (["read-only"], ["no"])
    assert _told(units(order(namespaces=False)), "ProtectSystem") == []


def test_missed_runs_are_made_up_for_and_starts_are_spread() -> None:
    """And a run that hangs is stopped; drift and a dead switch are results, not failures of the service."""
    found = units(order())
    assert _told(found, "Persistent") == ["yes"]
    assert _told(found, "RandomizedDelaySec") == ["1800"]
    assert _told(found, "TimeoutStartSec") == ["10800"]
    assert _told(found, "SuccessExitStatus") == ["3 4"]
    assert _told(found, "Type") == ["oneshot"]


@pytest.mark.parametrize("system", [True, False])
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path, *, system: bool) -> None:
    """`systemd-analyze verify`, for the machine's and a user's, with every option and the oddest path."""
    odd = tmp_path / ODD.removeprefix("/srv/").replace("/", "")
    odd.mkdir()
    password = odd / "p % w"
    password.write_text("x")
    found = order(
        workspace=str(odd), system=system, user="root", password_file=str(password), environment_file=str(password),
        schools=("schule-042", "schule-007"), lab=True, calendar="Mon..Fri 05:30 Europe/Berlin",
    )  # fmt: skip
    for made in (found, order(system=system)):
        assert installing.verify(units(made), Machine(system, tmp_path))


def test_a_unit_that_systemd_finds_fault_with_is_not_written(tmp_path: Path) -> None:
    """Even what systemd only warns of."""
    wrong = order(calendar="never o'clock")
    with pytest.raises(ScheduleError, match="systemd finds fault"):
        installing.install(wrong, Machine(system=True, folder=tmp_path / "units"))
    assert not (tmp_path / "units").exists()


def test_how_exposed_the_units_are(tmp_path: Path) -> None:
    """The figures that docs/scheduled.md gives, from `systemd-analyze security --offline`."""
    page = (Path(__file__).parents[2] / "docs" / "scheduled.md").read_text()
    for system, word in ((True, "machine"), (False, "user")):
        found = units(order(system=system, user="campus"))
        for name, text in found.items():
            (tmp_path / name).write_text(text)
        here = Machine(system, tmp_path)
        scope = () if system else ("--user",)
        said = here.analyze(*scope, "security", "--offline=true", str(tmp_path / f"{order().name}.service"))
        level = re.search(r"exposure level.*: ([0-9.]+)", said.text)
        told = re.search(rf"(?m)^\| {word} \| ([0-9.]+) \|", page)
        assert level, said
        assert told
        # Other versions of systemd weigh a little otherwise.
        assert abs(float(level[1]) - float(told[1])) <= 0.5


@pytest.mark.parametrize("path", ["/srv/a\nb", "/srv/a\\", "/srv/a ", "/srv/\u202ea", "/srv/a\x07", "srv/a"])
def test_paths_that_no_unit_can_name_are_refused(path: str) -> None:
    """A line end in a path would write a line of its own."""
    with pytest.raises(ScheduleError):
        check_paths(order(workspace=path))


def test_each_workspace_has_units_of_its_own() -> None:
    """Names differ, and are words for any shell."""
    names = {unit_name(path) for path in ("/srv/stadt", "/srv/b/stadt", ODD, "/")}
    assert len(names) == 4
    assert all(re.fullmatch(r"campusctl-drift[a-z0-9-]*", name) for name in names)


# -- installing --


def test_installing_twice_changes_nothing_and_removing_leaves_nothing(tmp_path: Path) -> None:
    """Other files of the folder stay; a second remove says there was nothing."""
    here = Machine(system=True, folder=tmp_path)
    (tmp_path / "other.service").write_text("[Service]\n")
    first = installing.install(order(), here)
    assert (first.changed, first.running) == (True, False)
    assert not installing.install(order(), here).changed
    assert installing.install(order(calendar="05:30"), here).changed
    found = installing.found_units("/srv/stadt", here)
    assert [item.as_written for item in found] == [True, True]
    assert found[0].order == order(calendar="05:30")
    assert len(installing.remove("/srv/stadt", here, force=False)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["other.service"]
    assert installing.remove("/srv/stadt", here, force=False) == ()


def test_what_somebody_changed_is_told_and_stays(tmp_path: Path) -> None:
    """Unless it is taken away by force; a file that is not campusctl's never is."""
    here = Machine(system=True, folder=tmp_path)
    installing.install(order(), here)
    timer = tmp_path / f"{order().name}.timer"
    timer.write_text(timer.read_text().replace("OnCalendar=*-*-* 01:30", "OnCalendar=*-*-* 02:30"))
    assert [item.as_written for item in installing.found_units("/srv/stadt", here)] == [True, False]
    with pytest.raises(ScheduleError, match="not as campusctl wrote it"):
        installing.remove("/srv/stadt", here, force=False)
    assert timer.exists()
    assert len(installing.remove("/srv/stadt", here, force=True)) == 2
    timer.write_text("[Timer]\n")
    for wrong in (lambda: installing.install(order(), here), lambda: installing.remove("/srv/stadt", here, force=True)):
        with pytest.raises(ScheduleError, match="is not campusctl's"):
            wrong()
    assert timer.read_text() == "[Timer]\n"


class FakePrograms:
    """systemctl and crontab as they answer where they are at work."""

    def __init__(self, crontab: str | None = None, *, next_run: str = "") -> None:
        self.crontab = crontab
        self.next_run = next_run
        self.asked: list[str] = []

    def __call__(self, command: Sequence[str], text: str = "", more: Mapping[str, str] | None = None) -> Said:
        """Answers like the program."""
        self.asked.append(" ".join(command))
        if command[0] == "systemctl":
            return Said(0, f"{self.next_run}\n" if "show" in command else "")
        if command[0] == "systemd-analyze":
            return Said(127, "")
        if self.crontab is None and command[1] == "-l":
            return Said(1, "", "no crontab for campus\n")
        if command[1] == "-":
            self.crontab = text
        return Said(0, self.crontab or "")


def test_a_systemd_at_work_is_told(tmp_path: Path) -> None:
    """Read anew, turned on; turned off before the files go; and asked when it runs next."""
    programs = FakePrograms(next_run="Fri 2026-11-27 00:33:38 UTC")
    here = Machine(False, tmp_path, True, programs)
    assert installing.install(order(), here).running
    timer = f"{order().name}.timer"
    assert f"systemctl --user --no-pager enable --now {timer}" in programs.asked
    (_, found) = installing.found_units("/srv/stadt", here)
    assert found.next_run == datetime(2026, 11, 27, 0, 33, 38, tzinfo=UTC)
    installing.remove("/srv/stadt", here, force=False)
    assert programs.asked[-2:] == [
        f"systemctl --user --no-pager disable --now {timer}", "systemctl --user --no-pager daemon-reload",
    ]  # fmt: skip


def test_a_crontab_keeps_everybody_elses_lines() -> None:
    """The block comes at the end, changes in its place, and goes without a trace."""
    before = "# mine\n5 4 * * * true\nMAILTO=x"
    programs = FakePrograms(before)
    assert installing.install_cron(order(), programs).changed
    assert not installing.install_cron(order(), programs).changed
    assert programs.crontab is not None
    programs.crontab += "6 6 * * * false\n"
    installing.install_cron(order(calendar="05:30"), programs)
    assert programs.crontab.startswith(f"{before}\n# BEGIN campusctl-drift-stadt-")
    assert programs.crontab.endswith("6 6 * * * false\n")
    assert programs.crontab.count("BEGIN") == 1
    found = installing.found_cron("/srv/stadt", programs)
    assert found is not None
    assert (found.as_written, found.order) == (True, order(calendar="05:30"))
    assert installing.remove_cron("/srv/stadt", programs, force=False)
    assert programs.crontab == f"{before}\n6 6 * * * false\n"
    assert not installing.remove_cron("/srv/stadt", programs, force=False)


def test_a_first_crontab_and_a_machine_without_cron() -> None:
    """`no crontab` is an empty one; no cron is told."""
    programs = FakePrograms(None)
    installing.install_cron(order(), programs)
    assert programs.crontab is not None
    assert programs.crontab.startswith("# BEGIN")
    with pytest.raises(ScheduleError, match="no cron on this machine"):
        installing.install_cron(order(), lambda command, text="", more=None: Said(127, ""))
    assert installing.found_cron("/srv/stadt", lambda command, text="", more=None: Said(127, "")) is None


def test_a_crontab_block_that_was_changed_stays() -> None:
    """And one without its end is not touched."""
    programs = FakePrograms(crontab.block(order()).replace("sleep", "echo"))
    with pytest.raises(ScheduleError, match="not as campusctl wrote it"):
        installing.remove_cron("/srv/stadt", programs, force=False)
    assert installing.remove_cron("/srv/stadt", programs, force=True)
    assert programs.crontab == ""
    programs.crontab = crontab.block(order()).rpartition("# END")[0]
    with pytest.raises(ScheduleError, match="not their end"):
        installing.install_cron(order(), programs)


def test_the_delay_is_the_same_every_night_and_another_one_elsewhere() -> None:
    """Spread over the time that was said."""
    delays = {crontab.delay_s(order(workspace=f"/srv/{number}")) for number in range(50)}
    assert len(delays) > 40
    assert max(delays) <= 1800
    assert crontab.delay_s(order()) == crontab.delay_s(order())


# -- the lock --

_HOLD = """
import sys
from pathlib import Path
from campusctl.schedule.lock import only_run
with only_run(Path(sys.argv[1])) as alone:
    print(alone, flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    """Across processes; the kernel takes the lock back even after SIGKILL."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with only_run(tmp_path) as alone:
            assert not alone
        other.kill()
    with only_run(tmp_path) as alone:
        assert alone


def test_a_link_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    """Nobody lets campusctl make a file elsewhere."""
    with only_run(tmp_path) as alone:
        assert alone
    lock = tmp_path / ".campusctl" / "scheduled.lock"
    lock.unlink()
    lock.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ScheduleError), only_run(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_program_that_is_missing_is_no_crash() -> None:
    """Its absence is an answer."""
    assert run(("campusctl-no-such-program",)).missing
    assert shutil.which("systemd-analyze"), "the tests need systemd-analyze"
