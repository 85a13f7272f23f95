"""PCs as targets: every one that can be reached and has a dialect we make documents for."""

from collections.abc import Collection
from pathlib import Path

from campusctl.inventory.city import City, School
from campusctl.inventory.pc_hosts import pc_facts
from campusctl.inventory.resolve_pc import DRIVER, managed_pcs, pc_dialect, pc_groups, pc_intent
from campusctl.model.inventory import Device
from campusctl.model.pc_intent import PcIntent
from campusctl.model.plan import DeviceLogin, Target
from campusctl.render.pc import DOCUMENTS, PcRenderer
from campusctl.workflow.desk import Desk


def pc_targets(desk: Desk, city: City, school: School, names: Collection[str]) -> tuple[Target, ...]:
    """PCs of a school, rooms together, with their documents.

    Args:
        desk: The workspace.
        city: With the school loaded.
        school: The school.
        names: Its PCs that are meant; one without an address, of a kind nobody makes documents for, or that is not in
            the lab is left out.

    Raises:
        InventoryError, RenderError: Nothing was contacted.
    """
    renderer = _renderer(desk, city)
    return tuple(
        _target(desk, city, school, device, renderer)
        for device in managed_pcs(city, school)
        if device.name in names and pc_dialect(city, device) in DOCUMENTS and desk.has_pc(device.name)
    )


def _renderer(desk: Desk, city: City) -> PcRenderer:
    """Made once for a city: it reads and compiles every template."""
    found = city.memo.get("pc renderer")
    if not isinstance(found, PcRenderer):
        found = city.memo["pc renderer"] = PcRenderer(desk.root / "templates")
    return found


def pc_document(city: City, school: School, device: Device, renderer: PcRenderer) -> str:
    """A PC's document as JSON, secrets as tokens.

    Raises:
        UnknownNameError: It is no PC that is managed.
        InventoryError, RenderError: It cannot be made.
    """
    return renderer.render(pc_intent(city, school, device))


def _target(desk: Desk, city: City, school: School, device: Device, renderer: PcRenderer) -> Target:
    pc = pc_intent(city, school, device)
    return Target(
        device=pc.name,
        school=pc.school.id,
        driver=DRIVER,
        dialect=pc.dialect,
        login=_login(desk, pc),
        intended=renderer.render(pc),
        allow_revert="none",
        groups=pc_groups(city, school, device),
        roles=pc.pc.roles,
        own_playbooks=pc.pc.playbooks,
        facts=pc_facts(school, device) if pc.pc.roles or pc.pc.playbooks else {},
        playbooks=str(desk.root / "playbooks"),
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
