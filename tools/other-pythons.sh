#!/bin/sh
# What stands on Ansible, with the newest Python that this machine has beside ours: it brings its own ansible-core.
set -eu
cd "$(dirname "$0")/.."
ours=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.14 3.13 3.12; do
    [ "$version" != "$ours" ] || continue
    for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        if "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            # The lab's PCs were tried with our own Python; what differs is Ansible.
            exec sh tools/try-python.sh "$python" tests/pcs/ansible --ignore tests/pcs/ansible/test_ansible_lab.py
        fi
    done
done
