"""The PCs for pyinfra: BENCH_JOB names a file with hosts, port, user, key, known_hosts and documents."""

import json
import os
from pathlib import Path

_job = json.loads(Path(os.environ["BENCH_JOB"]).read_text())
pcs = [
    (
        name,
        {
            "ssh_hostname": host,
            "ssh_port": _job["port"],
            "ssh_user": _job["user"],
            "ssh_key": _job["key"],
            "ssh_known_hosts_file": _job["known_hosts"],
            "ssh_strict_host_key_checking": "yes",
            "document": _job["documents"][name],
        },
    )
    for name, host in _job["hosts"].items()
]
