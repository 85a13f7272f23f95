#!/bin/sh
# Run the tests of what stands on Ansible with another Python: try-python.sh PYTHON [PYTEST ARGUMENTS]
# Makes .venv-VERSION beside .venv, with that Python's ansible-core, and keeps it for the next time.
set -eu
cd "$(dirname "$0")/.."
python=${1:?"a Python, such as python3.12"}
shift

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
folder=.venv-$version
sh tools/make-venv.sh "$python" "$folder"
stamp=$folder/.installed
if [ ! -f "$stamp" ] || [ requirements.txt -nt "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    "$folder/bin/python" -m pip install --quiet --no-deps --require-hashes --requirement requirements.txt
    "$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
    touch "$stamp"
fi

PATH=$PWD/$folder/bin:$PATH
export PATH
"$folder/bin/python" -c 'import ansible.release, sys
print("Python %d.%d.%d, ansible-core %s" % (*sys.version_info[:3], ansible.release.__version__))'
if [ $# = 0 ]; then
    set -- tests/pcs/ansible
    [ ! -d tests/pcs/driver ] || set -- "$@" tests/pcs/driver
fi
exec "$folder/bin/python" -m pytest -n "${WORKERS:-auto}" "$@"
