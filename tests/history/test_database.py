"""The database itself: where it is, what may go wrong with it, and that nothing of it is a traceback or a password."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from journal_rig import Journal, make_journal
from journal_samples import assessment, begin, change, done, run, send
from postgres import PASSWORD, Postgres

from campusctl.cli.main import call
from campusctl.errors import CampusError, JournalError, LockedError, MissingExtraError
from campusctl.history.migrating import rebuilding
from campusctl.history.place import find_place
from campusctl.history.schema import NEWEST, metadata
from campusctl.history.store import Store, open_store

Make = Callable[[], Journal]


def test_migrations_make_the_tables_that_the_code_uses(journal: Journal) -> None:
    """Column by column; and the newest migration is the one that the quick look expects."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow, and only here
    from alembic.config import Config  # noqa: PLC0415 - likewise
    from alembic.migration import MigrationContext  # noqa: PLC0415 - likewise
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", "campusctl.history:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]
    found = journal.open()._database.read(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )
    assert found == []


def test_a_later_migration_may_replace_a_table(journal: Journal) -> None:
    """SQLite cannot alter a column: the table is copied, and what points to it stays. Half of one is none."""
    from alembic.migration import MigrationContext  # noqa: PLC0415 - slow, and only here
    from alembic.operations import Operations  # noqa: PLC0415 - likewise
    from sqlalchemy import Text  # noqa: PLC0415 - likewise

    store = journal.open()
    store.begin_run(run())
    store.step("0a1b2c3d", begin("a"))

    def change_note(default: str) -> None:
        with rebuilding(store._database) as connection:
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("runs", recreate="auto") as batch:
                batch.alter_column("note", existing_type=Text(), existing_nullable=False, server_default=default)
            if default == "half":
                raise ZeroDivisionError

    change_note("whole")
    with pytest.raises(ZeroDivisionError):
        change_note("half")
    assert [len(row.steps) for row in store.run("0a1b2c3d").devices] == [1]
    columns = "kind, state, started, pid, lab, scheduled"
    journal.sql(f"INSERT INTO runs (id, {columns}) SELECT 'new', {columns} FROM runs")
    assert store.run("new").note == "whole"
    with pytest.raises(JournalError, match="refuses an entry"):
        store.step("ffffffff", begin("a"))


def test_a_database_of_a_newer_campusctl_is_refused(journal: Journal) -> None:
    """It says which version is needed, and changes nothing."""
    journal.open()
    journal.sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(
        JournalError, match=r"made by a newer campusctl \(its tables are at 9999, this one knows 0002\)"
    ):
        journal.open()


def test_somebody_elses_database_is_left_alone(journal: Journal) -> None:
    """Tables that are not ours are not mixed with ours."""
    journal.open()
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    drop = [f"DROP TABLE {name}" for name in tables]
    journal.sql(*drop, "DROP TABLE alembic_version", "CREATE TABLE guestbook (id INTEGER)")
    with pytest.raises(JournalError, match=r"tables that are not campusctl's \(guestbook\)"):
        journal.open()


def test_the_file_is_for_its_owner_only(sqlite: Make) -> None:
    """Also the files beside it, and also when somebody had opened it to all."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run())
    folder = journal.root / ".campusctl"
    names = {path.name for path in folder.iterdir()}
    assert names >= {"history.db", "history.db-wal", "history.db-shm", "audit-head"}
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names - {".gitignore"}} == {0o600}
    store.close()
    (folder / "history.db").chmod(0o644)
    journal.open()
    assert stat.S_IMODE((folder / "history.db").stat().st_mode) == 0o600


def test_sqlite_flushes_the_disk_for_every_transaction(sqlite: Make) -> None:
    """Write-ahead logging, full synchronisation, foreign keys."""
    database = sqlite().open()._database
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    found = database.read(
        lambda connection: {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    )
    assert found == wanted


def test_postgresql_does_not_answer_before_its_disk(
    server: Postgres, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Even when the server's default is to answer sooner."""
    journal = make_journal(request, tmp_path, "postgresql")
    journal.environ["CAMPUSCTL_DATABASE_URL"] += "&options=-csynchronous_commit%3Doff"
    with journal.open() as store:
        asked = lambda connection: connection.exec_driver_sql("SHOW synchronous_commit").scalar()  # noqa: E731 - one line
        assert store._database.read(asked) == "on"


