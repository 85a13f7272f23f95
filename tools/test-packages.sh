#!/bin/sh
# Debian packages that tests need beside Python: installed by root, named to everybody else.
set -eu
PATH=$PATH:/usr/sbin:/sbin
need=
lacks() { # package, what it brings
    command -v "$2" >/dev/null || need="$need $1"
}
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need="$need postgresql"
lacks systemd systemd-analyze
lacks git git
# Real Linux PCs: what they are built from, and how they are logged in to.
lacks debootstrap debootstrap
lacks openssh-client ssh
lacks openssh-server sshd
lacks iproute2 ip
lacks iputils-ping ping
[ "$(id -u)" = 0 ] || lacks uidmap newuidmap
# Printers and print servers that nobody here wrote.
lacks cups-daemon cupsd
lacks cups-client lpadmin
[ -d /usr/lib/cups/filter ] && [ -e /usr/lib/cups/filter/pdftopdf ] || need="$need cups-filters"
[ -e /usr/lib/cups/backend/ipp ] || need="$need cups"
lacks cups-ipp-utils ippeveprinter
lacks dbus dbus-daemon
lacks lprint lprint
lacks snmpd snmpd
# What judges the names and addresses for a school's server.
lacks dnsmasq-base dnsmasq
lacks kea-dhcp4-server kea-dhcp4
lacks isc-dhcp-server dhcpd
lacks bind9-utils named-checkzone
# What a PDF is made with, and what reads a label.
ldconfig -p | grep -q libpangoft2-1.0 || need="$need libpangoft2-1.0-0 libharfbuzz-subset0"
[ -n "$(ls -d /usr/share/fonts/truetype/*/ 2>/dev/null)" ] || need="$need fonts-dejavu-core"
lacks zbar-tools zbarimg
lacks poppler-utils pdftoppm
[ -n "$need" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 - one word each
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends $need >/dev/null; then
        exit 0
    fi
fi
echo "some tests will be skipped: apt-get install$need" >&2
