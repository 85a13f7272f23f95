"""campusctl's own sessions and pool, as `drift` and `apply` use them."""

import os
import threading

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.pool import run_pool
from campusctl.drivers.switch.session import open_session
from campusctl.model.command import Command
from campusctl.model.plan import DeviceLogin

NAME = "campusctl"
HOST_KEYS = "strict: known_hosts, checked before the password is sent"
PACKAGES = ("netmiko", "ssh2-python")
TRANSPORT = os.environ.get("BENCH_TRANSPORT", "auto")


def _run(job, work):
    threading.stack_size(512 * 1024)
    rules = dialects.get("cisco_ios").rules
    secrets = {"login": job.password}

    def one(host):
        login = DeviceLogin(
            host=host,
            port=job.port,
            user=job.user,
            password="login",
            known_hosts=job.known_hosts,
            timeout_s=30.0,
        )
        try:
            with open_session(login, rules, secrets.__getitem__, TRANSPORT) as session:
                return host, work(session)
        except Exception as wrong:  # noqa: BLE001 - counted and shown
            return host, wrong

    return dict(run_pool(job.hosts, one, size=job.size))


def read(job):
    return _run(job, lambda session: session.show("show running-config"))


def push(job):
    commands = [Command(text=line.strip()) for line in job.lines]

    def work(session):
        session.configure(commands, lambda _count: None)
        return session.save()

    return _run(job, work)
