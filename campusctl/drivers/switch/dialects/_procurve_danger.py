"""Lines that are never sent to an ArubaOS-Switch, whoever asks, and questions the switch asks back."""

from typing import Final

from campusctl.model.sentence import sentence
from campusctl.words.language import N_

_NEVER: Final = {
    "erase": N_("it would wipe the switch"),
    "format": N_("it would wipe the switch"),
    "reload": N_("it would restart the switch"),
    "boot": N_("it would restart the switch"),
    "reset": N_("it would restart the switch"),
    "update": N_("it would restart the switch"),
    "startup-default": N_("it would change what the switch starts with"),
    "restore": N_("it would replace the configuration"),
    "write": N_("saving is a step of its own"),
    "clear": N_("it is an action, not a setting"),
    "kill": N_("it is an action, not a setting"),
    "copy": N_("files are not copied while configuring"),
    "configure": N_("it would leave the place where the lines belong"),
    "end": N_("it would leave configuration mode"),
    "logout": N_("it would end the session"),
    "exit": N_("it would leave the place where the lines belong"),
    "setup": N_("it is a menu, not a line"),
    "menu": N_("it is a menu, not a line"),
    "module": N_("modules follow the hardware"),
    "flexible-module": N_("modules follow the hardware"),
    "stacking": N_("stack members follow the hardware"),
    "vsf": N_("stack members follow the hardware"),
    "zeroize": N_("it would destroy the keys our session needs"),
}
"""First words, with or without `no` before them."""

_NEVER_WITHOUT: Final = {
    "interface": N_("it would reset the whole port"),
    "include-credentials": N_("the switch would forget which passwords it shows and keeps"),
    "password manager": N_("anyone could log in"),
    "password all": N_("anyone could log in"),
    "ip ssh": N_("our own session needs SSH"),
    "ip default-gateway": N_("the gateway would go without a replacement"),
    "ip authorized-managers": N_("anyone could reach the switch"),
    "snmp-server": N_("it would wipe all SNMP settings at once"),
    "aaa": N_("it decides who may log in"),
    "crypto": N_("it would destroy the keys our session needs"),
    "vlan 1": N_("VLAN 1 cannot be deleted"),
    "hostname": N_("a switch keeps its name until it gets another"),
    "oobm": N_("it is a way to the switch"),
    "tagged": N_("it names no ports"),
    "untagged": N_("it names no ports"),
    "trunk": N_("a trunk group goes with the setting of its ports"),
}
"""What stands behind `no`; the whole rest of the line, but for the words that may stand with anything."""

_WITH_ANYTHING: Final = frozenset(
    {"interface", "aaa", "crypto", "trunk", "hostname", "password manager", "password all", "ip default-gateway"}
)

_ASKS_FOR_A_PASSWORD: Final = {
    "password manager": N_("the switch would ask for a password; write the line with `plaintext`"),
    "password operator": N_("the switch would ask for a password; write the line with `plaintext`"),
    "password all": N_("the switch would ask for passwords; write a line for each account"),
    "snmpv3 enable": N_("the switch would ask for passwords; enable SNMPv3 by hand once"),
}

_ANSWERS: Final = {
    "include-credentials": "y",
    "allow-unsupported-transceiver": "y",
    "no vlan": "y",
    "no password": "y",
    "max-vlans": "y",
    "crypto key": "y",
}
"""Beginnings of lines the switch asks a `[y/n]` question for."""


def reason_never(line: str) -> str:
    """Why a line is never sent, in one sentence; empty: it may be sent."""
    words = line.lower().split()
    if not words:
        return sentence("it is empty")
    negated = words[0] == "no"
    rest = words[1:] if negated else words
    if not rest:
        return sentence("it says nothing")
    if rest[0] in _NEVER:
        return sentence(_NEVER[rest[0]])
    text = " ".join(rest)
    if not negated:
        if text in _ASKS_FOR_A_PASSWORD:
            return sentence(_ASKS_FOR_A_PASSWORD[text])
        return sentence("the keys our session needs would change") if rest[0] == "crypto" else ""
    if rest == ["password"]:
        return sentence("anyone could log in")
    for size in (1, 2):
        lead = " ".join(rest[:size])
        if lead in _NEVER_WITHOUT and (lead in _WITH_ANYTHING or lead == text):
            return sentence(_NEVER_WITHOUT[lead])
    return ""


def answer_to(line: str) -> str | None:
    """What to reply when the switch asks back; None: it does not ask."""
    words = line.split(None, 2)
    return _ANSWERS.get(words[0]) or _ANSWERS.get(" ".join(words[:2]))
