#!/bin/sh
# The Ansible collections that the tests of Windows PCs need: collections.sh PYTHON FOLDER.
# Galaxy serves no hashes to pin, so they come out of the `ansible` distribution on PyPI; nothing else of it is kept.
set -eu
python=$1
folder=$2
version=12.3.0
sha256=cd156f82fa87f7a899212b0efa9f7ca3a24d609212de9f78428a572eb01e5414

stamp="$folder/.from-ansible-$version"
[ -e "$stamp" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder/download"
trap 'rm -rf "$folder/download"' EXIT
echo "ansible==$version --hash=sha256:$sha256" >"$folder/download/requirements.txt"
if ! "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --requirement "$folder/download/requirements.txt" --dest "$folder/download"; then
    echo "the collections ansible.windows and community.windows cannot be had: some tests will be skipped" >&2
    exit 0
fi
"$python" - "$folder"/download/*.whl "$folder" <<'UNPACK'
import sys, zipfile
wheel, folder = sys.argv[1:]
wanted = ("ansible_collections/ansible/windows/", "ansible_collections/community/windows/")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(wanted)])
UNPACK
: >"$stamp"
