"""SSH under Netmiko's Channel: libssh2 first, paramiko where that cannot; both wait for data instead of polling."""
