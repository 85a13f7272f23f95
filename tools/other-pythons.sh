#!/bin/sh
# What stands on Ansible, with every newer Python that this machine has: each brings its own ansible-core.
set -eu
cd "$(dirname "$0")/.."
ours=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.12 3.13 3.14; do
    [ "$version" != "$ours" ] || continue
    for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        if "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            sh tools/try-python.sh "$python"
            break
        fi
    done
done
