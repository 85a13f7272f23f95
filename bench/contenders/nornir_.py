"""Nornir with nornir_netmiko and its threaded runner."""

from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_save_config, netmiko_send_command, netmiko_send_config

NAME = "Nornir + nornir_netmiko"
HOST_KEYS = "strict: Netmiko's ssh_strict with alt_host_keys, one file a switch"
PACKAGES = ("nornir", "nornir-netmiko", "netmiko")


def _host(job, host):
    extras = {
        "ssh_strict": True,
        "alt_host_keys": True,
        "alt_key_file": f"{job.known_hosts_each}/{host}",
        "conn_timeout": 60,
        "banner_timeout": 60,
        "auth_timeout": 60,
        "read_timeout_override": 60,
    }
    options = {"netmiko": ConnectionOptions(platform="cisco_ios", extras=extras)}
    return Host(host, host, job.port, job.user, job.password, "cisco_ios", connection_options=options)


def _run(job, task):
    ConnectionPluginRegister.auto_register()
    hosts = Hosts({host: _host(job, host) for host in job.hosts})
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(job.size))

    def whole(task_):
        try:
            return task(task_)
        finally:
            task_.host.close_connections()

    results = nornir.run(whole)
    return {host: result[0].exception or str(result[0].result) for host, result in results.items()}


def read(job):
    return _run(job, lambda task: task.run(netmiko_send_command, command_string="show running-config").result)


def push(job):
    def work(task):
        task.run(netmiko_send_config, config_commands=job.lines)
        return task.run(netmiko_save_config).result

    return _run(job, work)
