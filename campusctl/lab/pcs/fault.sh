#!/bin/sh
# Breaks and mends a PC of the lab from the inside. usage: fault.sh KIND on|off [VALUE]
set -eu
run=/run/campusctl-lab
user=$(cat "$run/user")
# Back when the program says that it is at work: it makes the file that READY names.
start() {
    rm -f "$run/$kind.ready"
    READY="$run/$kind.ready" "$@" </dev/null >/dev/null 2>&1 &
    echo $! >"$run/$kind.pid"
    for _ in $(seq 200); do
        [ ! -e "$run/$kind.ready" ] || return 0
        sleep 0.05
    done
    echo "it did not begin" >&2
    return 1
}
stop() {
    [ ! -e "$run/$kind.pid" ] || kill -9 "$(cat "$run/$kind.pid")" 2>/dev/null || :
    rm -f "$run/$kind.pid"
}
clock_wrong_off() {
    sed -i '/^LD_PRELOAD /d; /^FAKETIME /d' "$pam"
    sed -i '/pam_env.so # clock$/d' /etc/pam.d/sudo
}
pam=/etc/security/pam_env.conf
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
# Every session that begins from now on sees the wrong time, and what it runs with sudo too.
clock_wrong-on)
    clock_wrong_off
    printf 'LD_PRELOAD DEFAULT=%s\nFAKETIME DEFAULT=%sd\n' "$(ls /usr/lib/*/faketime/libfaketime.so.1)" "$3" >>"$pam"
    echo 'session required pam_env.so # clock' >>/etc/pam.d/sudo
    ;;
clock_wrong-off) clock_wrong_off ;;
*) exit 64 ;;
esac
