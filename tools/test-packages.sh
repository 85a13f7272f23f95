#!/bin/sh
# Debian packages that tests need beside Python: installed by root, named to everybody else.
set -eu
need=
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need="$need postgresql"
command -v systemd-analyze >/dev/null || need="$need systemd"
command -v git >/dev/null || need="$need git"
# Real Linux PCs: what they are built from, and how they are logged in to.
command -v debootstrap >/dev/null || [ -x /usr/sbin/debootstrap ] || need="$need debootstrap"
command -v ssh >/dev/null || need="$need openssh-client"
command -v sshd >/dev/null || [ -x /usr/sbin/sshd ] || need="$need openssh-server"
[ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || need="$need uidmap"
[ -n "$need" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 - one word each
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends $need >/dev/null; then
        exit 0
    fi
fi
echo "some tests will be skipped: apt-get install$need" >&2
