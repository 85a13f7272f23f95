# What makes this PC differ from the others of its root. Sourced by boot.sh.
seed=/run/campusctl-lab kept=/var/lib/campusctl-lab
[ -e "$kept/name" ] || {
    echo "$name" >/etc/hostname
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost\n' "$name" >/etc/hosts
    echo "$name" | md5sum | cut -c1-32 >/etc/machine-id
    install -m 0600 "$seed/host_key" /etc/ssh/ssh_host_ed25519_key
    install -m 0644 "$seed/host_key.pub" /etc/ssh/ssh_host_ed25519_key.pub
    getent passwd "$user" >/dev/null || useradd --system --create-home --shell /bin/bash --password '*' "$user"
    home=$(getent passwd "$user" | cut -d: -f6)
    install -d -m 0700 -o "$user" "$home/.ssh"
    install -m 0600 -o "$user" "$seed/login.pub" "$home/.ssh/authorized_keys"
    printf '%s ALL=(ALL:ALL) NOPASSWD: ALL\n' "$user" >"/etc/sudoers.d/$user"
    chmod 0440 "/etc/sudoers.d/$user"
    mkdir -p "$kept"
    echo "$name" >"$kept/name"
}
