"""campusctl: infrastructure as code for a city's schools."""

__version__ = "0.1.0"
