"""What the lab's PCs are, and what can be wrong with one."""

from pydantic import Field

from campusctl.model.frozen import Frozen


class PcFaults(Frozen):
    """What is wrong with one PC of the lab."""

    off: bool = False
    """It is switched off: whoever calls hears nothing. A magic packet switches it on."""
    pulled: bool = False
    """Its cable is pulled: nothing gets in or out, what runs on it runs on."""
    port: str = ""
    """Where it is plugged in instead, `SWITCH:PORT`; empty: where the inventory has it."""
    slow: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    """Seconds before it takes a new connection."""
    wrong_host_key: bool = False
    """It shows another host key than before."""
    wrong_sudo: bool = False
    """sudo asks for a password, and nobody knows it."""
    no_python: bool = False
    """There is no /usr/bin/python3."""
    disk_full: bool = False
    """Not a byte is free on its disk."""
    apt_lock: bool = False
    """Somebody holds the lock of the package manager."""
    killed_after: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    """Seconds after which a module that Ansible runs on it as root is killed; 0: never."""
    killed_at: str = ""
    """As soon as this path changes, a module that Ansible runs on it as root is killed; empty: never."""
    clock_wrong: float = Field(default=0.0, allow_inf_nan=False)
    """Days by which its clock is ahead; negative: behind; 0: right."""


class LabPc(Frozen):
    """One PC of the lab."""

    name: str
    """Device name."""
    school: str
    """School id."""
    address: str
    """Inventory address, `10.42.101.11`."""
    mac: str
    """Its network card, `02:00:00:2a:65:0b`; a magic packet with it switches the PC on."""
    user: str = "campus"
    """Who may log in, and use sudo without a password."""
    faults: PcFaults = PcFaults()
    """What is wrong with it."""
