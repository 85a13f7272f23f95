"""The module's core as Python finds it, and throw-away PCs with a package source of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_PCS = Path(__file__).parents[1]
sys.path[:0] = [str(_PCS), str(_PCS / "oracle"), str(_PCS.parents[1] / "playbooks/collections")]

import pc_root  # noqa: E402 - found through the path above

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEBS = """set -e; mkdir -p /srv/repo /tmp/b; cd /tmp/b
deb() { # name, more control lines, postinst
  rm -rf p; mkdir -p p/DEBIAN p/usr/share/$1; echo $1 > p/usr/share/$1/text
  { echo "Package: $1"; echo "Version: 1"; echo "Architecture: all"; echo "Maintainer: nobody <nobody@example.org>"
    if [ -n "$2" ]; then echo "$2"; fi; echo "Description: test"; } > p/DEBIAN/control
  if [ -n "$3" ]; then printf '#!/bin/sh\\n%s\\n' "$3" > p/DEBIAN/postinst; chmod 755 p/DEBIAN/postinst; fi
  dpkg-deb -Znone -b p /srv/repo/$1.deb >/dev/null
  { dpkg-deb -f /srv/repo/$1.deb; echo "Filename: ./$1.deb"; echo "Size: $(stat -c %s /srv/repo/$1.deb)"
    echo "SHA256: $(sha256sum /srv/repo/$1.deb | cut -d' ' -f1)"; echo; } >> /srv/repo/Packages
}
deb campus-one '' ''
deb campus-two 'Depends: campus-one' ''
deb campus-broken '' 'test -e /etc/mended || { echo no luck >&2; exit 3; }'
deb campus-clash 'Conflicts: campus-two' ''
deb campus-old '' ''
deb campus-slow '' 'sleep 600'
echo 'deb [trusted=yes] file:/srv/repo ./' > /etc/apt/sources.list
rm -rf /var/lib/apt/lists/*_debian_*; apt-get -q update >/dev/null"""


def _made(place: Path) -> Iterator[pc_root.PcRoot]:
    reason = pc_root.why_not()
    if reason:
        pytest.skip(reason)
    made = pc_root.start(place / "pc")
    try:
        made.must("sh", "-c", _DEBS)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pc_root.PcRoot]:
    """A PC for all tests of a file; they leave each other's things alone."""
    yield from _made(tmp_path_factory.mktemp("pc"))


@pytest.fixture
def fresh_pc(tmp_path: Path) -> Iterator[pc_root.PcRoot]:
    """A PC for one test."""
    yield from _made(tmp_path)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started the tests through sudo is nobody's login here."""
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert "SUDO_USER" not in os.environ
