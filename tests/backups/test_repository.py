"""The repository of backups: whole commits, whatever dies, fills up, or writes at the same time."""

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dulwich.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.backups.repository import Backups, Snapshot, Version
from campusctl.backups.versions import moment, pick
from campusctl.errors import BackupError, UnknownNameError

SCHOOL, DEVICE = "schule-042", "s042-a1-sw01"
PLACE = (SCHOOL, DEVICE)
NIGHT = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def _nights(root: Path, *texts: str) -> tuple[Backups, list[str]]:
    """Backups with one version a night, and their commits."""
    backups = Backups(root)
    kept = [
        backups.keep({PLACE: text}, f"night {number}", "campus <campus@desk>", NIGHT + timedelta(days=number))
        for number, text in enumerate(texts)
    ]
    return backups, [item.commit or "" for item in kept]


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def _sound(root: Path) -> None:
    """Git itself finds nothing wrong, and the files are those of the newest commit."""
    assert _git(root, "fsck", "--strict", "--no-dangling") == ""
    assert _git(root, "status", "--porcelain") == ""


def test_one_commit_holds_what_differs(tmp_path: Path) -> None:
    """Git reads it: message, author, time, a folder per school, a file per device."""
    root = tmp_path / "ws" / "backups"
    backups = Backups(root)
    texts = {PLACE: "a\nb\n", (SCHOOL, "s042-a1-sw02"): "c\n", ("schule-007", "s007-v1-sw01"): "d\n"}
    first = backups.keep(texts, "drift --all", "campus <campus@desk>", NIGHT)
    assert first.changed == ("s007-v1-sw01", DEVICE, "s042-a1-sw02")
    assert first.new == set(first.changed)
    second = backups.keep(texts | {PLACE: "a\nx\ny\n"}, "drift\n--all\x1b[2J", "camp<us\n", NIGHT + timedelta(days=1))
    assert (second.changed, second.counts, second.new) == ((DEVICE,), {DEVICE: (2, 1)}, frozenset())
    assert backups.keep(texts | {PLACE: "a\nx\ny\n"}, "again", "campus", NIGHT).commit is None
    _sound(root)
    told = _git(root, "log", "--format=%H|%an|%ae|%aI|%s")
    assert told.splitlines() == [
        f"{second.commit}|camp us||2026-11-02T02:30:00+00:00|drift --all [2J",
        f"{first.commit}|campus|campus@desk|2026-11-01T02:30:00+00:00|drift --all",
    ]
    assert (root / SCHOOL / DEVICE).read_text() == "a\nx\ny\n"
    assert root.stat().st_mode & 0o777 == 0o700


def test_nothing_read_makes_nothing(tmp_path: Path) -> None:
    """No repository for no text."""
    assert Backups(tmp_path / "b").keep({}, "x", "y", NIGHT).commit is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["..", ".git", "a/b", "", "-x", "a\nb", "x" * 200, "a.lock", "ä", "a\x00"])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    """Names come from the inventory; a path they are not."""
    for place in ((name, DEVICE), (SCHOOL, name)):
        with pytest.raises(BackupError, match="no file can be named"):
            Backups(tmp_path / "b").keep({place: "x"}, "x", "y", NIGHT)
    assert list(tmp_path.iterdir()) == []


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """A link in a school's place goes, its target stays; a link in the repository's place is refused."""
    backups, _ = _nights(tmp_path / "b", "old\n")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / DEVICE).write_text("mine")
    (tmp_path / "b" / SCHOOL / DEVICE).unlink()
    (tmp_path / "b" / SCHOOL).rmdir()
    (tmp_path / "b" / SCHOOL).symlink_to(outside)
    backups.keep({PLACE: "new\n"}, "x", "y", NIGHT)
    (tmp_path / "b" / SCHOOL / DEVICE).unlink()
    (tmp_path / "b" / SCHOOL / DEVICE).symlink_to(outside / DEVICE)
    backups.keep({PLACE: "newer\n"}, "x", "y", NIGHT)
    assert (outside / DEVICE).read_text() == "mine"
    assert (tmp_path / "b" / SCHOOL / DEVICE).read_text() == "newer\n"
    _sound(tmp_path / "b")
    (tmp_path / "link").symlink_to(tmp_path / "b")
    with pytest.raises(BackupError, match="symbolic link"):
        Backups(tmp_path / "link").keep({PLACE: "x"}, "x", "y", NIGHT)


