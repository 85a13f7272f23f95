"""The lab's PCs: real Debian systems in namespaces of their own, behind a real sshd."""
