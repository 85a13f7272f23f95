"""The OpenSSH client, one process and one command for each switch."""

import os
import subprocess
import tempfile
from pathlib import Path

from worker import threads

NAME = "OpenSSH client, one shot"
HOST_KEYS = "strict: StrictHostKeyChecking=yes with UserKnownHostsFile"
PACKAGES = ()


def read(job):
    with tempfile.TemporaryDirectory() as folder:
        ask = Path(folder, "ask")
        ask.write_text(f"#!/bin/sh\necho {job.password}\n")
        ask.chmod(0o700)
        env = os.environ | {"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"}
        options = ("StrictHostKeyChecking=yes", f"UserKnownHostsFile={job.known_hosts}", "LogLevel=ERROR")
        command = ["ssh", "-F", "none", "-p", str(job.port), *(f"-o{option}" for option in options)]
        command += ["-oPreferredAuthentications=password", "-oConnectTimeout=60"]

        def work(host):
            ended = subprocess.run(
                [*command, f"{job.user}@{host}", "show running-config"],
                env=env,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            if ended.returncode:
                raise RuntimeError(ended.stderr.strip())
            return ended.stdout

        return threads(job, work)
