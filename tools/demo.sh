#!/bin/sh
# The main job on simulated switches: validate, drift, plan, apply, and a clean drift check. Called by `make demo`.
set -u
school=${1:-schule-042}
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

# The run that applied, from the JSON of `history`.
first_run() {
    python3 -c 'import json, sys; print(next(run["info"]["id"] for run in json.load(sys.stdin) if run["info"]["kind"] == "apply"))'
}

say "A new workspace with the example city Musterstadt"
expect 0 init "$folder/city"

say "Is the inventory right? (bad values would be named with file and line)"
expect 0 validate

say "Simulated switches of $school behind real SSH, with some drift in them"
expect 0 lab up "$school" --drift 7

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

say "Everything is written down before it is sent; every configuration that was read is kept"
expect 0 history
expect 0 --lab backup log s042-r201-sw01

say "Undo the run: the switches are read again, and every setting goes back"
expect 0 --lab revert "$(campusctl --workspace "$folder/city" history --json | first_run)" --yes --now --reason "demonstration"

say "Nobody rewrote the audit trail, and nothing is unfinished"
expect 0 history verify
expect 0 status
