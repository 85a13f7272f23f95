"""Works on printers."""
