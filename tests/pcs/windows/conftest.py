"""What the tests of Windows PCs share."""

import ssl
from pathlib import Path

import pytest
from windows_arguments import COLLECTIONS
from windows_rig import playbooks
from windows_tls import server_context


@pytest.fixture(scope="session")
def windows_place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A folder with playbooks and certificates, and the PC's side of the certificates."""
    if not COLLECTIONS.is_dir():
        pytest.skip("needs the collections for Windows: sh tools/collections.sh python3 .collections")
    folder = tmp_path_factory.mktemp("windows")
    playbooks(folder)
    return folder, server_context(folder)
