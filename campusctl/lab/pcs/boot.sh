#!/bin/sh
# Switches a PC of the lab on. Runs in the rack; what it says on its output is read by campusctl.lab.pcs.machine:
# "up" once somebody may log in. It is up for as long as its input is open: that is its power cord.
# usage: boot.sh BASE PLACE NAME ADDRESS MAC USER [inside]
set -eu
base=$1 place=$2 name=$3 address=$4 mac=$5 user=$6
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 022

if [ $# = 6 ]; then
    # Its disk outlives a night without power, so it belongs to the rack and not to the PC.
    [ ! -s "$place/size" ] || mountpoint -q "$place/disk" || mount -t tmpfs -o mode=0755,size="$(cat "$place/size")" disk "$place/disk"
    mkdir -p "$place/disk/upper" "$place/disk/work"
    exec unshare --mount --pid --uts --ipc --net --fork --kill-child sh "$0" "$@" inside
fi

hostname "$name"
root=$place/root
mount -t overlay -o "lowerdir=$base,upperdir=$place/disk/upper,workdir=$place/disk/work,userxattr" pc "$root"
cd "$root"
mount -t proc -o nosuid,nodev,noexec proc proc
# Of the kernel's own switches a PC has those of its network and no others: there is one kernel for all of us.
mount --bind proc/sys proc/sys && mount --bind proc/sys/net proc/sys/net && mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys 2>/dev/null || :
mount -t tmpfs -o mode=0755,nosuid tmpfs dev
for node in null zero full random urandom tty; do
    : >"dev/$node"
    mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs run
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
mkdir -p run/sshd run/lock run/user run/systemd/system run/campusctl-lab
cp -p "$place"/seed/* run/campusctl-lab/
echo "$user" >run/campusctl-lab/user
pivot_root . mnt
umount -l /mnt
cd /

. /run/campusctl-lab/first.sh
# A network card that leads nowhere; not every kernel has the plain kind.
network() {
    printf '%s\n' 'link set lo up' "link add eth0 address $mac type $1" "address add $address/16 dev eth0" 'link set eth0 up' "$2" |
        ip -batch - 2>/dev/null
}
network dummy '' || network 'veth peer name classroom' 'link set classroom up'
# The kernel gives a card that is made up no device; one in a PC has it, and is the only one there.
if [ -d /sys/class/net/eth0 ]; then
    mkdir -p run/campusctl-lab/net/eth0/device
    ln -s /sys/devices/virtual/net/eth0/* run/campusctl-lab/net/eth0/
    ln -s /sys/devices/virtual/net/lo run/campusctl-lab/net/
    mount --bind run/campusctl-lab/net sys/class/net
fi
# Timers and paths that are enabled have been started; see systemctl.
mkdir run/campusctl-lab/units
for unit in etc/systemd/system/*.wants/*.timer etc/systemd/system/*.wants/*.path; do
    [ ! -L "$unit" ] || : >"run/campusctl-lab/units/${unit##*/}"
done
echo up
exec >/dev/null 2>&1
{
    # The stand-in knows what multi-user.target wants, not what comes before it, such as nftables.
    for unit in etc/systemd/system/sysinit.target.wants/*.service; do
        [ ! -L "$unit" ] || systemctl start "${unit##*/}"
    done
    systemctl default
} </dev/null &
# Nobody waits for orphans: the kernel buries them.
exec env --ignore-signal=CHLD cat
