"""What kinds of PC there are, by the dialect of their profile."""
