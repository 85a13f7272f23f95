"""Drift checks that run by themselves: systemd units or a crontab line, and the lock that lets one run at a time."""
