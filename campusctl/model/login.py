"""How campusctl logs in to a device, as the inventory says it."""

from campusctl.model.frozen import Frozen
from campusctl.model.names import Label, Line, SecretRef


class Login(Frozen):
    """How campusctl logs in."""

    user: Label = ""
    """Account name; one of `users` if the switch has local accounts."""
    password: SecretRef = ""
    """Secret reference of the password; empty: keys only."""
    enable: SecretRef = ""
    """Secret reference of a switch's enable secret, of sudo's password on a PC; empty: none is needed."""
    key_file: Line = ""
    """Private key file, `~` is the home folder; empty: none."""
    key_passphrase: SecretRef = ""
    """Reference of the passphrase of that key; empty if it has none."""
