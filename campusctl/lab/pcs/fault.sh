#!/bin/sh
# Breaks and mends a PC of the lab from the inside. usage: fault.sh KIND on|off [VALUE]
set -eu
run=/run/campusctl-lab
user=$(cat "$run/user")
start() {
    "$@" </dev/null >/dev/null 2>&1 &
    echo $! >"$run/$kind.pid"
}
stop() {
    [ ! -e "$run/$kind.pid" ] || kill -9 "$(cat "$run/$kind.pid")" 2>/dev/null || :
    rm -f "$run/$kind.pid"
}
kind=$1
case $1-$2 in
wrong_sudo-on) sed -i 's/NOPASSWD: *//' "/etc/sudoers.d/$user" ;;
wrong_sudo-off) printf '%s ALL=(ALL:ALL) NOPASSWD: ALL\n' "$user" >"/etc/sudoers.d/$user" ;;
no_python-on) [ ! -e /usr/bin/python3 ] || mv /usr/bin/python3 /usr/bin/.python3 ;;
no_python-off) [ ! -e /usr/bin/.python3 ] || mv /usr/bin/.python3 /usr/bin/python3 ;;
apt_lock-on) stop && start "$run/unattended-upgrade" /var/lib/dpkg/lock-frontend ;;
killed_after-on) stop && start "$run/killer" after "$3" ;;
killed_at-on) stop && start "$run/killer" at "$3" ;;
*_lock-off | killed_*-off) stop ;;
# What starts from now on sees the wrong time, setuid programs too.
clock_wrong-on)
    echo "$3" >/etc/faketimerc
    ls /usr/lib/*/faketime/libfaketime.so.1 >/etc/ld.so.preload
    ;;
clock_wrong-off) rm -f /etc/ld.so.preload /etc/faketimerc ;;
*) exit 64 ;;
esac