def test_a_full_disk_is_told_and_nothing_half_is_written(sqlite: Make) -> None:
    """SQLite is told that there is no page more; after room was made it goes on."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run())
    event_store = store._database.engine

    def limit(pages: int) -> None:
        with event_store.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    limit(1)
    with pytest.raises(JournalError, match=r"history\.db is full\nhint: make room on the disk"):
        store.plan_devices("0a1b2c3d", [change(f"d{number}") for number in range(200)])
    assert store.run("0a1b2c3d").devices == ()
    limit(1_000_000)
    store.plan_devices("0a1b2c3d", [change("d")])
    assert store.verify().problems == ()


_FULL = """
import resource, signal, sys
from pathlib import Path
from campusctl.errors import JournalError
from campusctl.history.store import open_store
from campusctl.model.run import Step, StepKind
store = open_store(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (440_000, 440_000))
written = 0
try:
    while True:
        store.step("0a1b2c3d", Step(device="a", kind=StepKind.SEND, text="x" * 20_000))
        written += 1
except JournalError as wrong:
    print(written, str(wrong).partition("history.db")[2], flush=True)
"""


def test_the_operating_system_refuses_to_write(sqlite: Make) -> None:
    """What was said to be written is there, and not one step more."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run())
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(journal.root)], capture_output=True, text=True, check=True,
        env={**os.environ, "CAMPUSCTL_DATABASE_URL": ""},
    )  # fmt: skip
    written, _, words = done.stdout.partition(" ")
    assert words.strip().startswith(("is full", "cannot be read or written"))
    assert int(written) > 5
    assert len(store.run("0a1b2c3d").devices[0].steps) == int(written)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"this is no database, but a text that is long enough to be taken for one" * 100, "is no database"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "is (damaged|no database)"),
    ],
)
def test_a_damaged_file_is_told(sqlite: Make, content: bytes, words: str) -> None:
    """It is neither repaired nor overwritten."""
    journal = sqlite()
    journal.open().close()
    file = journal.root / ".campusctl" / "history.db"
    file.write_bytes(content)
    with pytest.raises(JournalError, match=rf"history\.db {words}\nhint: move it away"):
        journal.open()
    assert file.read_bytes() == content


def test_a_damaged_page_is_told(sqlite: Make) -> None:
    """In the middle of a file that begins well."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run())
    store.add_results("0a1b2c3d", [assessment(f"d{number}") for number in range(500)], {})
    store.close()
    file = journal.root / ".campusctl" / "history.db"
    data = bytearray(file.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    file.write_bytes(data)
    with pytest.raises(JournalError, match=r"history\.db is damaged"), journal.open() as again:
        again.run("0a1b2c3d")


def test_a_folder_in_its_place_is_told(sqlite: Make) -> None:
    """No traceback for anything that cannot be opened."""
    journal = sqlite()
    (journal.root / ".campusctl" / "history.db").mkdir(parents=True)
    with pytest.raises(JournalError, match=r"history\.db: Is a directory"):
        journal.open()


def test_a_file_deleted_in_use_is_noticed(sqlite: Make) -> None:
    """What is written to a deleted file would be lost."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run())
    (journal.root / ".campusctl" / "history.db").unlink()
    with pytest.raises(JournalError, match="was deleted or replaced while it was in use"):
        store.step("0a1b2c3d", begin("a"))
    with pytest.raises(JournalError, match="was deleted or replaced"):
        store.runs()


