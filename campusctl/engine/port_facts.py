"""A state's ports as facts, alike in every dialect."""

from campusctl.engine.port_vlans import port_vlans
from campusctl.model.port_facts import PortFacts
from campusctl.model.setting import State


def port_facts(state: State) -> dict[str, PortFacts]:
    """Every port and LAG that a state says something of, by canonical name."""
    mentioned = (path[1] for path in state.mentions if path[0] == "port" and len(path) > 1)
    return {name: _facts(state, name) for name in dict.fromkeys((*state.names("port"), *mentioned))}


def _facts(state: State, name: str) -> PortFacts:
    vlans = port_vlans(state, name)
    voice = str(state.get("port", name, "voice_vlan") or "")
    return PortFacts(
        name=name,
        vlan=vlans.untagged,
        tagged=frozenset(vlans.tagged),
        every_vlan=vlans.every,
        voice_vlan=int(voice) if voice.isdecimal() else None,
        poe=state.get("port", name, "poe") != "off",
        shutdown=state.get("port", name, "shutdown") is True,
        edge=bool(state.get("port", name, "stp_edge")),
        bpduguard=state.get("port", name, "stp_bpduguard") is True,
        description=str(state.get("port", name, "description") or ""),
        lag=str(state.get("port", name, "lag") or ""),
    )
