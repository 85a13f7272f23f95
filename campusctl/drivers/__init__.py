"""The only room that touches devices; one package per device class."""
