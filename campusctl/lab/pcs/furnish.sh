#!/bin/sh
# Inside a fresh Debian: makes a classroom PC of it that needs no network any more. Called by build.sh.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# What every PC has; apt installs it quicker than debootstrap would.
packages="python3 openssh-server sudo cron cups cups-client locales tzdata iproute2 ca-certificates logrotate
    unattended-upgrades nftables systemd procps ethtool faketime dbus console-setup"
# What tests and examples install: packages, and what those lean on.
extra="tree zip unzip less file mc-data inetutils-telnet telnet htop bc"

# A package may start no service while the root is made.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d

apt-get -qq update
# shellcheck disable=SC2086 - one word each
apt-get -qq -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install $packages

# A repository of its own, with what the packages lean on.
mkdir -p /srv/repo
# shellcheck disable=SC2086 - likewise
apt-get -qq -y --no-install-recommends --download-only -o Dir::Cache::archives=/srv/repo install $extra >/dev/null
rm -rf /srv/repo/partial /srv/repo/lock
cd /srv/repo
for deb in *.deb; do
    dpkg-deb -f "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >Packages
cd /
rm -f /etc/apt/sources.list.d/* /var/lib/apt/lists/*_*
echo 'deb [trusted=yes] file:/srv/repo ./' >/etc/apt/sources.list
apt-get -qq update
apt-get -qq clean

# systemd is installed, for its files; what answers as systemctl needs no systemd that runs. It keeps its interpreter when python3 is taken away.
dpkg-divert --quiet --local --rename --add /usr/bin/systemctl
python=$(readlink -f /usr/bin/python3)
{ echo "#!$python" && cat /systemctl; } >/usr/bin/systemctl
rm /systemctl
chmod 0755 /usr/bin/systemctl
mv /systemctl3.py /usr/lib/python3/dist-packages/
"$python" -m compileall -q /usr/lib/python3/dist-packages/systemctl3.py
# What has nothing to do here.
for unit in unattended-upgrades console-setup keyboard-setup e2scrub_reap systemd-pstore getty@tty1 remote-fs.target; do
    rm -f /etc/systemd/system/*.wants/"$unit" /etc/systemd/system/*.wants/"$unit.service"
done
# The old links would start them again.
rm -f /etc/rc?.d/*

# The languages of a school; each takes a second to make.
printf 'de_DE.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n' >/etc/locale.gen
locale-gen >/dev/null
echo 'LANG=de_DE.UTF-8' >/etc/default/locale

# The way in: keys only.
rm -f /etc/ssh/ssh_host_*
cat >/etc/ssh/sshd_config <<'EOF'
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
UseDNS no
Subsystem sftp /usr/lib/openssh/sftp-server
AcceptEnv LANG LC_*
EOF

# A network card remembers whether a magic packet wakes it; what stands for one here cannot, so this ethtool does.
ethtool=$(readlink -f "$(command -v ethtool)")
dpkg-divert --quiet --local --rename --add --divert "$ethtool.real" "$ethtool"
cat >"$ethtool" <<'EOF'
#!/bin/sh
kept=/var/lib/campusctl-lab
last() { for word; do :; done; echo "$word"; }
case $* in
-s\ *\ wol\ ? | --change\ *\ wol\ ?) mkdir -p "$kept" && last "$@" >"$kept/wol-$2" ;;
-* | *\ *) exec "$0.real" "$@" ;;
*)
    "$0.real" "$@" || exit
    printf '\tSupports Wake-on: pumbg\n\tWake-on: %s\n' "$(cat "$kept/wol-$1" 2>/dev/null || echo d)"
    ;;
esac
EOF
chmod 0755 "$ethtool"

# Who logs in where the inventory says nobody else: made here, so that no PC spends its first moments on it.
useradd --system --create-home --shell /bin/bash --password '*' campus

printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
rm -f /usr/sbin/policy-rc.d /etc/machine-id /var/lib/dbus/machine-id /etc/resolv.conf /etc/hostname
rm -rf /var/cache/apt/archives/*.deb /var/log/*.log /var/log/apt/* /tmp/*
