"""Netmiko as documented, in a pool of threads."""

from netmiko import ConnectHandler
from worker import threads

NAME = "Netmiko"
HOST_KEYS = "strict: ssh_strict with alt_host_keys, one file a switch, as it reads the whole file for each session"
PACKAGES = ("netmiko", "paramiko")


def connect(job, host):
    return ConnectHandler(
        device_type="cisco_ios",
        host=host,
        port=job.port,
        username=job.user,
        password=job.password,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=f"{job.known_hosts_each}/{host}",
        conn_timeout=60,
        banner_timeout=60,
        auth_timeout=60,
        read_timeout_override=60,
    )


def read(job):
    def work(host):
        with connect(job, host) as connection:
            return connection.send_command("show running-config")

    return threads(job, work)


def push(job):
    def work(host):
        with connect(job, host) as connection:
            connection.send_config_set(job.lines)
            return connection.save_config()

    return threads(job, work)
