#!/bin/sh
# The main job on simulated devices: validate, drift, plan, apply, and a clean drift check; then, where this machine can have them,
# on real Linux PCs. Called by `make demo`.
set -u
school=${1:-schule-042} small=schule-007 pc=s007-r3-pc01 other=s007-r4-pc01
folder=$(mktemp -d)
trap 'campusctl --workspace "$folder/city" lab down >/dev/null 2>&1; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() {
    printf '$ campusctl %s\n' "$*"
    campusctl --workspace "$folder/city" "$@"
}
expect() {
    wanted=$1
    shift
    run "$@"
    code=$?
    [ "$code" = "$wanted" ] || { echo "demo: exit code $code instead of $wanted" >&2; exit 1; }
}

# A hand on a PC of the lab: its name and a command.
on_pc() {
    address=$(campusctl --workspace "$folder/city" lab status | awk -v name="$1" '$1 == name {print $3}')
    printf '%s $ %s\n' "$1" "$2"
    ssh -F none -p "${address#*:}" -i "$folder/city/.campusctl/lab/pc_key" -o BatchMode=yes \
        -o UserKnownHostsFile="$folder/city/.campusctl/lab/known_hosts" "campus@${address%:*}" "$2" >/dev/null 2>&1 ||
        { echo "demo: $1 did not do that" >&2; exit 1; }
}

# The run that applied, from the JSON of `history`.
first_run() {
    python3 -c 'import json, sys; print(next(run["info"]["id"] for run in json.load(sys.stdin) if run["info"]["kind"] == "apply"))'
}

say "A new workspace with the example city Musterstadt"
expect 0 init "$folder/city"

say "Is the inventory right? (bad values would be named with file and line)"
expect 0 validate

say "Simulated switches, printers, projectors and boards of $school behind their real protocols, with some drift in them"
expect 0 lab up "$school" --drift 11

say "One board speaks no protocol: a person goes through its checklist, and signs"
expect 0 --lab sign s042-r311-dt01 --yes

say "What differs? Reads only; exit code 4 means drift"
expect 4 --lab drift "$school" -v

say "What would be done about it?"
expect 0 --lab plan "$school"

say "When may it interrupt somebody? The lesson grid, exams and holidays decide"
expect 0 calendar "$school" --days 3

say "Bring the school to standard (a person would be asked; --now also goes during lessons, with a reason)"
expect 0 --lab apply "$school" --yes --now --reason "demonstration"

say "And again: nothing is left to do"
expect 0 --lab drift "$school"

say "No picture in R101? The first cause, who acts, and what to do first; then the cable is plugged in again"
expect 0 lab fault s042-r101-dt01:unplugged
expect 3 --lab room "$school/R101" --lang de
expect 0 lab fault --clear
expect 0 --lab room "$school/R101"

say "Everything is written down before it is sent; every configuration that was read is kept"
expect 0 history
expect 0 --lab backup log s042-r201-sw01

say "Undo the run: the switches are read again, and every setting goes back"
expect 0 --lab revert "$(campusctl --workspace "$folder/city" history --json | first_run)" --yes --now --reason "demonstration"

say "Nobody rewrote the audit trail, and nothing is unfinished"
expect 0 history verify
expect 0 status

say "The same with PCs: a primary school's, real Debian systems, as bare as they are installed"
expect 0 lab down
if ! run lab up "$small" --pcs; then
    echo "demo: this machine can have no PCs, for the reason above; all the rest has been shown"
    exit 0
fi
expect 0 --lab apply "$small" --class pc --yes --now --reason "demonstration"

say "Somebody removes a program and changes a file by hand, and another PC is switched off: that is no failure"
on_pc "$pc" 'sudo apt-get -qq -y remove tree && echo hello | sudo tee /etc/motd'
expect 0 lab fault "$other:off"
expect 4 --lab drift "$small" --class pc -v

say "Mended, and undone: a run's files go back, a program stays"
expect 0 --lab apply "$small" --class pc --yes --now --reason "demonstration"
expect 0 --lab revert "$(campusctl --workspace "$folder/city" history --json | first_run)" --yes --now --reason "demonstration"
