"""What the modules of this collection run on a PC: the standard library only, Python 3.9 and later."""
