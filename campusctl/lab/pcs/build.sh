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

packages=python3,openssh-server,sudo,cron,cups,cups-client,locales,tzdata,iproute2,ca-certificates,logrotate
packages=$packages,unattended-upgrades,nftables,systemd,procps,ethtool,faketime,dbus,perl-base,console-setup
# What tests and examples install: packages, and what those lean on.
extra="tree zip unzip less file mc-data inetutils-telnet telnet htop bc"

# In a user namespace no device node can be made: debootstrap knows that of lxc and binds the host's nodes instead.
container=lxc debootstrap --variant=minbase --include="$packages" "$suite" "$root" ${mirror:+"$mirror"}
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"

install -m 0755 "$here/furnish.sh" "$root/furnish.sh"
install -m 0644 "$here/systemctl" "$root/systemctl"
install -m 0644 "$systemctl" "$root/usr/lib/python3/dist-packages/systemctl3.py"
# shellcheck disable=SC2086 - one word each
chroot "$root" /bin/sh /furnish.sh $extra
rm -f "$root/furnish.sh"
umount -l "$root/dev" "$root/proc" "$root/sys" 2>/dev/null || true