@pytest.mark.parametrize("lock", ["index.lock", "refs/heads/main.lock", "HEAD.lock"])
def test_a_lock_of_a_dead_process_is_cleaned(tmp_path: Path, lock: str) -> None:
    """An old lock is nobody's."""
    backups, _ = _nights(tmp_path / "b", "old\n")
    left = tmp_path / "b" / ".git" / lock
    left.write_bytes(b"")
    os.utime(left, (1, 1))
    assert backups.keep({PLACE: "new\n"}, "x", "y", NIGHT).commit
    assert not left.exists()
    _sound(tmp_path / "b")


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from campusctl.backups.repository import Backups

STOP = int(sys.argv[2])
COUNT = 0

def trace(frame, event, arg):
    global COUNT
    name = frame.f_code.co_filename
    watched = "/campusctl/backups/" in name or name.endswith(("dulwich/file.py", "dulwich/object_store.py"))
    if event == "call" and watched:
        COUNT += 1
        if COUNT == STOP:
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
    return None

sys.setprofile(trace)
texts = {("schule-042", f"s042-a1-sw{n:02}"): f"new {n}\\n" for n in range(4)}
Backups(Path(sys.argv[1])).keep(texts, "second", "me", datetime(2026, 11, 2, tzinfo=UTC))
sys.setprofile(None)
print(COUNT)
"""


def _writer(root: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITER, str(root), str(stop)], capture_output=True, text=True, check=False
    )


def test_killed_at_any_step_it_opens_with_the_old_or_the_new_state(tmp_path: Path) -> None:
    """And the next run puts everything right, stale locks included."""
    whole = tmp_path / "whole"
    first = {(SCHOOL, f"s042-a1-sw{number:02}"): f"old {number}\n" for number in range(4)}
    Backups(whole).keep(first, "first", "me", NIGHT)
    steps = int(_writer(whole, 0).stdout)
    assert steps > 100
    for stop in range(1, steps, steps // 12):
        root = tmp_path / f"killed-{stop}"
        backups = Backups(root)
        backups.keep(first, "first", "me", NIGHT)
        assert _writer(root, stop).returncode == -signal.SIGKILL
        texts = {backups.show(*place) for place in first}
        assert texts in ({f"old {number}\n" for number in range(4)}, {f"new {number}\n" for number in range(4)})
        third = {place: text.replace("old", "third") for place, text in first.items()}
        assert len(backups.keep(third, "third", "me", NIGHT).changed) == 4
        _sound(root)


def test_killed_while_it_is_made_it_is_made_by_the_next_one(tmp_path: Path) -> None:
    """Nothing half-made stays in its place."""
    for stop in range(1, 60, 12):
        root = tmp_path / f"new-{stop}" / "backups"
        _writer(root, stop)
        assert Backups(root).keep({PLACE: "x\n"}, "x", "me", NIGHT).commit
        _sound(root)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    """Each waits for the other; every commit lands."""
    code = textwrap.dedent(
        """
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from campusctl.backups.repository import Backups
        for n in range(8):
            text = {("schule-042", f"s042-a{sys.argv[2]}-sw01"): f"{n}\\n"}
            Backups(Path(sys.argv[1])).keep(text, f"run {sys.argv[2]} {n}", "me", datetime.now(UTC))
        """
    )
    root = tmp_path / "b"
    running = [subprocess.Popen([sys.executable, "-c", code, str(root), str(number)]) for number in (1, 2, 3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(_git(root, "log", "--format=%s").splitlines()) == 24
    assert Backups(root).devices() == tuple((SCHOOL, f"s042-a{number}-sw01") for number in (1, 2, 3))
    _sound(root)


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from campusctl.backups.repository import Backups
from campusctl.errors import BackupError
import random
text = "".join(random.Random(1).choice("abcdefgh ") for _ in range(60000))
Backups(Path(sys.argv[1])).devices()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    Backups(Path(sys.argv[1])).keep({("schule-042", "s042-a1-sw01"): text}, "x", "me", datetime.now(UTC))
except BackupError as wrong:
    print(wrong)
"""


