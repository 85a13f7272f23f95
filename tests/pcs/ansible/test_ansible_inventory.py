"""The inventory as Ansible sees it by hand: groups, variables, limits, mistakes, and the static file."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_rig import Ansible, Change, Ran, make_place

from campusctl.cli.main import call
from campusctl.errors import InventoryError
from campusctl.inventory.load import load_city
from campusctl.inventory.pc_hosts import Reach, limited_schools, pc_hosts

GRAPH = ("inventory", "-i", "inventory/campus.yml", "--graph")
LIST = ("inventory", "-i", "inventory/campus.yml", "--list")
WILD = "{{ 1+1 }} {% x %} {# y #} $(id) `id` \\ \"two\" 'one' ${HOME} ü"


def with_three_pcs(place: Path) -> Path:
    """The example city with three PCs of our own, at two schools, and no others.

    Args:
        place: The workspace.
    """
    for name in ("pc-debian", "nb-debian", "pc-windows"):
        profile = place / f"inventory/profiles/{name}.yml"
        profile.write_text("".join(f"{line}\n" for line in profile.read_text().splitlines() if "dialect:" not in line))
        profile.write_text(profile.read_text().partition("settings:")[0])
    for name, dialect in (("pc-test", "linux"), ("nb-test", "windows")):
        (place / f"inventory/profiles/{name}.yml").write_text(f"title: T\nclass: {name[:2]}\ndialect: {dialect}\n")
    note = json.dumps(WILD, ensure_ascii=False)
    (place / "inventory/schools/schule-042/devices-own.yml").write_text(
        "devices:\n"
        f"  s042-r201-pc61: {{room: R201, profile: pc-test, address: 10.42.101.61, notes: {note}}}\n"
        "  s042-r110-nb61: {room: R110, profile: nb-test, address: 10.42.30.61}\n"
        "  s042-r201-pc62: {room: R201}\n"
    )
    (place / "inventory/schools/schule-101/devices-own.yml").write_text(
        "devices:\n  s101-r111-pc61: {room: R111, profile: pc-test, address: 10.101.30.61}\n"
    )
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Ansible runs."""
    return with_three_pcs(make_place(tmp_path_factory.mktemp("inventory")))


@pytest.fixture
def own_three(own_place: Path) -> Path:
    """A city of a test's own, without Ansible."""
    return with_three_pcs(own_place)


@pytest.fixture(scope="module")
def listed(ansible: Ansible) -> Ran:
    """All that Ansible knows."""
    return ansible(*LIST)


def mine(listed: str) -> dict[str, Any]:
    """What `--list` says about hosts and groups that have hosts of ours, without the variables."""
    found = json.loads(listed)
    found.pop("_meta")
    return {name: group for name, group in found.items() if name != "all"}


def test_the_graph_shows_schools_rooms_classes_profiles_and_platforms(ansible: Ansible, listed: Ran) -> None:
    """A PC without a profile is not there; no document is made and no secret is asked for."""
    assert mine(listed.out) == {
        "linux": {"hosts": ["s042-r201-pc61", "s101-r111-pc61"]},
        "windows": {"hosts": ["s042-r110-nb61"]},
        "schule_042": {"children": ["schule_042_r201", "schule_042_r110"]},
        "schule_042_r201": {"hosts": ["s042-r201-pc61"]},
        "schule_042_r110": {"hosts": ["s042-r110-nb61"]},
        "schule_101": {"children": ["schule_101_r111"]},
        "schule_101_r111": {"hosts": ["s101-r111-pc61"]},
        "pc": {"hosts": ["s042-r201-pc61", "s101-r111-pc61"]},
        "nb": {"hosts": ["s042-r110-nb61"]},
        "profile_pc_test": {"hosts": ["s042-r201-pc61", "s101-r111-pc61"]},
        "profile_nb_test": {"hosts": ["s042-r110-nb61"]},
    }
    ran = ansible(*GRAPH)
    assert (ran.code, ran.err) == (0, "")
    assert "  |--@schule_042:\n  |  |--@schule_042_r201:\n  |  |  |--s042-r201-pc61\n" in ran.out


def test_a_host_has_its_connection_and_its_place_and_every_text_as_it_stands(ansible: Ansible, place: Path) -> None:
    """Host keys are asked for strictly, in the school's own file."""
    said = json.loads(ansible("inventory", "-i", "inventory/campus.yml", "--host", "s042-r201-pc61").out)
    args = said.pop("ansible_ssh_common_args")
    assert f'UserKnownHostsFile="{place}/known_hosts/schule-042"' in args
    assert "-oStrictHostKeyChecking=yes" in args
    assert said["campus_notes"] == WILD
    assert {key: said[key] for key in ("ansible_host", "ansible_port", "campus_location", "campus_profile")} == {
        "ansible_host": "10.42.101.61", "ansible_port": 22, "campus_location": "schule-042/A/2/R201",
        "campus_profile": "pc-test",
    }  # fmt: skip


