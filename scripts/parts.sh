# shellcheck shell=bash
# The parts of the test command: each run, logged and counted, and all of them summed up at the end.

reports=target/reports
summary=()
passed_in_all=0
failed_in_all=0
part_name=""

# part <name> <count> <command…>: runs a part of the tests. `count` is a function that is given how
# the part ended and its log, and prints how many tests passed and how many failed.
part() {
    part_name=$1
    part_count=$2
    part_start=$SECONDS
    part_log="$reports/$(tr 'A-Z ' 'a-z-' <<<"$part_name").log"
    shift 2
    mkdir -p "$reports"
    step "$part_name" logged "$@"
    close_part passed
}

# For an EXIT trap: closes the part that failed, if one did, and prints a line for each.
sum_up() {
    [ -z "$part_name" ] || close_part failed
    [ ${#summary[@]} -eq 0 ] || printf '\n%s' "${summary[@]}"
    printf '\n\n%d passed, %d failed\n' "$passed_in_all" "$failed_in_all"
}

as_one() {
    if [ "$1" = passed ]; then echo 1 0; else echo 0 1; fi
}

cargo_tests() {
    awk '/^test result:/ { passed += $4; failed += $6 } END { print passed + 0, failed + 0 }' "$2"
}

browser_tests() {
    # shellcheck disable=SC2016  # The dollar signs are JavaScript.
    node -p '
        const { stats } = JSON.parse(require("fs").readFileSync("target/reports/browser.json"));
        `${stats.expected + stats.flaky} ${stats.unexpected}`
    ' 2>/dev/null || echo 0 0
}

logged() {
    "$@" 2>&1 </dev/null | tee "$part_log"
}

close_part() {
    local passed failed
    read -r passed failed < <("$part_count" "$1" "$part_log")
    # A part can also fail before it comes to its first test.
    [ "$1" = passed ] || [ "$failed" -gt 0 ] || failed=1
    passed_in_all=$((passed_in_all + passed))
    failed_in_all=$((failed_in_all + failed))
    summary+=("$(printf '%-7s %-28s %5d s %6d passed, %d failed' \
        "$1" "$part_name" "$((SECONDS - part_start))" "$passed" "$failed")")
    part_name=""
}
