"""Saved plans, vault files, known_hosts files and what is asked of the lab, damaged: a sentence, never a traceback."""

import base64
import json
import shutil
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from damage import JUNK, bounded, damaged_bytes, damaged_json, damaged_text
from hypothesis import given, settings
from hypothesis import strategies as st
from small_lab import make_workspace, school_spec

from campusctl import __version__
from campusctl.drivers.switch.hostkeys import KnownHosts
from campusctl.drivers.switch.hostkeys import load as load_known
from campusctl.engine.planner import Ground, _seal, dump_plan, parse_plan, refuse_stale
from campusctl.errors import CampusError
from campusctl.inventory.load import check
from campusctl.lab.control import Control
from campusctl.lab.messages import Reply
from campusctl.lab.server import LabThread
from campusctl.model.command import Command
from campusctl.model.plan import Assessment, Change, DeviceLogin, EditView, Plan, Target
from campusctl.secrets.config import load_config
from campusctl.secrets.vault import VaultSource
from campusctl.workflow.windows import school_time

REPO = Path(__file__).parents[2]
CALENDAR = {
    "country": "DE", "subdivision": "NW",
    "school_holidays": [
        {"name": "Ferien", "first": "2026-10-17", "last": "2026-10-31"}, {"name": "Tag", "date": "2027-05-18"},
    ],
    "freezes": [{"name": "Abitur", "first": "2027-04-12", "last": "2027-04-23", "reason": "exams"}],
}  # fmt: skip
FUZZ = settings.get_profile("fuzz")
KEY = b"k" * 32
PASSWORD = b"vault-passw0rd"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PLAN = Plan(
    id="0f1e2d3c", made=NOW, expires=NOW + timedelta(days=1), tool_version=__version__, inventory_digest="i",
    template_digest="t", schools=("schule-042",),
    changes=(
        Change(
            target=Target(
                device="s042-a1-sw01", school="schule-042", dialect="cisco_ios", intended="hostname x\n",
                login=DeviceLogin(host="10.42.3.11", user="campus", password="switch/login", known_hosts="known_hosts"),
            ),
            assessment=Assessment(
                device="s042-a1-sw01", school="schule-042", dialect="cisco_ios", observed_digest="o",
                edits=(EditView(path=("port", "1", "description"), before="a", after="b"),),
                commands=(Command(text="interface 1"), Command(text="description b")),
            ),
        ),
    ),
)  # fmt: skip
SEALED = dump_plan(PLAN, KEY)


@settings(FUZZ)
@given(data=damaged_bytes(SEALED.encode()) | st.binary(max_size=200))
def test_a_saved_plan_of_any_bytes_is_refused_or_the_same(data: bytes) -> None:
    """What was changed does not pass for what was made."""
    with bounded():
        try:
            found = parse_plan(data, KEY, "p.json")
        except CampusError:
            return
        assert found == PLAN


@settings(FUZZ)
@given(body=damaged_json(json.loads(SEALED)["plan"]) | JUNK)
def test_a_plan_of_any_shape_is_refused_even_with_a_good_seal(body: object) -> None:
    """As another version of the tool might have written it."""
    try:
        data = json.dumps({"plan": body, "seal": _seal(body, KEY)}).encode("utf-8", "surrogatepass")
    except ValueError:
        return
    with bounded(), suppress(CampusError):
        refuse_stale(parse_plan(data, KEY, "p.json"), Ground("i", "t"), NOW)


@cache
def _vault_lib() -> VaultLib:
    return VaultLib([("default", VaultSecret(PASSWORD))])


HIDDEN = "Kanarien+vogel"
"""No reference can be called so: also where a slip makes it a key, it is not shown."""
TREE = f"switch: {{admin: {HIDDEN}, enable: {HIDDEN}}}\nsnmp:\n  ro: {HIDDEN}\n"


def _resolve(data: bytes) -> None:
    """Ask a vault of these bytes for what may be in it; a refusal shows no value."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.yml"
        path.write_bytes(data)
        source = VaultSource(path, lambda: PASSWORD)
        said = [_refusal(source, ref) for ref in ("switch/admin", "snmp/ro", "x")]
    assert not [words for words in said if HIDDEN in words or PASSWORD.decode() in words]


def _refusal(source: VaultSource, ref: str) -> str:
    """In which words a reference is refused, also those behind the curtain; empty: it is not."""
    try:
        with bounded():
            source.find((ref,))
            source.lacks(ref)
    except CampusError as wrong:
        return "".join(traceback.format_exception(wrong))
    return ""


@settings(FUZZ)
@given(data=damaged_bytes(VaultLib([("default", VaultSecret(PASSWORD))]).encrypt(TREE, VaultSecret(PASSWORD))))
def test_a_vault_of_any_bytes_is_refused_without_a_value(data: bytes) -> None:
    """Damaged headers, damaged hex, another cipher, half a file."""
    _resolve(data)


@settings(FUZZ)
@given(text=damaged_text([TREE, f"a: &x [{HIDDEN}]\nb: *x\n? {HIDDEN}\n: 1\n", f"- {HIDDEN}\n"]))
def test_a_vault_with_any_content_is_refused_without_a_value(text: str) -> None:
    """Well encrypted nonsense: anchors, lists, numbers, no YAML at all."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    _resolve(_vault_lib().encrypt(text, VaultSecret(PASSWORD)))