def test_a_limit_to_schools_reads_only_these(ansible: Ansible, place: Path, change: Change) -> None:
    """A mistake at another school does not stop a run at this one, and does stop one at all."""
    file = place / "inventory/schools/schule-101/devices-own.yml"
    change(file, file.read_text(), "devices: 7\n")
    ran = ansible(*LIST, "--limit", "schule_042")
    assert (ran.code, ran.err) == (0, "")
    assert mine(ran.out)["linux"] == {"hosts": ["s042-r201-pc61"]}
    ran = ansible(*GRAPH)
    assert ran.code != 0
    assert "inventory/schools/schule-101/devices-own.yml:1:" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("limit", "schools"),
    [
        ("schule_042", ("schule-042",)),
        ("schule_042_r201", ("schule-042",)),
        ("s042-r201-pc61", ("schule-042",)),
        ("schule_042:s101-r111-pc61", ("schule-042", "schule-101")),
        ("schule_101,schule_101_r111", ("schule-101",)),
        ("schule_042:&pc:!nb", ("schule-042",)),
        ("", None),
        ("all", None),
        ("pc", None),
        ("schule_04", None),
        ("schule_042*", None),
        ("schule_042,pc", None),
        ("!schule_042", None),
        ("~schule_042", None),
        ("@schule_042", None),
        ("schule_042[0:1]", None),
        ("schule-042", None),
    ],
)
def test_what_a_limit_says_about_schools(musterstadt: Path, limit: str, schools: tuple[str, ...] | None) -> None:
    """Whatever does not plainly name schools, rooms and PCs is left to Ansible, with every school read."""
    assert limited_schools(musterstadt, limit) == schools


def test_two_rooms_that_would_be_one_group_are_refused(own_three: Path) -> None:
    """Group names know no capitals."""
    school = own_three / "inventory/schools/schule-042/school.yml"
    text = school.read_text()
    row = next(line for line in text.splitlines() if line.strip().startswith("R202:"))
    school.write_text(text.replace(row, f"{row}\n{row.replace('R202', 'r202')}"))
    with (own_three / "inventory/schools/schule-042/devices-own.yml").open("a") as file:
        for number, room in ((63, "R202"), (64, "r202")):
            file.write(f"  s042-r202-pc{number}: {{room: {room}, profile: pc-test, address: 10.42.30.{number}}}\n")
    with pytest.raises(InventoryError) as caught:
        list(pc_hosts(load_city(own_three, ["schule-042"]), Reach.of_workspace(own_three)))
    assert caught.value.problems[0].what == (
        "the room of schule-042 r202 and the room of schule-042 R202 would both be Ansible's group schule_042_r202"
    )


def test_a_folder_with_spaces_and_percent_signs_is_no_trouble_for_ssh(own_three: Path) -> None:
    """Ssh's own rules for file names in options are kept."""
    reach = Reach(lambda address: (address, 22), lambda _: "/srv/my 100% place/known_hosts")
    host = next(iter(pc_hosts(load_city(own_three, ["schule-042"]), reach)))
    args = str(host.values["ansible_ssh_common_args"])
    assert args.startswith("'-oUserKnownHostsFile=\"/srv/my 100%% place/known_hosts\"' -o")


@pytest.mark.parametrize("schools", [(), ("schule-042",)])
def test_the_exported_file_says_what_the_plugin_says(
    ansible: Ansible, listed: Ran, place: Path, monkeypatch: pytest.MonkeyPatch, schools: tuple[str, ...]
) -> None:
    """The same hosts in the same groups with the same variables; texts are no templates there either."""
    monkeypatch.setenv("HOME", str(place.parent / "home"))
    assert (
        call(["--workspace", str(place), "export", "ansible-inventory", *schools, "--out", str(place / "x.yml")]) == 0
    )
    plugin = ansible(*LIST, "--limit", "schule_042") if schools else listed
    static = ansible(
        "inventory", "-i", "x.yml", "--list", environ={"ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml"}
    )
    assert static.err == ""
    ours, theirs = json.loads(plugin.out), json.loads(static.out)
    for variables in ours["_meta"]["hostvars"].values():
        del variables["campus_workspace"], variables["campus_lab"]

    def bare(value: Any) -> Any:  # noqa: ANN401 - JSON
        return value["__ansible_unsafe"] if isinstance(value, dict) and "__ansible_unsafe" in value else value

    for found in (ours, theirs):
        for variables in found["_meta"]["hostvars"].values():
            variables |= {name: bare(value) for name, value in variables.items()}
    assert theirs["_meta"]["hostvars"] == ours["_meta"]["hostvars"]

    def sets(found: dict[str, Any]) -> dict[str, set[str]]:
        return {name: {*group.get("hosts", ()), *group.get("children", ())} for name, group in found.items()}

    assert sets(theirs) == sets(ours)
    (place / "playbooks/show.yml").write_text(
        "- hosts: s042-r201-pc61\n  gather_facts: false\n  connection: local\n  tasks:\n"
        "    - ansible.builtin.assert: {that: campus_notes == expected}\n"
    )
    (place / "wild.json").write_text(json.dumps({"expected": {"__ansible_unsafe": WILD}}))
    shown = ansible(
        "playbook", "-i", "x.yml", "playbooks/show.yml", "-e", "@wild.json",
        environ={"ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml"},
    )  # fmt: skip
    assert (shown.code, shown.err) == (0, "")


def test_the_exported_file_goes_to_the_terminal_without_out(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And an unknown school is told."""
    assert call(["--workspace", str(place), "export", "ansible-inventory", "s101"]) == 0
    told = capsys.readouterr()
    assert (told.err, told.out.count("ansible_host:")) == ("", 1)
    assert call(["--workspace", str(place), "export", "ansible-inventory", "schule-43"]) == 1
    assert capsys.readouterr().err.startswith("error: no school `schule-43`")


def test_without_campusctl_ansible_says_how_to_be_started(ansible: Ansible, place: Path) -> None:
    """Somebody's own Ansible cannot know the inventory."""
    (place / "sitecustomize.py").write_text("import sys\nsys.modules['campusctl.errors'] = None\n")
    ran = ansible(*GRAPH, environ={"PYTHONPATH": str(place)})
    assert ran.code != 0
    words = " ".join(ran.err.split())
    assert f"campusctl is not installed for {sys.executable}, which runs Ansible" in words
    assert "call the ansible-playbook that stands beside campusctl" in words
