"""Drift checks that run by themselves: systemd units and crontab lines."""
