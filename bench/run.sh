#!/bin/sh
# Measure campusctl against its peers, in an environment of its own. Options go to bench/main.py (--quick, --rows …).
set -eu
cd "$(dirname "$0")/.."
venv=.bench-venv
unset PYTHONDONTWRITEBYTECODE # the peers are installed with their bytecode, and a campusctl that is installed has its own
pyinfra=$venv/pyinfra # an environment in the environment: it wants another paramiko than Netmiko does

sh tools/make-venv.sh "${PYTHON:-python3}" "$venv"
wanted=$(cat bench/requirements.txt requirements.txt pyproject.toml | sha256sum)
if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$wanted" ]; then
    echo "installing the peers into $venv (Ansible's collections are large: about 650 MB)" >&2
    # campusctl's own versions last: where both files name a package, campusctl runs with what it is tested with.
    "$venv/bin/python" -m pip install --quiet --no-deps --require-hashes --requirement bench/requirements.txt
    "$venv/bin/python" -m pip install --quiet --no-deps --require-hashes --requirement requirements.txt
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
    echo "$wanted" >"$venv/.installed"
fi
sh tools/make-venv.sh "${PYTHON:-python3}" "$pyinfra"
wanted=$(sha256sum <bench/pyinfra.txt)
if [ "$(cat "$pyinfra/.installed" 2>/dev/null)" != "$wanted" ]; then
    "$pyinfra/bin/python" -m pip install --quiet --no-deps --require-hashes --requirement bench/pyinfra.txt
    echo "$wanted" >"$pyinfra/.installed"
fi
exec "$venv/bin/python" bench/main.py "$@"
