"""A lab from a workspace: every switch as the inventory says, with drift and faults in it, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from campusctl.child import child_environ
from campusctl.errors import CampusError, MissingExtraError
from campusctl.inventory.city import SWITCH_CLASS, City
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.inventory.topology import order
from campusctl.lab import state as lab_state
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.drift import drift_lines
from campusctl.lab.faults import by_device, check_ports, end_faults, parse_faults
from campusctl.lab.outside import outside
from campusctl.lab.pcs import base
from campusctl.lab.pcs.city import lab_pcs, linux_pcs
from campusctl.lab.pcs.faults import parse_pc_faults
from campusctl.lab.plugs import PLACES, Plugs
from campusctl.lab.secrets import LabSource, lab_dir
from campusctl.lab.spec import Faults, LabSpec, LabSwitch
from campusctl.lab.state import LabState
from campusctl.model.intent import SwitchIntent
from campusctl.model.secret import TOKEN
from campusctl.ports import SecretSource
from campusctl.render import Renderer

if TYPE_CHECKING:
    from campusctl.lab.pcs.spec import PcFaults

_START_S: Final = 60.0
_PC_START_S: Final = 1.0
"""And for each PC."""
_STOP_S: Final = 30.0


def build_spec(  # noqa: PLR0913 - a lab's options
    root: Path,
    schools: Sequence[str] | None,
    *,
    drift: int | None = None,
    faults: Sequence[str] = (),
    rtt_ms: float = 0.0,
    speed: float = 1.0,
    port: int = 0,
    secrets: SecretSource | None = None,
    pcs: bool = False,
) -> LabSpec:
    """What a lab of these schools consists of.

    Args:
        root: The workspace.
        schools: School ids; None: every school.
        drift: Seed of the drift; None: none.
        faults: `DEVICE:KIND[=VALUE]` each.
        rtt_ms: Round-trip time in milliseconds.
        speed: How fast the lab's clock runs.
        port: TCP port of every switch; 0: a free one.
        secrets: What the switches know; None: the lab's own secrets.
        pcs: With the schools' Linux PCs.

    Raises:
        InventoryError, UnknownNameError, RenderError, CampusError: Nothing was started.
    """
    city = load_city(root, schools)
    said = _Said(city, by_device(faults), pcs=pcs)
    renderer, known = Renderer(root / "templates"), secrets or LabSource(root)
    intents = [switch_intent(city, school.id, name) for school in city.schools.values() for name in order(city, school)]
    switches = tuple(_switch(city, intent, _startup(renderer.render(intent), known), drift, said) for intent in intents)
    machines = lab_pcs(city, said.of_pcs) if pcs else ()
    played = lab_appliances(city, said.of_ends, known)
    whose: Literal["lab", "workspace"] = "workspace" if secrets else "lab"
    return LabSpec(
        switches=switches,
        pcs=machines,
        appliances=played,
        end_faults=_checked(said, played, switches),
        rtt_ms=rtt_ms,
        speed=speed,
        port=port,
        secrets=whose,
    )


class _Said:
    """The faults that were asked for, by kind of device."""

    def __init__(self, city: City, faults: Mapping[str, tuple[str, ...]], *, pcs: bool) -> None:
        """Sort them.

        Raises:
            CampusError: There is no such device or fault.
        """
        self.of_switches: dict[str, Faults] = {}
        self.of_pcs: dict[str, PcFaults] = {}
        self.of_ends: dict[str, tuple[str, ...]] = {}
        """Not checked yet: what one can have depends on what plays it."""
        known = {device.name: device.device_class for device in city.devices()} if faults else {}
        linux = linux_pcs(city) if faults else {}
        for name, said in faults.items():
            if name not in known:
                hint = "campusctl show SCHOOL lists them; the lab has those of the schools that it is started with"
                raise CampusError(f"the lab has no device {name[:80]!r}", hint)
            if known[name] == SWITCH_CLASS:
                self.of_switches[name] = parse_faults(name, said)
            elif name not in linux:
                self.of_ends[name] = said
            elif pcs:
                self.of_pcs[name] = parse_pc_faults(name, said)
            else:
                raise CampusError(f"{name}:{said[0]}: this is a PC", "start the PCs too: campusctl lab up --pcs")


def _checked(said: _Said, played: Sequence[LabAppliance], switches: Sequence[LabSwitch]) -> dict[str, tuple[str, ...]]:
    """Faults of devices that are only seen at their ports, after those of all end devices were looked at.

    Raises:
        CampusError: There is no such fault or port.
    """
    kinds = {one.name: KINDS[one.kind] for one in played}
    plugs = Plugs(switches if said.of_ends else ())
    for name, faults in said.of_ends.items():
        plugs.check(kinds[name].check(name, faults) if name in kinds else end_faults(name, faults, PLACES))
    return {name: faults for name, faults in said.of_ends.items() if name not in kinds}


def _startup(text: str, secrets: SecretSource) -> str:
    """An intended text with the lab's secrets in it."""
    return TOKEN.sub(lambda token: secrets.resolve([token[1]])[token[1]], text)