_BLOB = base64.b64encode(b"\x00\x00\x00\x0bssh-ed25519" + b"\x00\x00\x00\x20" + b"k" * 32).decode()
KNOWN = (
    f"10.42.3.11 ssh-ed25519 {_BLOB} office\n[127.42.3.11]:5022 ssh-ed25519 {_BLOB}\n"
    f"@revoked *.x,!y ssh-ed25519 {_BLOB}\n"
    f"|1|MDEyMzQ1Njc4OWFiY2RlZjAxMjM=|MDEyMzQ1Njc4OWFiY2RlZjAxMjM= ssh-ed25519 {_BLOB}\n# a comment\n\n"
    f"@cert-authority * ssh-ed25519 {_BLOB}\n10.42.3.1?,10.42.*.1 ssh-rsa {_BLOB}\n"
)


@settings(FUZZ)
@given(
    data=damaged_text([KNOWN]).map(lambda text: text.encode("utf-8", "surrogatepass")) | damaged_bytes(KNOWN.encode())
)
def test_a_known_hosts_file_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    """Nobody becomes known by damage: what is found has a key."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known_hosts"
        path.write_bytes(data)
        with bounded():
            try:
                known = KnownHosts.load(path)
                load_known(path)
            except CampusError:
                return
            for host in ("10.42.3.11", "127.42.3.11", "x" * 300, "a.x"):
                assert all(key.blob for key in known.lookup(host, 5022))
                known.types(host)


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory):  # noqa: ANN201 - a generator's type says nothing
    """The side door of a lab whose switches nobody talks to."""
    root = make_workspace(tmp_path_factory.mktemp("ws"))
    with LabThread(school_spec(root)) as lab:
        yield Control(lab.server)


REQUEST = {"do": "fault", "devices": ["s007-v1-sw01"], "faults": {"drop_after": 3, "writer_after": "2;vlan 7"},
           "startup": True, "lines": ["configure terminal", "vlan 9", "end"], "seconds": 1.5}  # fmt: skip
DOINGS = ("look", "faults", "fault", "release", "text", "enter", "record", "lines", "reset")


@settings(FUZZ)
@given(request=damaged_json(REQUEST), do=st.sampled_from(DOINGS), keep=st.booleans())
def test_the_lab_answers_any_request_with_a_sentence(control: Control, request: object, do: str, *, keep: bool) -> None:
    """One line of JSON back, always."""
    if keep and isinstance(request, dict):
        request["do"] = do
    try:
        line = json.dumps(request).encode()
    except ValueError:
        return
    with bounded(4):
        said = control.answer(line)
    assert "\n" not in said
    Reply.model_validate_json(said)


@settings(FUZZ)
@given(line=st.binary(max_size=200))
def test_the_lab_answers_any_bytes_with_a_sentence(control: Control, line: bytes) -> None:
    """Also what is no JSON."""
    with bounded():
        assert Reply.model_validate_json(control.answer(line)).error


SECRETS_FILE = {"order": ["env", "vault", "command"], "command": ["pass", "show", "{ref}"], "output": "whole",
                "timeout_s": 3, "at_once": 2}  # fmt: skip


def _workspace(folder: str, name: str, data: bytes) -> Path:
    """The example city with one file of these bytes."""
    root = Path(folder)
    shutil.copytree(REPO / "inventory", root / "inventory")
    (root / "inventory" / name).write_bytes(data)
    return root


def _yaml(document: object) -> bytes:
    """JSON is YAML; what it cannot say is left as it is."""
    return json.dumps(document, default=str).encode("utf-8", "surrogatepass")


@settings(FUZZ)
@given(data=damaged_json(SECRETS_FILE).map(_yaml) | damaged_bytes(_yaml(SECRETS_FILE)))
def test_a_secrets_file_of_any_shape_is_read_or_told(data: bytes) -> None:
    """With its file and line, and no program is run for it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "inventory").mkdir()
        (Path(folder) / "inventory" / "secrets.yml").write_bytes(data)
        with bounded(), suppress(CampusError):
            load_config(Path(folder))


@settings(FUZZ, max_examples=max(FUZZ.max_examples // 4, 10))
@given(calendar=damaged_json(CALENDAR))
def test_a_calendar_of_any_shape_is_computed_or_told(calendar: object) -> None:
    """Dates that do not exist, spans that end before they begin, a thousand freezes: a verdict or a problem."""
    city = (REPO / "inventory" / "city.yml").read_text().partition("\ncalendar:")[0]
    with tempfile.TemporaryDirectory() as folder:
        root = _workspace(folder, "city.yml", f"{city}\ncalendar: ".encode() + _yaml(calendar) + b"\n")
        with bounded(4):
            problems = check(root)
            with suppress(CampusError):
                school_time(root, "schule-042", NOW)
    assert all(str(problem) for problem in problems)