@pytest.mark.parametrize("size", [0, 100, 30000])
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, size: int) -> None:
    """The library's error becomes ours; the old text stands, and the next run works."""
    backups, _ = _nights(tmp_path / "b", "old\n")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "b"), str(size)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "cannot use the backups" in done.stdout
    assert "hint: is the disk full" in done.stdout
    assert len(backups.show(*PLACE)) in (4, 60000)
    assert backups.keep({PLACE: "new\n"}, "x", "me", NIGHT).commit
    _sound(tmp_path / "b")


def test_a_damaged_repository_is_told(tmp_path: Path) -> None:
    """With what to do, and without a traceback."""
    backups, _ = _nights(tmp_path / "b", "old\n")
    (tmp_path / "b" / ".git" / "refs" / "heads" / "main").write_text("f" * 40 + "\n")
    with pytest.raises(BackupError, match="is damaged") as told:
        backups.keep({PLACE: "new\n"}, "x", "me", NIGHT)
    assert "git fsck" in told.value.hint


@pytest.mark.parametrize("content", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\x09xx", b"junk" * 20])
def test_a_damaged_index_is_made_anew(tmp_path: Path, content: bytes) -> None:
    """It holds nothing that the commits do not; the first run tells, the second one mends."""
    backups, _ = _nights(tmp_path / "b", "old\n")
    (tmp_path / "b" / ".git" / "index").write_bytes(content)
    with suppress(BackupError):
        backups.keep({PLACE: "new\n"}, "x", "me", NIGHT)
    backups.keep({PLACE: "newer\n"}, "x", "me", NIGHT)
    assert backups.show(*PLACE) == "newer\n"
    _sound(tmp_path / "b")


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    """A README that somebody committed, and a branch of theirs."""
    root = tmp_path / "b"
    backups, _ = _nights(root, "old\n")
    (root / "README").write_text("ours\n")
    _git(root, "add", "README")
    _git(root, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "readme")
    backups.keep({PLACE: "new\n"}, "x", "me", NIGHT)
    assert (root / "README").read_text() == "ours\n"
    assert backups.devices() == (PLACE,)
    _sound(root)


def test_many_nights_are_packed(tmp_path: Path) -> None:
    """Loose objects do not pile up, and every version is still there."""
    backups = Backups(tmp_path / "b")
    nights = (Snapshot({PLACE: f"{number}\n"}, "x", "me", NIGHT + timedelta(days=number)) for number in range(200))
    assert len(backups.keep_all(nights)) == 200
    with Repo(str(tmp_path / "b")) as repo:
        assert repo.object_store.count_loose_objects() < 600
        assert len(repo.object_store.packs) == 1
    assert [version.added for version in backups.log(*PLACE)] == [1] * 200
    _sound(tmp_path / "b")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Backups, list[str]]:
    """Three versions of a device, and between them one of another."""
    root = tmp_path_factory.mktemp("nights") / "b"
    backups, commits = _nights(root, "one\n", "two\n", "three\n")
    backups.keep({(SCHOOL, "s042-z"): "z\n"}, "other", "me", NIGHT + timedelta(days=3))
    return backups, commits