def _switch(city: City, intent: SwitchIntent, startup: str, drift: int | None, said: _Said) -> LabSwitch:
    lines, saved = drift_lines(intent, drift) if drift is not None else ((), True)
    ports, faults = tuple(port.name for port in intent.ports), said.of_switches.get(intent.name, Faults())
    check_ports(intent.name, ports, faults)
    return LabSwitch(
        name=intent.name,
        school=intent.school,
        dialect=intent.dialect,
        address=intent.address.partition("/")[0],
        startup=startup,
        ports=ports,
        uplinks=intent.uplinks,
        management_vlan=intent.management_vlan,
        drift=lines,
        saved=saved,
        faults=faults,
        stp_priority=intent.stp_priority,
        **outside(city, intent),
    )


def start(root: Path, spec: LabSpec, say: Callable[[str], None] = print) -> LabState:
    """Start the lab's process and wait until every switch and PC listens.

    Args:
        root: The workspace.
        spec: What it consists of; the PCs' root is found or built.
        say: Is told what takes time.

    Raises:
        MissingExtraError: The extra [lab] is not installed.
        CampusError: It is up already, or did not come up; its last words are in the message.
    """
    _need_asyncssh()
    if running := lab_state.read(root):
        raise CampusError(f"the lab is up already: {running.in_words}, process {running.pid}", "campusctl lab down")
    if spec.pcs:
        spec = spec.model_copy(update={"pc_root": str(base.ensure(say))})
    folder = lab_dir(root)
    (folder / "state.json").unlink(missing_ok=True)
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "campusctl.lab.process", str(root)],
            stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, env=child_environ(),
        )  # fmt: skip
    _tell(process, spec)
    return _wait_until_up(root, process, _START_S + _PC_START_S * len(spec.pcs))


def _need_asyncssh() -> None:
    try:
        import asyncssh  # noqa: F401, PLC0415 - only asked whether it is there
    except ImportError:
        raise MissingExtraError("lab", "the lab of simulated switches") from None


def _wait_until_up(root: Path, process: "subprocess.Popen[bytes]", longest_s: float) -> LabState:
    end = time.monotonic() + longest_s
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if found := lab_state.read(root):
            # It outlives us on purpose; Python would complain that nobody waited for it.
            process.returncode = 0
            return found
        time.sleep(0.05)
    process.kill()
    said = (lab_dir(root) / "log.txt").read_text(errors="replace").strip().splitlines()
    raise CampusError("the lab did not come up", said[-1] if said else "its log is empty")


def stop(root: Path) -> bool:
    """Stop the lab; False when it was not up.

    Raises:
        CampusError: Its process does not end.
    """
    found = lab_state.read(root)
    if found is None:
        return False
    os.kill(found.pid, signal.SIGTERM)
    end = time.monotonic() + _STOP_S
    while lab_state.read(root) is not None:
        if time.monotonic() > end:
            os.kill(found.pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    lab_state.state_file(root).unlink(missing_ok=True)
    return True


def _tell(process: "subprocess.Popen[bytes]", spec: LabSpec) -> None:
    """Hand over the switches through a pipe: the specification has their secrets in clear, and no disk shall."""
    assert process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(spec.model_dump_json().encode())
