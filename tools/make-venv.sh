#!/bin/sh
# Make a virtual environment: make-venv.sh PYTHON FOLDER. On Debian as root, installs what is missing.
set -eu
python=$1
folder=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3 python3-venv >/dev/null
    fi
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
        echo "campusctl needs Python 3.11 or newer as '$python' (make install PYTHON=python3.12 names another)" >&2
        exit 1
    }
}

"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    else
        echo "the Python module venv is missing: sudo apt-get install python3-venv" >&2
        exit 1
    fi
}
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
