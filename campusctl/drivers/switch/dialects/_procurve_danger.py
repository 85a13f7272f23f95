"""Lines that are never sent to an ArubaOS-Switch, whoever asks, and questions the switch asks back."""

from typing import Final

_NEVER: Final = {
    "erase": "it would wipe the switch",
    "format": "it would wipe the switch",
    "reload": "it would restart the switch",
    "boot": "it would restart the switch",
    "reset": "it would restart the switch",
    "update": "it would restart the switch",
    "startup-default": "it would change what the switch starts with",
    "restore": "it would replace the configuration",
    "write": "saving is a step of its own",
    "clear": "it is an action, not a setting",
    "kill": "it is an action, not a setting",
    "copy": "files are not copied while configuring",
    "configure": "it would leave the place where the lines belong",
    "end": "it would leave configuration mode",
    "logout": "it would end the session",
    "exit": "it would leave the place where the lines belong",
    "setup": "it is a menu, not a line",
    "menu": "it is a menu, not a line",
    "module": "modules follow the hardware",
    "flexible-module": "modules follow the hardware",
    "stacking": "stack members follow the hardware",
    "vsf": "stack members follow the hardware",
    "zeroize": "it would destroy the keys our session needs",
}
"""First words, with or without `no` before them."""

_NEVER_WITHOUT: Final = {
    "interface": "it would reset the whole port",
    "include-credentials": "the switch would forget which passwords it shows and keeps",
    "password manager": "anyone could log in",
    "password all": "anyone could log in",
    "ip ssh": "our own session needs SSH",
    "ip default-gateway": "the gateway would go without a replacement",
    "ip authorized-managers": "anyone could reach the switch",
    "snmp-server": "it would wipe all SNMP settings at once",
    "aaa": "it decides who may log in",
    "crypto": "it would destroy the keys our session needs",
    "vlan 1": "VLAN 1 cannot be deleted",
    "hostname": "a switch keeps its name until it gets another",
    "oobm": "it is a way to the switch",
    "tagged": "it names no ports",
    "untagged": "it names no ports",
    "trunk": "a trunk group goes with the setting of its ports",
}
"""What stands behind `no`; the whole rest of the line, but for the words that may stand with anything."""

_WITH_ANYTHING: Final = frozenset(
    {"interface", "aaa", "crypto", "trunk", "hostname", "password manager", "password all", "ip default-gateway"}
)

_ASKS_FOR_A_PASSWORD: Final = {
    "password manager": "the switch would ask for a password; write the line with `plaintext`",
    "password operator": "the switch would ask for a password; write the line with `plaintext`",
    "password all": "the switch would ask for passwords; write a line for each account",
    "snmpv3 enable": "the switch would ask for passwords; enable SNMPv3 by hand once",
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
        return "it is empty"
    negated = words[0] == "no"
    rest = words[1:] if negated else words
    if not rest:
        return "it says nothing"
    if rest[0] in _NEVER:
        return _NEVER[rest[0]]
    text = " ".join(rest)
    if not negated:
        return _ASKS_FOR_A_PASSWORD.get(text, "the keys our session needs would change" if rest[0] == "crypto" else "")
    if rest == ["password"]:
        return "anyone could log in"
    for size in (1, 2):
        lead = " ".join(rest[:size])
        if lead in _NEVER_WITHOUT and (lead in _WITH_ANYTHING or lead == text):
            return _NEVER_WITHOUT[lead]
    return ""


def answer_to(line: str) -> str | None:
    """What to reply when the switch asks back; None: it does not ask."""
    words = line.split(None, 2)
    return _ANSWERS.get(words[0]) or _ANSWERS.get(" ".join(words[:2]))