@pytest.mark.parametrize(
    ("rev", "text"),
    [
        ("", "three\n"), ("~0", "three\n"), ("~2", "one\n"), ("HEAD", "three\n"), ("HEAD~1", "three\n"),
        ("HEAD^", "three\n"), ("HEAD~2", "two\n"), ("2026-11-01", "one\n"), ("2026-11-02", "two\n"),
        ("2026-11-02 03:29", "one\n"), ("2026-11-02 03:30", "two\n"), ("2026-11-02T02:30Z", "two\n"),
        ("now", "three\n"), ("yesterday", "three\n"), ("2 weeks ago", "three\n"), ("2099-01-01", "three\n"),
    ],
)  # fmt: skip
def test_a_version_is_found_by_what_people_type(nights: tuple[Backups, list[str]], rev: str, text: str) -> None:
    """Hashes and HEAD as Git counts, ~ for this device, days in the city's time."""
    backups, commits = nights
    assert backups.show(*PLACE, rev, zone=BERLIN) == text
    assert backups.show(*PLACE, commits[1][:8]) == "two\n"
    assert backups.at(*PLACE, commits[0].upper()).commit == commits[0]


@pytest.mark.parametrize(
    "rev",
    ["~3", "HEAD~9", "HEAD~x", "2026-10-31", "2026-02-30", "ffff", "abc", "../x", "", "9999-12-31 23:59-14:00", "é"],
)
def test_a_version_that_is_not_there_is_told(nights: tuple[Backups, list[str]], rev: str) -> None:
    """With what there is, and never a traceback."""
    backups, _ = nights
    with pytest.raises(UnknownNameError) as told:
        backups.show(SCHOOL, DEVICE if rev else "nix", rev, zone=BERLIN)
    assert told.value.hint


REVS = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"(HEAD)?[~^]?[0-9]{0,9}", fullmatch=True),
    st.from_regex(r"[0-9]{1,5} (minute|hour|day|week)s? ago", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?", fullmatch=True),
)


@given(REVS)
@settings(max_examples=200)
def test_whatever_is_typed_is_a_version_or_told(rev: str) -> None:
    """A version, or one kind of error."""
    versions = [Version(f"{number}" * 40, NIGHT - timedelta(days=number), "a", "b", "c") for number in range(3)]
    line = [version.commit for version in versions]
    with suppress(UnknownNameError):
        found = moment(rev, BERLIN, NIGHT)
        assert pick(DEVICE, versions, line, rev, found, BERLIN) in versions


def test_a_device_that_came_later_was_not_there_before(nights: tuple[Backups, list[str]]) -> None:
    """An older commit of others does not have it."""
    backups, commits = nights
    with pytest.raises(UnknownNameError, match="was not kept yet"):
        backups.at(SCHOOL, "s042-z", commits[0])


def test_log_and_diff(nights: tuple[Backups, list[str]]) -> None:
    """Newest first; the last change unless somebody says what with what."""
    backups, commits = nights
    versions = backups.log(*PLACE)
    assert [version.commit for version in versions] == commits[::-1]
    assert [(version.message, version.author, version.added, version.removed) for version in versions] == [
        ("night 2", "campus", 1, 1),
        ("night 1", "campus", 1, 1),
        ("night 0", "campus", 1, 0),
    ]
    assert backups.log(*PLACE, 1) == versions[:1]
    assert backups.diff(*PLACE, zone=BERLIN).splitlines() == [
        f"--- {SCHOOL}/{DEVICE} {commits[1][:10]} 2026-11-02 03:30 CET",
        f"+++ {SCHOOL}/{DEVICE} {commits[2][:10]} 2026-11-03 03:30 CET",
        "@@ -1 +1 @@",
        "-two",
        "+three",
    ]
    assert backups.diff(*PLACE, "~2", "~1").endswith("-one\n+two\n")
    assert backups.diff(*PLACE, "~1", "~1") == ""


def test_a_day_ends_when_the_city_says(tmp_path: Path) -> None:
    """Also on the night when the clocks change."""
    backups = Backups(tmp_path / "b")
    for number, hour in enumerate((21, 22, 23)):
        backups.keep({PLACE: f"{hour}\n"}, "x", "me", datetime(2026, 10, 25, hour, 30 + number, tzinfo=UTC))
    assert backups.show(*PLACE, "2026-10-25", zone=BERLIN) == "22\n"
    assert backups.show(*PLACE, "2026-10-25", zone=UTC) == "23\n"