def test_a_file_that_another_program_has_locked_is_told(sqlite: Make) -> None:
    """After a while."""
    journal = sqlite()
    store = journal.open()
    store._database.engine.dispose()
    from sqlalchemy import event  # noqa: PLC0415 - only here

    event.listen(store._database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 50").close())
    with sqlite3.connect(journal.root / ".campusctl" / "history.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalError, match="is locked by another program"):
            store.begin_run(run())
        other.execute("ROLLBACK")
    other.close()
    store.begin_run(run())


def test_a_journal_that_may_not_be_written_is_told(sqlite: Make) -> None:
    """Somebody else's file, or a disk mounted for reading."""
    journal = sqlite()
    journal.open().close()
    uri = f"file:{journal.root / '.campusctl' / 'history.db'}?mode=ro"
    store = journal.open()
    from sqlalchemy import create_engine  # noqa: PLC0415 - only here

    store._database.engine.dispose()
    store._database.engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True))
    with pytest.raises(JournalError, match=r"history\.db cannot be written\nhint: is it yours"):
        store.begin_run(run())
    store._database.engine.dispose()


def test_a_server_that_goes_away_is_told_and_found_again(
    server: Postgres, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every waiting thread is told; nothing is written twice; when it is back, the journal goes on by itself."""
    journal = make_journal(request, tmp_path, "postgresql")
    store = journal.open()
    store.begin_run(run())
    store.step("0a1b2c3d", begin("a"))
    server.stop()
    told: list[str] = []

    def want(number: int) -> None:
        try:
            store.step("0a1b2c3d", begin(f"d{number}"))
        except JournalError as wrong:
            told.append(str(wrong))

    try:
        threads = [threading.Thread(target=want, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with pytest.raises(JournalError) as opening:
            journal.open()
    finally:
        server.start()
    assert len(told) == 8
    for words in (*told, str(opening.value)):
        assert " cannot be reached: " in words
        assert "\nhint: is the server up" in words
        assert PASSWORD not in words
    store.step("0a1b2c3d", send("a"))
    assert [row.device for row in store.run("0a1b2c3d").devices] == ["a"]
    assert store.verify().problems == ()
    store.close()


@pytest.mark.parametrize(
    ("change_url", "words"),
    [
        ({"password": "wrong-canary"}, "refuses the login"),
        ({"user": "nobody-known"}, "refuses the login"),
        ({"database": "nowhere"}, "does not exist"),
    ],
)
def test_a_wrong_url_is_told_without_it(
    server: Postgres, tmp_path: Path, change_url: dict[str, str], words: str
) -> None:
    """Neither password nor URL is in the error, nor in what caused it."""
    root = tmp_path / "ws"
    (root / "inventory").mkdir(parents=True)
    (root / "inventory" / "city.yml").write_text("name: X\n")
    with pytest.raises(JournalError) as told:
        open_store(root, {"CAMPUSCTL_DATABASE_URL": server.url("x", **change_url)})
    assert words in str(told.value)
    assert "postgresql://" not in str(told.value)
    for secret in (PASSWORD, "wrong-canary"):
        assert secret not in repr(told.value.__cause__)
        assert secret not in str(told.value)
    assert told.value.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "canary-url", "://canary-url", "postgresql://u:canary-url@h:port/d", "mysql://u:canary-url@h/d", "postgresql://",
        "sqlite://", "postgresql://u:canary-url@h", "postgresql://u:canary-url@h/d?schema=x;DROP",
        "postgresql://u:canary-url@h/d?schema=pg_catalog", "postgresql://u:canary-url@[::1/d", "oracle+x://u:canary-url@h/",
    ],
)  # fmt: skip
def test_what_is_no_url_is_told_without_being_quoted(tmp_path: Path, url: str) -> None:
    """It may hold a password."""
    with pytest.raises(JournalError) as told:
        find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": url})
    assert "canary-url" not in str(told.value)
    assert "hint: " in str(told.value)


def test_the_url_may_stand_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    """The environment comes first; a file that others may read is refused."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.yml").write_text("name: Musterstadt\n")
    find_place(tmp_path, {})
    file = tmp_path / ".campusctl" / "database-url"
    file.write_text("postgresql://campus:canary-pw@db.example/campus\n")
    file.chmod(0o600)
    found = find_place(tmp_path, {})
    assert (found.shown, found.schema) == (
        "the journal in PostgreSQL (database campus on db.example)",
        "campusctl_musterstadt",
    )  # fmt: skip
    assert find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d?schema=a1"}).schema == "a1"
    file.chmod(0o640)
    with pytest.raises(JournalError, match="others may read it\nhint: chmod 600"):
        find_place(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("name: gauting\n", "campusctl_gauting"),
        ("# x\nname: 'gauting'   # y\n", "campusctl_gauting"),
        ('vlans:\n  name: no\nname: "gauting"\n', "campusctl_gauting"),
        ("name: gauting # the city\nbroken: [", "campusctl_gauting"),
    ],
)
def test_each_city_has_a_schema(tmp_path: Path, text: str, schema: str) -> None:
    """Found without the inventory's rules, so that a mistake in it does not hide the journal."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.yml").write_text(text)
    assert find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d"}).schema == schema


def test_cities_whose_names_are_alike_do_not_share_a_schema(tmp_path: Path) -> None:
    """Umlauts and spaces are no letters of a schema; capitals are like small ones."""
    found = set()
    for name in ("Gauting", "gauting", "Gräfelfing", "Grafelfing", "Gr.felfing", "日本", "x" * 200, "x" * 201):
        (tmp_path / "inventory").mkdir(exist_ok=True)
        (tmp_path / "inventory" / "city.yml").write_text(f"name: {name}\n")
        found.add(find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d"}).schema)
    assert len(found) == 7
    assert all(len(schema) <= 63 for schema in found)


def test_without_a_name_the_city_s_journal_cannot_be_told(tmp_path: Path) -> None:
    """Better than a journal that nobody finds again."""
    with pytest.raises(JournalError, match=r"city\.yml cannot be read"):
        find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d"})
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.yml").write_text("vlans: {}\n")
    with pytest.raises(JournalError, match=r"city\.yml has no name"):
        find_place(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d"})


def test_two_cities_share_a_server_and_nothing_else(server: Postgres, tmp_path: Path) -> None:
    """And two clones of one city share everything: runs, locks and the trail."""
    url = server.url("x").partition("&schema")[0]
    stores: dict[str, Store] = {}
    for folder, name in (("a", "Anstadt"), ("b", "Bestadt"), ("clone", "Anstadt")):
        root = tmp_path / folder
        (root / "inventory").mkdir(parents=True)
        (root / "inventory" / "city.yml").write_text(f"name: {name}\n")
        stores[folder] = open_store(root, {"CAMPUSCTL_DATABASE_URL": url})
    stores["a"].begin_run(run())
    stores["a"].acquire("schule-042", holder="meier", host="h", pid=1, reason="", run_id="")
    assert [len(stores[folder].runs()) for folder in ("a", "b", "clone")] == [1, 0, 1]
    stores["b"].acquire("schule-042", holder="schulz", host="h", pid=1, reason="", run_id="")
    with pytest.raises(LockedError, match="locked by meier"):
        stores["clone"].acquire("schule-042", holder="schulz", host="h", pid=1, reason="", run_id="")
    stores["clone"].audit("x", "y", "z", "", {})
    for store in stores.values():
        assert store.verify().problems == ()
        store.close()


def test_one_that_fails_does_not_spoil_it_for_those_who_wait_with_it(journal: Journal) -> None:
    """Writers that wait at the same moment share a transaction; each gets its own answer."""
    store = journal.open()
    store.begin_run(run())
    answers: dict[int, str] = {}
    gate = threading.Barrier(40)

    def want(number: int) -> None:
        gate.wait()
        try:
            store.step("0a1b2c3d" if number % 4 else "ffffffff", begin(f"d{number:02}"))
            answers[number] = "written"
        except CampusError as wrong:
            answers[number] = wrong.what[-49:]

    threads = [threading.Thread(target=want, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert {answers[number] for number in range(40) if number % 4} == {"written"}
    refused = {answers[number] for number in range(0, 40, 4)}
    assert len(refused) == 1
    assert "refuses an entry" in refused.pop()
    assert len(store.run("0a1b2c3d").devices) == 30


def test_opening_twice_changes_nothing(journal: Journal) -> None:
    """A journal that is up to date is only looked at."""
    first = journal.open()
    first.begin_run(run())
    second = journal.open()
    assert second.journal_id == first.journal_id
    assert [entry.action for entry in second.audit_entries()] == ["journal.create", "run.begin"]


def test_what_was_deleted_is_gone_from_the_file(sqlite: Make) -> None:
    """Retention means the disk, too."""
    journal = sqlite()
    store = journal.open()
    store.begin_run(run(kind="drift"))
    store.step("0a1b2c3d", begin("a", "canary-before-text" * 3000))
    store.outcome("0a1b2c3d", done("a"))
    store.finish_run("0a1b2c3d", "done", 0)
    journal.clock.move(days=500)
    store.prune(timedelta(days=400))
    store.close()
    for file in (journal.root / ".campusctl").iterdir():
        assert b"canary-before-text" not in file.read_bytes(), file


def test_postgresql_without_its_driver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base install has none."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        MissingExtraError, match=r"a journal in PostgreSQL needs the extra \[postgres\]\nhint: pip install"
    ):
        open_store(tmp_path, {"CAMPUSCTL_DATABASE_URL": "postgresql://h/d?schema=x"})


_STEPS = """
import sys, threading
from pathlib import Path
from campusctl.history.store import open_store
from campusctl.model.run import Step, StepKind
store, said = open_store(Path(sys.argv[1])), threading.Lock()
def work(name):
    number = 0
    while True:
        number += 1
        store.step("0a1b2c3d", Step(device=name, kind=StepKind.SEND, first=number, text="x" * 500))
        with said:
            print(name, number, flush=True)
