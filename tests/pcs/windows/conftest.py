"""What the tests of Windows PCs share."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from windows_arguments import COLLECTIONS
from windows_rig import Rig, playbooks
from windows_tls import server_context
from windows_wire import WindowsPc, listening


@pytest.fixture(scope="session")
def windows_place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A folder with playbooks and certificates, and the PC's side of the certificates."""
    if not COLLECTIONS.is_dir():
        pytest.skip("needs the collections for Windows: sh tools/collections.sh python3 .collections")
    folder = tmp_path_factory.mktemp("windows")
    playbooks(folder)
    return folder, server_context(folder)


@pytest.fixture
def windows(windows_place: tuple[Path, ssl.SSLContext]) -> Iterator[Rig]:
    """A PC of its own, switched on."""
    folder, tls = windows_place
    with listening(WindowsPc(tls)) as pc:
        yield Rig(folder, pc, tls)
