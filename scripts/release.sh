# shellcheck shell=bash
# shellcheck disable=SC2034  # The scripts that source this use its names.
# Builds the release server with its site, unless both are what the present sources give.

server_binary=target/release/chat-studio
release_stamp=target/release/chat-studio.stamp
# What is compiled in nowhere; everything else counts as source.
not_sources=(.git target node_modules data benches end2end scripts)

build_release() {
    local sources
    # Taken before the build: what changes meanwhile may be in it or not.
    sources=$(stamp_of_sources)
    if [ -e "$release_stamp" ] && [ "$(cat "$release_stamp")" = "$sources $(stamp_of_output)" ]; then
        say "Release build: nothing changed since the last one"
        return
    fi
    step "Release build" without_paths cargo leptos build --release --split --precompress
    echo "$sources $(stamp_of_output)" >"$release_stamp"
}

# Runs a build that leaves no path of this machine in what it makes.
without_paths() {
    local flags="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src= --remap-path-prefix=$PWD="
    # Flags are told apart by spaces, so a path with one stays.
    [[ "$HOME${CARGO_HOME:-}$PWD" == *[[:space:]]* ]] && flags=""
    RUSTFLAGS=$flags "$@"
}

stamp_of_sources() {
    local prune=(-false) directory
    for directory in "${not_sources[@]}"; do
        prune+=(-o -path "./$directory")
    done
    { rustc --version; digest . \( "${prune[@]}" \) -prune -o -type f ! -name 'studio.toml*' -print0; } |
        sha256sum
}

# A site that something else has overwritten is no release.
stamp_of_output() {
    digest target/site target/release/chat-studio target/release/hash.txt -type f -print0 2>/dev/null
}

# digest <find's arguments>: one digest of the names and contents of the files found.
digest() {
    find "$@" | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}
