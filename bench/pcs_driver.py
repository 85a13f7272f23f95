"""Read PCs with campusctl's PC driver alone, as `drift` uses it: pcs_driver.py JOB.json, see `Order.job`."""

import json
import sys
from pathlib import Path

from campusctl.drivers.pc.driver import PcDriver
from campusctl.model.plan import Assessment, DeviceLogin, Target


class NoSecrets:
    def resolve(self, refs):
        assert not refs
        return {}


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())

    def target(name: str) -> Target:
        login = DeviceLogin(
            host=job["hosts"][name],
            port=job["port"],
            user=job["user"],
            key_file=job["key"],
            known_hosts=job["known_hosts"],
        )
        return Target(
            device=name,
            school="schule-050",
            driver="pc",
            dialect="linux",
            login=login,
            intended=json.dumps(job["documents"][name], sort_keys=True),
            groups=("schule_050", "pc"),
            playbooks=job["playbooks"],
        )

    found = list(PcDriver(NoSecrets(), bytes(32)).assess([target(name) for name in job["hosts"]], lambda _event: None))
    print(
        json.dumps(
            {
                one.device: [list(edit.path) for edit in one.edits] if isinstance(one, Assessment) else one.what
                for one in found
            }
        )
    )


if __name__ == "__main__":
    main()
