"""scrapli with its ssh2 transport, in a pool of threads."""

from scrapli.driver.core import IOSXEDriver
from worker import threads

NAME = "scrapli, ssh2"
HOST_KEYS = "strict: auth_strict_key with ssh_known_hosts_file, one file a switch; it looks them up without the port"
PACKAGES = ("scrapli", "ssh2-python")


def _connect(job, host):
    return IOSXEDriver(
        host=host,
        port=job.port,
        auth_username=job.user,
        auth_password=job.password,
        auth_strict_key=True,
        ssh_known_hosts_file=f"{job.known_hosts_plain}/{host}",
        transport="ssh2",
        timeout_socket=60,
        timeout_transport=60,
        timeout_ops=60,
    )


def read(job):
    def work(host):
        with _connect(job, host) as connection:
            return connection.send_command("show running-config").result

    return threads(job, work)


def push(job):
    def work(host):
        with _connect(job, host) as connection:
            connection.send_configs([line.strip() for line in job.lines])
            return connection.send_command("write memory").result

    return threads(job, work)
