"""The VLANs of the city as they are at one site of a school."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Any, NamedTuple

from pydantic import ValidationError

from campusctl.inventory.city import City, School, vlan_ids
from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import CITY_FILE, Layer, exemption_layer, merged
from campusctl.model.inventory import Exemption, Vlan
from campusctl.model.sentence import sentence


class SiteVlan(NamedTuple):
    """A VLAN as it is at one site."""

    id: int
    """1-4094."""
    name: str
    """As the switches show it."""
    subnet: IPv4Network | None
    """Its addresses, if they are ours."""
    gateway: str
    """Default gateway; empty without a subnet."""
    confirm: bool
    """A port needs `confirmed: true` for it."""


def site_vlans(city: City, school: School, site: int) -> Mapping[int, SiteVlan]:
    """The VLANs of a school at one of its sites, ascending by id; a subnet that is none is left out (see `issues`)."""
    changed = tuple(item for item in school.spec.exceptions if item.path.startswith("vlans."))
    key = (school.id if changed else "", site)
    known = city.memo.get(key)
    if not isinstance(known, dict):
        known = city.memo[key] = {vlan: _at_site(city, school, vlan, site, changed) for vlan in city.vlan_keys}
    return known


def vlan_layers(city: City, school: School, vlan: int) -> Iterator[Layer]:
    """What the city and the school's exceptions say about a VLAN, below the prefix `vlans/<id>`."""
    key = city.vlan_keys[vlan]
    values = city.spec.vlans[key].model_dump(exclude_unset=True)
    yield Layer("city", CITY_FILE, ("vlans", key), ("vlans", str(vlan)), values)
    for number, exemption in enumerate(school.spec.exceptions):
        path = tuple(exemption.path.split("."))
        if path[:2] == ("vlans", str(vlan)):
            yield exemption_layer(school, number, exemption, path)


def _at_site(city: City, school: School, vlan: int, site: int, changed: tuple[Exemption, ...]) -> SiteVlan:
    spec = _spec(city, school, vlan, changed)
    subnet, gateway, _ = _addresses(spec.subnet, spec.gateway, vlan, site)
    return SiteVlan(vlan, spec.name.replace("{vlan}", str(vlan)), subnet, gateway, spec.confirm)


def _spec(city: City, school: School, vlan: int, changed: tuple[Exemption, ...]) -> Vlan:
    if not changed:
        return city.spec.vlans[city.vlan_keys[vlan]]
    values: dict[str, Any] = merged(vlan_layers(city, school, vlan))["vlans"][str(vlan)]
    return Vlan.model_validate(values)


@lru_cache(16384)
def _addresses(
    subnet_pattern: str | None, gateway_pattern: str | None, vlan: int, site: int
) -> tuple[IPv4Network | None, str, str]:
    """Subnet and gateway with the numbers filled in, and what is wrong with them."""
    if not subnet_pattern:
        return None, "", ""
    text = _filled(subnet_pattern, vlan, site)
    try:
        subnet = IPv4Network(text)
    except (AddressValueError, NetmaskValueError, ValueError):
        return None, "", sentence("{text} is no subnet", text=text)
    gateway = _filled(gateway_pattern, vlan, site) if gateway_pattern else str(subnet[min(1, subnet.num_addresses - 1)])
    try:
        inside = IPv4Address(gateway) in subnet
    except AddressValueError:
        return subnet, "", sentence("{gateway} is no address", gateway=gateway)
    return (
        subnet,
        gateway,
        "" if inside else sentence("the gateway {gateway} is not in {subnet}", gateway=gateway, subnet=subnet),
    )


def _filled(pattern: str, vlan: int, site: int) -> str:
    return pattern.replace("{site}", str(site)).replace("{vlan}", str(vlan))


def site_issues(city: City, school: School, site: int) -> Iterator[Issue]:
    """VLANs whose subnet or gateway makes no sense at one site, or with the school's exceptions."""
    changed = tuple(item for item in school.spec.exceptions if item.path.startswith("vlans."))
    for vlan in city.vlan_keys:
        try:
            spec = _spec(city, school, vlan, changed)
        except ValidationError:
            continue  # the exception's value is reported where it stands
        wrong = _addresses(spec.subnet, spec.gateway, vlan, site)[2]
        if wrong and not _addresses(spec.subnet, spec.gateway, vlan, 1)[2]:
            yield Issue(
                school.file,
                ("site",),
                f"{school.id}: vlans.{vlan}",
                wrong,
                sentence("look at `site` and the exceptions"),
            )


def _overlaps(key: str, spec: Vlan, ids: range, taken: dict[int, IPv4Network]) -> Iterator[Issue]:
    """Whether a VLAN's subnet shares addresses with one before it, at site 1; each is told once."""
    for vlan in ids:
        subnet = _addresses(spec.subnet, spec.gateway, vlan, 1)[0]
        if subnet is None:
            continue
        other = next((at for at, net in taken.items() if net.overlaps(subnet)), None)
        if other is not None:
            what = sentence(
                "the subnet {subnet} shares addresses with {taken} of vlan {other} (at site 1)",
                subnet=subnet,
                taken=taken[other],
                other=other,
            )
            yield Issue(
                CITY_FILE, ("vlans", key, "subnet"), f"vlans.{key}", what, sentence("every VLAN has its own addresses")
            )
            return
        taken[vlan] = subnet


def vlan_issues(city: City) -> Iterator[Issue]:
    """VLANs of city.yml whose ids, subnets or gateways make no sense."""
    seen: dict[int, str] = {}
    taken: dict[int, IPv4Network] = {}
    for key, spec in city.spec.vlans.items():
        place = ("vlans", key)
        ids = vlan_ids(key)
        if not ids or ids[0] < 1 or ids[-1] > 4094:
            yield Issue(
                CITY_FILE,
                place,
                f"vlans.{key}",
                sentence("vlan {key} is not in 1-4094", key=key),
                sentence("a range runs upwards: 101-120"),
            )
            continue
        if len(ids) > 1 and "{vlan}" not in spec.name:
            yield Issue(
                CITY_FILE,
                place,
                f"vlans.{key}",
                sentence("several VLANs of one name"),
                sentence("put {{vlan}} into the name"),
            )
        double = next((vlan for vlan in ids if vlan in seen), None)
        if double:
            yield Issue(
                CITY_FILE,
                place,
                f"vlans.{key}",
                sentence("vlan {vlan} stands under {other} too", vlan=double, other=seen[double]),
                sentence("keep one of them"),
            )
        seen.update(dict.fromkeys(ids, key))
        yield from _overlaps(key, spec, ids, taken)
        # VLAN ids above 255 in `{vlan}` show at the end of the range, site numbers are checked by the model.
        for vlan in (ids[0], ids[-1]):
            wrong = _addresses(spec.subnet, spec.gateway, vlan, 1)[2]
            if wrong:
                yield Issue(
                    CITY_FILE,
                    (*place, "subnet"),
                    f"vlans.{key}",
                    sentence("{wrong} (at site 1)", wrong=wrong),
                    sentence("a subnet is such as 10.{{site}}.{{vlan}}.0/24"),
                )
                break
