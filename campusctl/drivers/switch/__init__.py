"""Switches: Netmiko sessions, one file per dialect."""
