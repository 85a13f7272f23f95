"""From the inventory to a PC's document: layers, modes, and text that stays text in every format."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from campusctl.child import child_environ
from campusctl.errors import RenderError, UnknownNameError
from campusctl.inventory.explain import explain, resolve
from campusctl.inventory.load import check, load_city
from campusctl.inventory.resolve_pc import managed_pcs, pc_groups, pc_intent
from campusctl.render.pc import PcRenderer

ROOT = Path(__file__).parents[2]
PC = "s042-r201-pc01"
NASTY = "{{ 7*7 }} {% raw %} $(id) `id` \"so\" 'so' 100% \\ ü"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The example city with its templates."""
    for name in ("inventory", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def say(root: Path, values: dict[str, Any], file: str = "inventory/profiles/pc-debian.yml") -> None:
    """Merge values into the PC part of a file's settings."""
    path = root / file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data.setdefault("settings", {}).setdefault("pc", {}).update(values)
    head = "# yaml-language-server: $schema=../schemas/profile.schema.json\n"
    path.write_text(head + yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert check(root) == ()


def document(root: Path, name: str = PC) -> dict[str, Any]:
    """What a PC shall be."""
    loaded = load_city(root, [f"schule-{name[1:4]}"])
    school = loaded.school_of(name)
    made: dict[str, Any] = json.loads(
        PcRenderer(root / "templates").render(pc_intent(loaded, school, school.devices[name]))
    )
    return made


def content(root: Path, path: str) -> str:
    """The text of one file."""
    text: str = document(root)["files"][path]["content"]
    return text


def sh(script: str) -> str:
    """What `sh` prints."""
    done = subprocess.run(["sh", "-c", script], env=child_environ(), capture_output=True, text=True, check=True)
    return done.stdout


def test_the_document_is_the_same_every_time(city: Path) -> None:
    """Byte for byte, keys sorted, no secret in it."""
    loaded = load_city(city)
    school = loaded.school("schule-042")
    texts = {PcRenderer(city / "templates").render(pc_intent(loaded, school, school.devices[PC])) for _ in range(2)}
    (text,) = texts
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert json.loads(text)["users"]["lehrer"]["password"] == "<<secret:pc/lehrer>>"


def test_pcs_of_a_room_differ_in_nothing_but_what_knows_them() -> None:
    """Two PCs of one room: the message of the day alone has their names."""
    one, two = document(ROOT), document(ROOT, "s042-r201-pc02")
    assert "s042-r201-pc02" in two["files"].pop("/etc/motd")["content"]
    one["files"].pop("/etc/motd")
    assert one == two


def test_only_pcs_with_address_and_dialect_are_managed() -> None:
    """Rooms together, in the order of the files; a PC from DHCP and a board are not among them."""
    loaded = load_city(ROOT)
    school = loaded.school("schule-101")
    assert [device.name for device in managed_pcs(loaded, school)] == [
        "s101-r111-pc01", "s101-r111-pc02", "s101-r112-pc01", "s101-r112-pc02",
    ]  # fmt: skip
    with pytest.raises(UnknownNameError, match="nothing brings s101-r211-pc01 to a standard"):
        pc_intent(loaded, school, school.devices["s101-r211-pc01"])


def test_groups_are_names_that_ansible_takes() -> None:
    """School, room, class, profile, dialect."""
    loaded = load_city(ROOT, ["schule-042"])
    school = loaded.school("schule-042")
    assert pc_groups(loaded, school, school.devices[PC]) == (
        "schule_042", "schule_042_r201", "pc", "profile_pc_debian", "linux",
    )  # fmt: skip


def test_a_device_takes_back_what_its_school_says() -> None:
    """`null` in a layer: the notebook has neither the school's queue nor its proxy."""
    found = document(ROOT, "s042-r110-nb01")
    assert "printers" not in found
    assert found["blocks"]["/etc/environment"]["proxy"]["state"] == "absent"
    assert found["absent"]["/etc/apt/apt.conf.d/80campusctl-proxy"] is True


def test_mode_is_heard_after_every_layer(city: Path) -> None:
    """Exam mode: its packages, its addresses, no sticks; normal mode: none of it."""
    normal = document(city)
    say(city, {"mode": "exam"})
    exam = document(city)
    assert (normal["packages"]["zip"], exam["packages"]["zip"]) == ("present", "absent")
    policies = json.loads(exam["files"]["/etc/chromium/policies/managed/campusctl.json"]["content"])
    assert policies["URLBlocklist"] == ["*"]
    assert policies["URLAllowlist"] == ["abitur.musterstadt.example"]
    modules = "/etc/modprobe.d/60-campusctl-exam.conf"
    assert modules in exam["files"]
    assert normal["absent"][modules] is True


def test_an_exam_with_addresses_holds_back_the_rest(city: Path) -> None:
    """What is named, name servers and time servers; SSH still comes in."""
    say(city, {"mode": "exam", "exam": {"addresses": ["10.42.10.0/24"]}})
    rules = content(city, "/etc/nftables.conf")
    assert "tcp dport 22 accept" in rules
    assert "ip daddr { 10.42.10.0/24 } accept" in rules
    assert "ip daddr { 10.255.0.11, 10.255.0.12, 10.255.0.53, 10.255.1.53 } udp dport { 53, 123 } accept" in rules


def test_kiosk_shows_one_page(city: Path) -> None:
    """Account, session, program and policies; the address is one word of the shell."""
    url = "https://haus.example/a?b=$(id)&c=*"
    say(city, {"mode": "kiosk", "kiosk": {"url": url}, "display_manager": {"name": "lightdm"}})
    found = document(city)
    assert found["users"]["kiosk"] == {"state": "present"}
    program = found["files"]["/usr/local/bin/campusctl-kiosk"]["content"]
    line = next(line for line in program.splitlines() if "chromium" in line)
    assert line.endswith(f"-- '{url}'")
    assert "autologin-user=kiosk\n" in found["files"]["/etc/lightdm/lightdm.conf.d/60-campusctl.conf"]["content"]


def test_nasty_text_stays_text_in_every_place(city: Path) -> None:
    """A title, an argument, a file, a line and a block with everything that any of these languages knows."""
    (city / "templates/pc/linux/own.j2").write_text("{{ settings.pc.shutdown.text }}\n{{ pc.room_title | json }}\n")
    say(
        city,
        {
            "shutdown": {"time": "19:05", "text": NASTY},
            "cron": {"x": {"schedule": "@daily", "command": ["/bin/echo", NASTY]}},
            "timers": {"x": {"on_calendar": "daily", "command": ["/bin/echo", NASTY], "title": "50% {{ x }} $(id)"}},
            "files": {"/etc/own": {"template": "linux/own.j2"}, "/etc/plain": {"content": NASTY + "\n\tü\n"}},
            "lines": {"/etc/x": {"a": {"line": NASTY}}},
            "blocks": {"/etc/x": {"a": {"content": NASTY}}},
            "users": {"lehrer": {"title": "{{ 1 }} $(id)"}},
            "groups": {"lehrer": {}},
            "printing": {"queues": {"q": {"uri": "ipp://10.42.70.9/x", "info": NASTY}}},
        },
    )
    found = document(city)
    files = {path: entry["content"] for path, entry in found["files"].items()}
    assert shlex.split(files["/usr/local/sbin/campusctl-shutdown"].splitlines()[-1])[-1] == NASTY
    assert shlex.split(found["cron"]["x"]["command"].replace("\\%", "%")) == ["/bin/echo", NASTY]
    assert "Description=50%% {{ x }} $(id)\n" in files["/etc/systemd/system/campusctl-x.timer"]
    assert files["/etc/own"] == f'{NASTY}\n"PC-Raum"\n'
    assert files["/etc/plain"] == NASTY + "\n\tü\n"
    assert found["lines"]["/etc/x"][0]["line"] == NASTY
    assert found["blocks"]["/etc/x"]["a"]["content"] == NASTY
    assert found["users"]["lehrer"]["title"] == "{{ 1 }} $(id)"
    assert found["printers"]["queues"]["q"]["info"] == NASTY


@pytest.mark.parametrize(
    ("today", "said", "off"),
    [
        ("2026-09-14", {}, True),  # a Monday with lessons
        ("2026-09-15", {}, False),  # a Tuesday
        ("2026-10-20", {}, True),  # a Tuesday in the autumn holidays
        ("2026-10-19", {"holidays": False}, False),  # a Monday in them, and holidays are left alone
        ("2027-05-07", {}, True),  # a day off of the school
        ("2027-05-01", {}, True),  # a public holiday
    ],
)
def test_the_shutdown_script_knows_days_and_holidays(
    city: Path, today: str, said: dict[str, Any], *, off: bool
) -> None:
    """Run by a real shell on that day: Mondays, and holidays unless they are left out."""
    say(city, {"shutdown": {"time": "19:30", "days": ["mon"], **said}})
    script = content(city, "/usr/local/sbin/campusctl-shutdown").replace("exec /sbin/shutdown", "echo off")
    script = script.replace("$(date +", f"$(date -d {today} +")
    assert bool(sh(script)) is off


def test_an_operators_own_file_takes_the_place_of_one_that_would_go(city: Path) -> None:
    """What no setting makes is removed, unless somebody says it himself."""
    say(city, {"files": {"/etc/modprobe.d/60-campusctl-exam.conf": {"content": "# mine\n"}}})
    found = document(city)
    assert "/etc/modprobe.d/60-campusctl-exam.conf" in found["files"]
    assert "/etc/modprobe.d/60-campusctl-exam.conf" not in found["absent"]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ pc.nmae }}", "templates/pc/linux/own.j2:1: s042-r201-pc01: "),
        ("{{ pc.settings.__class__ }}", "templates/pc/linux/own.j2:1: s042-r201-pc01: "),
        ("{% for x in range(9999999) %}{% endfor %}", "range() has at most 10000 numbers here"),
        ("{{ settings.pc.files }}", "is not text"),
        ("{{ 'a\\nb' }}", "has the character U+000A"),
        ("<<secret:>>", "a secret's token is broken"),
        ("\x07", "the template itself has the character U+0007"),
        ("{% include '/etc/passwd' %}", "no template etc/passwd to include"),
    ],
)
def test_a_template_that_goes_wrong_is_told_with_its_line(city: Path, template: str, message: str) -> None:
    """And nothing is made of it."""
    (city / "templates/pc/linux/own.j2").write_text(template)
    say(city, {"files": {"/etc/own": {"template": "linux/own.j2"}}})
    with pytest.raises(RenderError) as raised:
        document(city)
    assert message in str(raised.value)


