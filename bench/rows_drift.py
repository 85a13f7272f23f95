"""Drift of 100 switches: campusctl's driver against Ansible's ios_config in check mode, whole processes both."""

import json
import os
import re
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from configs import SECRETS, config
from measure import HERE, PASSWORD, Switches, addresses, command
from peer_server import name_of

COUNT, RENAMED, FORKS = 100, 5, 20
_PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - cisco.ios.ios_config:
        src: "{{ folder }}/{{ inventory_hostname }}.cfg"
"""


def measure(*, quick: bool, say) -> dict[str, dict]:
    small, large = (2, 8) if quick else (4, 24)
    with tempfile.TemporaryDirectory(prefix="campusctl-bench-") as temporary:
        folder = Path(temporary)
        with Switches(folder) as switches:
            hosts = addresses(4 * COUNT)
            ours = [_campusctl(folder, switches, hosts[:COUNT]) for _ in range(3)]
            ours = sorted(ours, key=lambda run: run["wall_s"])[1]
            further = [_campusctl(folder, switches, hosts) for _ in range(3)]
            further = sorted(further, key=lambda run: run["wall_s"])[1]
            say(f"  campusctl {ours['wall_s']:.2f} s, {ours['cpu_s']:.2f} s CPU")
            few = _ansible(folder, switches, hosts[:small])
            say(f"  Ansible, {small}: {few['wall_s']:.1f} s, {few['cpu_s']:.1f} s CPU")
            many = _ansible(folder, switches, hosts[:large])
            say(f"  Ansible, {large}: {many['wall_s']:.1f} s, {many['cpu_s']:.1f} s CPU")
    scaled = {key: _scaled(few[key], many[key], small, large) for key in ("wall_s", "cpu_s")}
    values = {
        "faster": scaled["wall_s"] / ours["wall_s"],
        "less_cpu": scaled["cpu_s"] / ours["cpu_s"],
    }
    ours_each = {key: (further[key] - ours[key]) / (3 * COUNT) for key in ("wall_s", "cpu_s")}
    their_each = {key: (many[key] - few[key]) / (large - small) for key in ("wall_s", "cpu_s")}
    shown = [
        (f"campusctl, {COUNT} switches, running and startup read", _figure(ours)),
        (f"campusctl, {4 * COUNT} switches, the same", _figure(further)),
        (f"Ansible, {small} switches, running read", _figure(few)),
        (f"Ansible, {large} switches, running read", _figure(many)),
        (f"Ansible, {COUNT} switches, extrapolated", _figure(scaled)),
        (f"{COUNT} switches: Ansible's time, CPU over campusctl's", _ratios(scaled, ours)),
        ("each further switch: the same ratios", _ratios(their_each, ours_each)),
    ]
    note = (
        f"{RENAMED} descriptions differ on each; whole processes, start-up included; host keys strict on both; 50 at "
        f"once against {FORKS} forks;\nAnsible's time for {COUNT} switches is extrapolated from the two runs shown"
    )
    return {"drift": {"title": f"drift of {COUNT} switches", "note": note, "shown": shown, "values": values}}


def _figure(run: dict) -> str:
    return f"{run['wall_s']:.2f} s, {run['cpu_s']:.2f} s CPU"


def _ratios(theirs: dict, ours: dict) -> str:
    return f"{theirs['wall_s'] / ours['wall_s']:.0f} x, {theirs['cpu_s'] / ours['cpu_s']:.0f} x"


def _scaled(few: float, many: float, small: int, large: int) -> float:
    """What start-up costs once, and each further switch again."""
    return few + (many - few) / (large - small) * (COUNT - small)


def _intended(host: str, *, secrets: bool) -> str:
    text = config(name_of(host), renamed=RENAMED)
    for ref, plaintext in SECRETS.items() if secrets else ():
        text = text.replace(plaintext, f"<<secret:{ref}>>")
    return text


def _write(folder: Path, hosts: list[str], *, secrets: bool) -> Path:
    target = folder / ("references" if secrets else "plain")
    target.mkdir(exist_ok=True)
    for host in hosts:
        (target / f"{host}.cfg").write_text(_intended(host, secrets=secrets))
    return target


def _campusctl(folder: Path, switches: Switches, hosts: list[str]) -> dict:
    job = {
        "hosts": hosts,
        "port": switches.port,
        "user": "campus",
        "password": PASSWORD,
        "known_hosts": switches.known_hosts(hosts)["known_hosts"],
        "folder": str(_write(folder, hosts, secrets=True)),
        "secrets": SECRETS | {"login": PASSWORD},
    }
    file = folder / "drift.json"
    file.write_text(json.dumps(job))
    ended = command([sys.executable, str(HERE / "drift_campusctl.py"), str(file)])
    if ended["code"]:
        raise RuntimeError(ended["out"][-500:])
    result = json.loads(ended["out"].strip().splitlines()[-1])
    if result["faults"] or result["edits"] != [RENAMED]:
        raise RuntimeError(f"campusctl did not find the drift: {result}")
    return ended


def _ansible(folder: Path, switches: Switches, hosts: list[str]) -> dict:
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True, exist_ok=True)
    known = Path(switches.known_hosts(hosts)["known_hosts"]).read_text()
    (home / ".ssh" / "known_hosts").write_text(known)
    options = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_port": switches.port,
        "ansible_user": "campus",
        "ansible_password": PASSWORD,
        "ansible_python_interpreter": sys.executable,
        "folder": str(_write(folder, hosts, secrets=False)),
    }
    (folder / "inventory.json").write_text(
        json.dumps({"all": {"hosts": {host: {} for host in hosts}, "vars": options}})
    )
    (folder / "play.yml").write_text(_PLAYBOOK)
    (folder / "ansible.cfg").write_text("[defaults]\n")  # whatever is configured on this machine, not here
    env = os.environ | {
        "HOME": str(home),
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_PARAMIKO_LOOK_FOR_KEYS": "False",
        "ANSIBLE_COLLECTIONS_PATH": str(Path(find_spec("ansible_collections").submodule_search_locations[0]).parent),
        "ANSIBLE_PERSISTENT_COMMAND_TIMEOUT": "120",
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
    }
    program = Path(sys.executable).parent / "ansible-playbook"
    arguments = [
        str(program),
        "--check",
        "-f",
        str(FORKS),
        "-i",
        str(folder / "inventory.json"),
        str(folder / "play.yml"),
    ]
    ended = command(arguments, env=env, cwd=folder)
    changed = len(re.findall(r"^\S+ +: ok=1 +changed=1 ", ended["out"], re.MULTILINE))
    if changed != len(hosts):
        raise RuntimeError(f"Ansible found drift on {changed} of {len(hosts)} switches: {ended['out'][-1500:]}")
    return ended
