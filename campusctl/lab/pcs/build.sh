#!/bin/sh
# Makes the root of the lab's PCs. Runs as root of a user namespace with private mounts: nothing of it is seen outside,
# and all of it ends with this process.
# usage: build.sh FOLDER SUITE SYSTEMCTL [MIRROR]; the root comes to be in FOLDER/root.
set -eu
folder=$1 suite=$2 systemctl=$3 mirror=${4:-}
root=$folder/root here=$(dirname "$0")
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C DEBIAN_FRONTEND=noninteractive
umask 022

# In a user namespace no device node can be made: debootstrap knows that of lxc and binds the host's nodes instead.
container=lxc debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"}
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"

install -m 0755 "$here/furnish.sh" "$root/furnish.sh"
install -m 0644 "$here/systemctl" "$root/systemctl"
install -m 0644 "$systemctl" "$root/systemctl3.py"
chroot "$root" /bin/sh /furnish.sh
rm -f "$root/furnish.sh"
umount -l "$root/dev" "$root/proc" "$root/sys" 2>/dev/null || true
