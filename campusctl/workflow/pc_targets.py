"""PCs as targets: every one that can be reached and has a dialect we make documents for."""

from collections.abc import Collection, Iterator
from pathlib import Path

from campusctl.inventory.city import City, School
from campusctl.inventory.resolve_pc import DRIVER, managed_pcs, pc_dialect, pc_intent
from campusctl.model.inventory import Device
from campusctl.model.pc_intent import PcIntent
from campusctl.model.plan import DeviceLogin, Target
from campusctl.render.pc import DOCUMENTS, PcRenderer
from campusctl.workflow.desk import Desk


def pc_targets(desk: Desk, city: City, wanted: Collection[str] | None = None) -> tuple[Target, ...]:
    """The PCs of the loaded schools, in the order of the inventory, rooms together, with their documents.

    Args:
        desk: The workspace.
        city: The schools.
        wanted: Only these devices; None: all. A name that is no such PC is left out.

    Raises:
        InventoryError, RenderError: Nothing was contacted.
    """
    renderer = PcRenderer(desk.root / "templates")
    return tuple(
        _target(desk, pc_intent(city, school, device), renderer)
        for school, device in _chosen(city)
        if wanted is None or device.name in wanted
    )


def pc_document(city: City, school: School, device: Device, renderer: PcRenderer) -> str:
    """A PC's document as JSON, secrets as tokens.

    Raises:
        UnknownNameError: It is no PC that is managed.
        InventoryError, RenderError: It cannot be made.
    """
    return renderer.render(pc_intent(city, school, device))


def _chosen(city: City) -> Iterator[tuple[School, Device]]:
    for school in city.schools.values():
        yield from ((school, device) for device in managed_pcs(city, school) if pc_dialect(city, device) in DOCUMENTS)


def _target(desk: Desk, pc: PcIntent, renderer: PcRenderer) -> Target:
    return Target(
        device=pc.name,
        school=pc.school.id,
        driver=DRIVER,
        dialect=pc.dialect,
        login=_login(desk, pc),
        intended=renderer.render(pc),
        allow_revert="none",
    )


def _login(desk: Desk, pc: PcIntent) -> DeviceLogin:
    login = pc.pc.login
    host, port = desk.endpoint(pc.address)
    windows = pc.dialect == "windows"
    winrm = pc.pc.windows.winrm
    return DeviceLogin(
        host=host,
        port=winrm.port if windows and not desk.lab else port,
        user=login.user,
        password=login.password,
        enable=login.enable,
        key_file=desk.pc_key or (str(Path(login.key_file).expanduser()) if login.key_file else ""),
        key_passphrase="" if desk.pc_key else login.key_passphrase,
        known_hosts=str(desk.known_hosts_of(pc.school.id)),
        known_hosts_before=desk.known_hosts_before,
        timeout_s=desk.timeout_s,
        read_timeout_s=desk.read_timeout_s,
        authentication=winrm.authentication if windows else "",
        ca_file=str(Path(winrm.ca_file).expanduser()) if windows and winrm.ca_file else "",
    )
