"""A changed or unknown host key through the whole driver, on each transport: one connection, no log-in, one fault."""

from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest
from conftest import Peer

from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.drivers.switch.hostkeys import KnownHosts, fingerprint
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, Target
from campusctl.secrets import ChainSource, EnvSource

Start = Callable[..., Peer]
SECRETS = ChainSource(EnvSource({"CAMPUSCTL_SECRET_SW_PW": "kanarie", "CAMPUSCTL_SECRET_SW_ENABLE": "kanarie"}))


@pytest.mark.parametrize("where", ["school", "before"])
@pytest.mark.parametrize("work", ["assess", "apply"])
def test_a_changed_key_is_met_once(peer: Start, host_keys: dict, tmp_path: Path, work: str, where: str) -> None:
    """By reading and by changing, whichever file knows the old key; both fingerprints are named, nothing is sent."""
    switch = peer()
    old = asyncssh.generate_private_key("ssh-ed25519").public_data
    shown = host_keys["ssh-ed25519"].public_data
    folder = tmp_path / "known_hosts"
    place = folder / "schule-042" if where == "school" else folder
    KnownHosts(place).add("127.0.0.1", switch.login.port, "ssh-ed25519", old).save()
    login = switch.login.model_copy(
        update={"known_hosts": str(folder / "schule-042"), "known_hosts_before": str(folder)}
    )
    target = Target(device="sw01", school="schule-042", dialect="cisco_ios", login=login, intended="hostname sw01")
    driver = SwitchDriver(SECRETS, b"k" * 32, transport=switch.transport)
    fault = _only_fault(driver, target, work)
    assert fault.kind is FaultKind.HOST_KEY
    assert fault.what == (
        f"the host key of [127.0.0.1]:{login.port} has CHANGED: known is ssh-ed25519 {fingerprint(old)}, "
        f"it now shows ssh-ed25519 {fingerprint(shown)}"
    )
    assert fault.sent == 0
    assert (switch.script.connections, switch.script.logins) == (1, [])


def _only_fault(driver: SwitchDriver, target: Target, work: str) -> Fault:
    """What the driver says of the one switch."""
    if work == "assess":
        (found,) = driver.assess([target], lambda _event: None)
        assert isinstance(found, Fault)
        return found
    assessment = Assessment(device="sw01", school="schule-042", dialect="cisco_ios", startup_differs=True)
    (outcome,) = driver.apply([Change(target=target, assessment=assessment)], lambda _event: None)
    assert isinstance(outcome, Outcome)
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.fault
    return outcome.fault