def test_an_unknown_template_is_told_with_what_was_meant(city: Path) -> None:
    """With the file of the PC that wants it."""
    say(city, {"files": {"/etc/motd": {"template": "linux/modt.j2"}}})
    with pytest.raises(RenderError) as raised:
        document(city)
    assert str(raised.value) == (
        "templates/pc/linux/modt.j2: s042-r201-pc01: /etc/motd: no such template\nhint: did you mean linux/motd.j2?"
    )


def test_a_secret_in_a_file_stays_a_reference(city: Path) -> None:
    """From a template, and as it stands in the inventory."""
    (city / "templates/pc/linux/wifi.j2").write_text('psk="{{ secret("wifi/psk") }}"\n')
    say(
        city,
        {
            "files": {
                "/etc/a": {"template": "linux/wifi.j2", "mode": "0600"},
                "/etc/b": {"content": "<<secret:wifi/psk>>\n"},
            }
        },
    )
    assert content(city, "/etc/a") == 'psk="<<secret:wifi/psk>>"\n'
    assert content(city, "/etc/b") == "<<secret:wifi/psk>>\n"


def test_explain_reads_keys_with_dots_and_shows_the_mode(city: Path) -> None:
    """`/etc/motd` and `/etc/motd.conf` are two files; what a mode says is a layer of its own."""
    say(city, {"mode": "exam", "files": {"/etc/motd": {"content": "a"}, "/etc/motd.conf": {"content": "b"}}})
    loaded = load_city(city, ["schule-042"])
    resolved = resolve(loaded, PC)
    (found,) = explain(loaded, resolved, "pc.files./etc/motd.conf.content")
    assert (found.path, found.value) == ("pc.files./etc/motd.conf.content", "b")
    (zipped,) = explain(loaded, resolved, "pc.packages.zip")
    assert [(said.label, said.value) for said in zipped.said] == [
        ("profile pc-debian", "present"),
        ("profile pc-debian, mode exam", "absent"),
    ]


def test_a_switch_knows_nothing_of_pcs() -> None:
    """What is said about PCs is no setting of a switch."""
    loaded = load_city(ROOT, ["schule-042"])
    found = explain(loaded, resolve(loaded, "s042-a1-sw01"), "")
    assert [item.path for item in found if item.path.startswith("pc")] == []
