#!/bin/sh
# Says how disks of PCs can be laid over a root here: "memory", "disk", or nothing at all. Runs in a rack; its mounts end with it.
# usage: overlay_test.sh FOLDER [inside]
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
[ $# = 2 ] || exec unshare --mount sh "$0" "$1" inside
cd "$1"
works() {
    mkdir -p lower/folder upper work merged
    mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay merged
    # A folder in place of one of the root's needs attributes that Linux keeps in memory since 6.6.
    rmdir merged/folder && mkdir merged/folder
}
mkdir memory
mount -t tmpfs overlay memory
(cd memory && works) && echo memory && exit
works && echo disk
