"""Web proxy, packet filter and automatic updates."""

from campusctl.model import pc_paths
from campusctl.model.inventory import Settings
from campusctl.model.pc_parts import Firewall
from campusctl.render.pc.document import Fragment, Text, file, joined

_ENVIRONMENT = "/etc/environment"


def proxy(settings: Settings, text: Text) -> Fragment:
    """Proxy of programs and of apt; browsers have it in their policies."""
    said = settings.pc.proxy
    if not said.http:
        block = {"content": "", "state": "absent"}
        return joined(file(pc_paths.APT_PROXY, None), {"blocks": {_ENVIRONMENT: {"proxy": block}}})
    content = text("environment.j2", proxy=said).rstrip("\n")
    block = {"content": content, "state": "present"}
    apt = file(pc_paths.APT_PROXY, text("apt-proxy.j2", proxy=said))
    return joined(apt, {"blocks": {_ENVIRONMENT: {"proxy": block}}})


def firewall(settings: Settings, text: Text) -> Fragment:
    """One nftables file; an exam that names addresses holds back everything else that goes out."""
    said, pc = settings.pc.firewall, settings.pc
    outgoing = pc.exam.addresses if pc.mode == "exam" else ()
    if said.enabled is False and not outgoing:
        return {"services": {"nftables": {"enabled": False, "running": False}}}
    if not said.enabled and not outgoing:
        return {}
    servers = sorted({*settings.dns.servers, *settings.ntp.servers}) if outgoing else []
    content = text("nftables.conf.j2", firewall=said, rules=_rules(said), outgoing=outgoing, servers=servers)
    service = {"services": {"nftables": {"enabled": True, "running": True}}}
    return joined(file(pc_paths.NFTABLES, content, mode="0755", run="nft"), service)


def _rules(said: Firewall) -> list[tuple[str, str, tuple[int, ...], tuple[str, ...]]]:
    """Name, protocol, ports and sources of each rule, by name."""
    return [
        (name, rule.protocol, tuple(sorted(rule.ports)), rule.sources)
        for name, rule in sorted(said.allow.items())
        if rule and rule.ports
    ]


def updates(settings: Settings, text: Text) -> Fragment:
    """unattended-upgrades: on or off, when, and whether it may restart."""
    said = settings.pc.updates
    time = said.time if said.automatic else None
    return joined(
        file(pc_paths.UPDATES, None if said.automatic is None else text("apt-updates.j2", updates=said)),
        file(pc_paths.UPDATE_TIMER, text("apt-timer.j2", time=time) if time else None, run="daemon-reload"),
    )
