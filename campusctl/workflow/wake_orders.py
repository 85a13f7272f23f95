"""From the inventory to orders: on which way each PC is woken, or why it cannot be."""

from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.inventory.city import City, School
from campusctl.inventory.resolve_pc import pc_dialect, pc_settings
from campusctl.inventory.sites import site_vlans
from campusctl.model.inventory import Device
from campusctl.model.login import Login
from campusctl.model.pc import PcSettings
from campusctl.model.plan import DeviceLogin
from campusctl.workflow.desk import Desk
from campusctl.workflow.wake_names import is_pc

_WINRM_PORT: Final = 5986
"""Where a Windows PC answers. Source: Microsoft, Installation and configuration for WinRM."""


class _CannotError(Exception):
    """Why a PC cannot be woken; does not leave this module."""


def wake_orders(desk: Desk, city: City, devices: Iterable[Device]) -> tuple[WakeOrder, ...]:
    """One order for each PC, in their order; one that cannot be woken says why.

    Raises:
        InventoryError: The settings of a PC make no sense.
        CampusError: The lab that is up does not have a PC.
    """
    return tuple(_order(desk, city, city.school_of(device.name), device) for device in devices)


def _order(desk: Desk, city: City, school: School, device: Device) -> WakeOrder:
    host, port = desk.endpoint(device.address) if device.address else ("", 0)
    if not desk.lab and pc_dialect(city, device) == "windows":
        port = _WINRM_PORT
    order = WakeOrder(device=device.name, school=school.id, host=host, port=port)
    try:
        return order.model_copy(update=_way(desk, city, school, device))
    except _CannotError as why:
        return order.model_copy(update={"cannot": str(why)})


def _way(desk: Desk, city: City, school: School, device: Device) -> dict[str, object]:
    pc = pc_settings(city, school, device).pc
    if not device.address:
        raise _CannotError("the inventory gives it no address")
    if not device.mac:
        raise _CannotError("the inventory does not know its MAC address")
    if not pc.wake_on_lan:
        raise _CannotError("the inventory does not say that it wakes up (pc.wake_on_lan)")
    way: dict[str, object] = {"mac": device.mac}
    method = pc.wake.method
    if method == "none":
        raise _CannotError("the inventory does not say how it is woken (pc.wake.method)")
    if method == "broadcast":
        return way | {"method": method, "address": _broadcast(city, school, device)}
    if method == "helper":
        if not pc.wake.helper:
            raise _CannotError("the inventory does not name the helper (pc.wake.helper)")
        return way | {"method": method, "address": pc.wake.helper}
    return way | {"method": method, "sender": _sender(desk, city, school, device, pc)}


def _broadcast(city: City, school: School, device: Device) -> str:
    address = IPv4Address(str(device.address))
    subnets = (vlan.subnet for vlan in site_vlans(city, school, school.site_of(device)).values())
    found = next((subnet for subnet in subnets if subnet and address in subnet), None)
    if found is None:
        raise _CannotError(f"its address {address} is in no subnet of its site")
    return str(found.broadcast_address)


def _sender(desk: Desk, city: City, school: School, device: Device, pc: PcSettings) -> DeviceLogin | None:
    """How the host that sends is reached: a PC as the inventory says of it, another host as the PC to be woken."""
    named = pc.wake.host
    if not named:
        raise _CannotError("the inventory does not name the host that wakes it (pc.wake.host)")
    other = school.devices.get(named)
    if named in (device.name, device.address):
        raise _CannotError("the host that is to wake it is itself (pc.wake.host)")
    address = other.address if other else (named if _is_address(named) else None)
    if not address:
        why = "has no address" if other else f"is no device of {school.id}"
        raise _CannotError(f"the host that is to wake it, {named}, {why}")
    if desk.wake_to:
        # In the lab every packet goes to the lab itself.
        return None
    login = pc_settings(city, school, other).pc.login if other and is_pc(city, other) else pc.login
    return _login(desk, school, address, login)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def _login(desk: Desk, school: School, address: str, login: Login) -> DeviceLogin:
    host, port = desk.endpoint(address)
    return DeviceLogin(
        host=host,
        port=port,
        user=login.user,
        key_file=str(Path(login.key_file).expanduser()) if login.key_file else "",
        known_hosts=str(desk.known_hosts_of(school.id)),
        known_hosts_before=desk.known_hosts_before,
        timeout_s=desk.timeout_s,
    )
