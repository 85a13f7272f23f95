"""Read switches and say what differs, with campusctl's switch driver as `drift` uses it: drift_campusctl.py JOB.json.

The job: hosts, port, user, password, known_hosts, folder (intended texts, HOST.cfg), secrets (reference to plaintext).
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.model.plan import Assessment, DeviceLogin, Target


class Secrets:
    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def resolve(self, refs):
        return {ref: self._known[ref] for ref in refs}


def main() -> None:
    job = SimpleNamespace(**json.loads(Path(sys.argv[1]).read_text()))

    def target(host: str) -> Target:
        login = DeviceLogin(host=host, port=job.port, user=job.user, password="login", known_hosts=job.known_hosts)
        text = Path(job.folder, f"{host}.cfg").read_text()
        return Target(device=host, school="schule-042", dialect="cisco_ios", login=login, intended=text)

    driver = SwitchDriver(Secrets(job.secrets), bytes(32))
    found = list(driver.assess([target(host) for host in job.hosts], lambda _event: None))
    faults = [result.what for result in found if not isinstance(result, Assessment)]
    edits = sorted({len(result.edits) for result in found if isinstance(result, Assessment)})
    print(json.dumps({"read": len(found) - len(faults), "edits": edits, "faults": faults[:3]}))


if __name__ == "__main__":
    main()
