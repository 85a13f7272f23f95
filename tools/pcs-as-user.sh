#!/bin/sh
# Runs the tests of the lab's PCs as somebody who is not root: makes an account for it (with subordinate users, as useradd gives
# them), and takes it away again. The account's own root is built first. Needs root, uidmap, debootstrap, and a Python that others may
# use: PYTHON, with the packages that PYTHONPATH leads to.
set -eu
cd "$(dirname "$0")/.."
user=campusctl-lab-test
python=${PYTHON:-.venv/bin/python}
useradd --create-home --shell /bin/sh "$user"
trap 'pkill -KILL -u "$user" || :; userdel --remove "$user" 2>/dev/null' EXIT
home=$(getent passwd "$user" | cut -d: -f6)
setpriv --reuid "$user" --regid "$user" --init-groups \
    env HOME="$home" HYPOTHESIS_STORAGE_DIRECTORY="$home/hypothesis" PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -p no:cacheprovider -q tests/pcs/lab
