"""The kept code of templates: quick, safe to delete, never another template's, and nobody else's."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campusctl.render import compiled, sandbox

TEXT = "{{ word }}\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user's cache of its own; nothing is kept in this process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sandbox._compiled.cache_clear()
    yield tmp_path / "cache" / "campusctl" / "templates"
    sandbox._compiled.cache_clear()


def shown(text: str = TEXT, kind: type[sandbox.Sandbox] = sandbox.Sandbox) -> str:
    """What a new process makes of a template."""
    sandbox._compiled.cache_clear()
    sandbox.start_counting()
    return kind({"a.j2": (text, "templates/a.j2")}).get_template("a.j2").render(word="hello")


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Jinja compiles."""
    done: list[str] = []
    original = ImmutableSandboxedEnvironment.compile

    def counted(self: ImmutableSandboxedEnvironment, source: str, *more: str | None) -> object:
        done.append(source)
        return original(self, source, *more)

    monkeypatch.setattr(ImmutableSandboxedEnvironment, "compile", counted)
    return done


def test_a_template_is_compiled_once_for_all_processes(cache: Path, compilations: list[str]) -> None:
    """Its code is for the user's eyes only."""
    assert [shown(), shown()] == ["hello\n", "hello\n"]
    assert compilations == [TEXT]
    assert cache.stat().st_mode & 0o777 == 0o700
    assert len(list(cache.iterdir())) == 1


def test_another_text_or_sandbox_is_another_code(cache: Path, compilations: list[str]) -> None:
    """What one sandbox lets through says nothing about another one."""
    shown()
    assert shown(TEXT + "x") == "hello\nx"
    shown(kind=sandbox.FrozenSandbox)
    assert compilations == [TEXT, TEXT + "x", TEXT]
    assert len(list(cache.iterdir())) == 3


def test_another_campusctl_compiles_anew(compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever has changed in what makes templates safe."""
    shown()
    monkeypatch.setattr(compiled, "_compiler", lambda: b"of another version")
    shown()
    assert compilations == [TEXT, TEXT]


@pytest.mark.parametrize("damage", [b"", b"x", b"\x00" * 100])
def test_damaged_code_is_no_code(cache: Path, compilations: list[str], damage: bytes) -> None:
    """Cut off, overwritten, empty: compiled anew, and kept anew."""
    shown()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    for data in (damage, whole[:-1], whole[:40] + damage, whole + b"x"):
        file.write_bytes(data)
        assert shown() == "hello\n"
        assert file.read_bytes() == whole
    assert compilations == [TEXT] * 5


def test_a_folder_that_others_may_write_to_is_not_used(cache: Path, compilations: list[str]) -> None:
    """Nor a link to somewhere else; what stands in the way is no error."""
    shown()
    for prepare in (
        lambda: cache.chmod(0o770),
        lambda: (cache.rename(cache.parent / "moved"), cache.symlink_to(cache.parent / "moved")),
        lambda: (cache.unlink(), cache.write_text("")),
    ):
        prepare()
        assert shown() == "hello\n"
    assert compilations == [TEXT] * 4


def test_without_a_home_nothing_is_kept(
    compilations: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no folder is made where somebody happens to stand."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _name: Path("~/.cache/campusctl"))
    monkeypatch.chdir(tmp_path)
    assert [shown(), shown()] == ["hello\n", "hello\n"]
    assert compilations == [TEXT, TEXT]
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_stay(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder does not grow for ever."""
    monkeypatch.setattr(compiled, "_KEEP", 3)
    for number in range(6):
        shown(f"{number}")
        for at, file in enumerate(sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(file, (at, at))
    assert len(list(cache.iterdir())) == 3


def test_an_error_names_its_template_also_from_kept_code() -> None:
    """File and line are part of the code."""
    text = "fine\n{{ missing }}\n"
    for _ in range(2):
        with pytest.raises(Exception, match="missing") as wrong:
            shown(text)
        last = wrong.tb
        while last.tb_next and not last.tb_frame.f_code.co_filename.endswith("a.j2"):
            last = last.tb_next
        assert (last.tb_frame.f_code.co_filename, last.tb_lineno) == ("templates/a.j2", 2)