for name in "abcdefgh":
    threading.Thread(target=work, args=(name,)).start()
"""


def test_kill_9_loses_no_step_that_was_answered(journal: Journal) -> None:
    """Eight threads write as fast as they can; what one of them was told is written is there."""
    store = journal.open()
    store.begin_run(run())
    told: dict[str, int] = {}
    with subprocess.Popen(
        [sys.executable, "-c", _STEPS, str(journal.root)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, **journal.environ},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for count, line in enumerate(process.stdout):
            name, _, number = line.partition(" ")
            told[name] = int(number)
            if count == 100:
                process.kill()
    rows = {row.device: [step.first for step in row.steps] for row in store.run("0a1b2c3d").devices}
    for name, last in told.items():
        assert rows[name] == list(range(1, len(rows[name]) + 1))
        assert len(rows[name]) >= last
    if journal.kind == "sqlite":
        sound = store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        assert sound == "ok"


def test_the_commands_work_on_both(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the command line, with the URL in the environment."""
    for name, value in journal.environ.items():
        monkeypatch.setenv(name, value)
    (journal.root / "inventory" / "schools" / "schule-042").mkdir(parents=True)
    words = ["--workspace", str(journal.root)]
    assert call([*words, "claim", "schule-042", "--until", "2h", "--reason", "x"]) == 0
    journal.open(real_clock=True).begin_run(run())
    assert call([*words, "history", "schule-042"]) == 0
    assert "0a1b2c3d" in capsys.readouterr().out
    assert call([*words, "history", "verify"]) == 0
    assert call([*words, "history", "prune", "--older-than", "1d", "--yes"]) == 0


def test_no_error_shows_what_was_to_be_written(journal: Journal) -> None:
    """Neither statements nor their values."""
    store = journal.open()
    with pytest.raises(JournalError) as told:
        store.step("ffffffff", begin("a", "canary-config"))
    assert told.value.__cause__ is None
    assert "canary-config" not in str(told.value)
    assert "INSERT" not in str(told.value)
    for shown in (repr(store._database), repr(store._database.place), repr(store._database.engine)):
        assert PASSWORD not in shown
