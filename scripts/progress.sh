# shellcheck shell=bash
# Shows what a script is doing, for how long already, and which step failed.

set -euo pipefail

heartbeat_seconds=30
step_name=""
step_start=0
heartbeat=""

say() {
    printf '\n[%4d s] %s\n' "$SECONDS" "$*"
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# step <name> <command…>: runs the command with its own output visible. The command is not part of
# a condition, so that a failure anywhere inside it ends the script.
step() {
    step_name=$1
    step_start=$SECONDS
    shift
    say "$step_name"
    start_heartbeat
    "$@"
    stop_heartbeat
    say "$step_name: done in $((SECONDS - step_start)) s"
    step_name=""
}

# Some tools are silent for minutes; without a sign of life a person would take them for dead.
start_heartbeat() {
    (
        trap 'kill "$sleeper" 2>/dev/null; exit 0' TERM
        while true; do
            sleep "$heartbeat_seconds" &
            sleeper=$!
            wait "$sleeper"
            say "$step_name: still at work after $((SECONDS - step_start)) s"
        done
    ) &
    heartbeat=$!
}

stop_heartbeat() {
    [ -n "$heartbeat" ] || return 0
    kill "$heartbeat" 2>/dev/null || true
    wait "$heartbeat" 2>/dev/null || true
    heartbeat=""
}

# Names the step that failed; for an EXIT trap.
report_failed_step() {
    stop_heartbeat
    [ -z "$step_name" ] || printf '\nFailed: %s, after %d s.\n' \
        "$step_name" "$((SECONDS - step_start))" >&2
}
