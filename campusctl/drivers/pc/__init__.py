"""The PC driver: classroom PCs through Ansible, one child process per school."""
