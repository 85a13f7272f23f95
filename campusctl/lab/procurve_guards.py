"""What a simulated ArubaOS-Switch says of ports that it has closed by itself.

Source: ArubaOS-Switch 16.10 guides, loop protection and spanning tree.
"""

from campusctl.lab.procurve_state import Config
from campusctl.lab.surroundings import Surroundings


def loop_protect(config: Config, around: Surroundings) -> str:
    """`show loop-protect`."""
    rows = [
        "",
        " Status and Counters - Loop Protection Information",
        "",
        " Transmit Interval (sec)     : 5",
        " Port Disable Timer (sec)    : Disabled",
        "",
        "        Loop    Loop     Loop   Time Since  Rx           Port",
        " Port   Protect Detected Count  Last Loop   Action       Status",
        " ------ ------- -------- ------ ----------- ------------ --------",
    ]
    rows += [
        f" {name:<6} Yes     Yes      1      12s         send-disable Down"
        for name in config.ports
        if around.ails.get(name) == "loop"
    ]
    return "\n".join([*rows, ""])


def bpdu_protection(config: Config, around: Surroundings) -> str:
    """`show spanning-tree bpdu-protection`."""
    rows = [
        "",
        " Status and Counters - STP BPDU Protection Information",
        "",
        "  BPDU Protection Timeout (sec) : 0",
        "",
        "  Port   Type      Protection State        Errant BPDUs",
        "  ------ --------- ---------- ------------ ------------",
    ]
    rows += [
        f"  {name:<6} 100/1000T Yes        Bpdu Error   3" for name in config.ports if around.ails.get(name) == "guard"
    ]
    return "\n".join([*rows, ""])
