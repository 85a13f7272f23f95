"""A small town of its own for the rules: two schools, three switches, and devices whose places show a convention."""

from pathlib import Path

from campusctl.inventory.city import City
from campusctl.inventory.load import load_city

FILES = {
    "inventory/city.yml": """\
name: Probestadt
naming: {max_length: 15}
vlans:
  3: {name: MGMT, subnet: "10.{site}.3.0/24"}
  20: {name: LEHRER, subnet: "10.{site}.20.0/23"}
  30: {name: SCHUELER, subnet: "10.{site}.30.0/29"}
  60: {name: MEDIEN, subnet: "10.{site}.60.0/23"}
  70: {name: DRUCKER, subnet: "10.{site}.70.0/24"}
  101-120: {name: "PC-RAUM-{vlan}", subnet: "10.{site}.{vlan}.0/24"}
  200: {name: VERWALTUNG, confirm: true}
  999: {name: QUARANTAENE}
roles:
  uplink: {tagged: all}
  downlink: {tagged: all}
  board: {vlan: 60, edge: true}
  projector: {vlan: 60, edge: true}
  printer: {vlan: 70, edge: true}
  pc: {vlan: 30, edge: true}
  pc-room: {vlan: 30, edge: true}
  unused: {vlan: 999, shutdown: true}
classes:
  sw: {title: Switch}
  dt: {title: Tafel, role: board}
  bm: {title: Beamer, role: projector}
  pr: {title: Drucker, role: printer}
  pc: {title: PC, role: pc, driver: pc}
  nb: {title: Notebook, role: pc, driver: pc}
school_types:
  gymnasium: {title: Gymnasium}
settings:
  domain: schulen.example
  management_vlan: 3
  users: {campus: {secret: switch/login}}
  login: {user: campus, password: switch/login}
""",
    "inventory/profiles/core-24.yml": """\
title: Core
class: sw
dialect: aruba_aoscx
model: "6300M"
ports:
  1-24: {name: "1/1/{n}"}
  25-28: {name: "1/1/{n}"}
lag: lag {n}
""",
    "inventory/profiles/edge-24.yml": """\
title: Edge
class: sw
dialect: cisco_ios
model: C9200L
ports:
  1-24: {name: "GigabitEthernet1/0/{n}", poe: true}
  25-28: {name: "TenGigabitEthernet1/1/{n}", first: 1}
lag: Port-channel{n}
""",
    "inventory/profiles/board-75.yml": "title: Tafel 75\nclass: dt\n",
    "inventory/profiles/board-86.yml": "title: Tafel 86\nclass: dt\n",
    "inventory/schools/schule-042/school.yml": """\
name: Gymnasium
type: gymnasium
address: {street: Parkallee 14, postcode: "12342", town: Probestadt}
buildings:
  A:
    rooms:
      A1: {floor: 0}
      A2: {floor: 1}
      R101: {floor: 1, title: Klassenraum}
      R102: {floor: 1, title: Klassenraum}
      R201: {floor: 2, title: PC-Raum, vlans: {pc-room: 101}}
      LANGRAUM: {floor: 3}
  B:
    rooms:
      B1: {floor: 0}
      R301: {floor: 0}
      R302: {floor: 1}
""",
    "inventory/schools/schule-042/devices.yml": """\
devices:
  # The core
  s042-a1-sw01:
    profile: core-24
    room: A1
    address: 10.42.3.11
    core: true
    ports:
      1: {role: unused, description: kaputt}
      27: {downlink: s042-b1-sw01}
      28: {downlink: s042-a2-sw01}
  s042-a2-sw01:
    profile: edge-24
    room: A2
    address: 10.42.3.12
    ports:
      1-4: pc
      5: {device: s042-r101-dt01}
      7: {device: s042-r102-dt01}
      25: {uplink: s042-a1-sw01}
  s042-b1-sw01:
    profile: edge-24
    room: B1
    address: 10.42.3.21
    ports:
      1-24: pc
      24: {device: s042-r301-dt01}
      25: {uplink: s042-a1-sw01}
  s042-r101-dt01: {profile: board-75, room: R101, address: 10.42.60.11, mac: "00:0c:f1:42:01:01", serial: BD042-0101}
  s042-r102-dt01: {profile: board-75, room: R102, address: 10.42.60.12, mac: "00:0c:f1:42:01:02", serial: BD042-0102}
  s042-r301-dt01: {profile: board-86, room: R301, address: 10.42.60.21, mac: "00:0c:f1:42:01:03", serial: BD042-0103}
""",
    "inventory/schools/schule-043/school.yml": """\
name: Grundschule
type: gymnasium
address: {street: Weg 1, postcode: "12343", town: Probestadt}
buildings:
  A: {rooms: {A1: {floor: 0}, R101: {floor: 0}}}
""",
    "inventory/schools/schule-043/devices.yml": """\
devices:
  s043-r101-pc01: {room: R101, serial: PC043-1, asset: M043-0001, mac: "c8:d9:d2:43:00:01"}
""",
}


def make_town(root: Path, **changed: str) -> Path:
    """The town in a folder; `changed` replaces the text of a file by the end of its name, `-` and `/` as `_`."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        key = name.removeprefix("inventory/").removesuffix(".yml").replace("/", "_").replace("-", "_")
        path.write_text(changed.get(key, text), encoding="utf-8")
    return root


def town(root: Path, **changed: str) -> City:
    """The town, loaded."""
    return load_city(make_town(root, **changed))
