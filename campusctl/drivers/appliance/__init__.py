"""What drivers of printers, projectors, boards and print servers have in common: everything but the protocol."""
