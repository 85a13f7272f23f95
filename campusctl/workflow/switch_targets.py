"""Switches as their driver is told of them."""

from collections.abc import Collection

from campusctl.inventory.cabling import declared_devices, expected_cables
from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import settings_of, switch_intent
from campusctl.inventory.topology import order, topology
from campusctl.model.intent import SwitchIntent
from campusctl.model.plan import DeviceLogin, ManagementPath, Target
from campusctl.render import Renderer
from campusctl.workflow.desk import Desk


def switch_targets(desk: Desk, city: City, school: School, names: Collection[str]) -> tuple[Target, ...]:
    """Switches of a school, core first, rendered and ready to be read.

    Args:
        desk: The workspace.
        city: With the school loaded.
        school: The school.
        names: Its switches that are meant.

    Raises:
        InventoryError, RenderError: Nothing was contacted.
    """
    renderer = _renderer(desk, city)
    intents = (switch_intent(city, school.id, name) for name in order(city, school) if name in names)
    return tuple(_target(desk, city, school, intent, renderer.render(intent)) for intent in intents)


def reachable_switches(desk: Desk, city: City, school: School, names: Collection[str]) -> tuple[Target, ...]:
    """Switches of a school, core first, ready to be looked at: nothing is rendered, and nothing could be applied.

    Args:
        desk: The workspace.
        city: With the school loaded.
        school: The school.
        names: Its switches that are meant.

    Raises:
        InventoryError: Nothing was contacted.
    """
    intents = (switch_intent(city, school.id, name) for name in order(city, school) if name in names)
    return tuple(_target(desk, city, school, intent, "") for intent in intents)


def _renderer(desk: Desk, city: City) -> Renderer:
    """Made once for a city: it reads and compiles every template."""
    found = city.memo.get("renderer")
    if not isinstance(found, Renderer):
        found = city.memo["renderer"] = Renderer(desk.root / "templates")
    return found


def _target(desk: Desk, city: City, school: School, intent: SwitchIntent, intended: str) -> Target:
    settings = settings_of(city, school, city.find_device(intent.name))
    host, port = desk.endpoint(intent.address.partition("/")[0])
    below = topology(city, school).downlinks.get(intent.name, ())
    return Target(
        device=intent.name,
        school=school.id,
        dialect=intent.dialect,
        login=DeviceLogin(
            host=host,
            port=port,
            user=intent.login_user,
            password=settings.login.password,
            enable=settings.login.enable,
            key_file=settings.login.key_file,
            key_passphrase=settings.login.key_passphrase,
            known_hosts=str(desk.known_hosts_of(school.id)),
            known_hosts_before=desk.known_hosts_before,
            legacy_algorithms=settings.legacy_algorithms,
            timeout_s=desk.timeout_s,
            read_timeout_s=desk.read_timeout_s,
        ),
        intended=intended,
        management=ManagementPath(
            vlan=str(intent.management_vlan),
            uplinks=intent.uplinks,
            downlinks=tuple(link.parent_port for link in below),
            user=intent.login_user,
        ),
        allow_revert=settings.revert,
        settle_s=desk.settle_s,
        neighbors=expected_cables(city, school, intent.name),
        switches=tuple(school.switches),
        devices=declared_devices(city, intent),
        rooms={port.name: city.find_device(port.peer).room for port in intent.ports if port.peer},
    )
