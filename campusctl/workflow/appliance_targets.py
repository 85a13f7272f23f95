"""Printers, projectors, boards and print servers as their drivers are told of them."""

from collections.abc import Callable, Collection
from functools import partial

from campusctl.inventory.appliances import Found, appliances, document_of, login_of
from campusctl.inventory.appliances.board import MANUAL
from campusctl.inventory.city import City, School
from campusctl.model.appliance import Document
from campusctl.model.plan import DeviceLogin, Target
from campusctl.workflow.desk import Desk
from campusctl.workflow.signing import signatures


def appliance_targets(driver: str) -> Callable[[Desk, City, School, Collection[str]], tuple[Target, ...]]:
    """What makes the targets of a driver of appliances."""
    return partial(_targets, driver)


def _targets(driver: str, desk: Desk, city: City, school: School, names: Collection[str]) -> tuple[Target, ...]:
    """Appliances of a school.

    Raises:
        InventoryError: Nothing was contacted.
    """
    return tuple(
        _target(desk, city, school, found)
        for found in appliances(city, school)
        if found.driver == driver and found.device.name in names and _is_there(desk, found)
    )


def _is_there(desk: Desk, found: Found) -> bool:
    """A checklist needs no device to be looked at."""
    return found.dialect == MANUAL or desk.has_appliance(found.device.name)


def _target(desk: Desk, city: City, school: School, found: Found) -> Target:
    device = found.device
    settings = login_of(city, school, found)
    host, port = desk.endpoint(device.address) if device.address and found.dialect != MANUAL else ("", 0)
    login = settings.access
    return Target(
        device=device.name,
        school=school.id,
        driver=found.driver,
        dialect=found.dialect,
        login=DeviceLogin(
            host=host,
            port=port if desk.lab else settings.port or 0,
            one_port=desk.lab,
            user=login.user,
            password=login.password,
            enable=login.enable,
            known_hosts=str(desk.known_hosts_of(school.id)),
            known_hosts_before=desk.known_hosts_before,
            timeout_s=desk.timeout_s,
            read_timeout_s=desk.read_timeout_s,
        ),
        intended=_completed(desk, school, found, document_of(city, school, found), f"http://{host}:{port}/").text(),
        allow_revert="none",
    )


def _completed(desk: Desk, school: School, found: Found, document: Document, twin: str) -> Document:
    """A document with what the inventory does not know: what was signed, and where the lab plays a service."""
    more: dict[str, str | int | bool] = {}
    if found.dialect == MANUAL:
        signature = signatures(desk.root, school.id, lab=desk.lab).get(found.device.name)
        more["signature"] = signature.model_dump_json() if signature else ""
    if desk.lab and "endpoint" in document.options:
        more["endpoint"] = twin
    return document.model_copy(update={"options": {**document.options, **more}}) if more else document
