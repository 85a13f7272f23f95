"""The kinds of PC: one file each, registered in `table.py`."""
