"""Printers, projectors, boards and print servers of the lab, written from the vendors' papers, apart from drivers."""
