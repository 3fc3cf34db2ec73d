#!/usr/bin/env bash
# Checks who depends on whom: the invariants of docs/architecture.md that `cargo tree` can see.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

broken=0

main() {
    refuse "the browser's code" "frontend --target wasm32-unknown-unknown" \
        sea-orm sqlx tokio reqwest hyper ammonia pulldown-cmark
    refuse "the migrations" migration store models
    refuse "the models" models sea-orm tokio reqwest axum leptos
    refuse "the store" store providers routing reqwest axum leptos
    refuse "the providers" providers store sea-orm axum leptos
    refuse "the renderer" render store providers tokio reqwest axum leptos
    refuse "the routing service" routing studio axum leptos
    refuse "the business layer" studio axum leptos
    only_direct sea-orm "store migration"
    only_direct reqwest "providers"
    exit "$broken"
}

# refuse <who, in words> <package and options> <crate…>: none of the crates may be below the package.
refuse() {
    local who=$1 crate tree
    local -a package
    read -ra package <<<"$2"
    shift 2
    tree=$(cargo tree --locked --edges normal,no-proc-macro --prefix none --format "{lib}" -p "${package[@]}")
    for crate in "$@"; do
        if grep -qx "${crate//-/_}" <<<"$tree"; then
            echo "$who must not depend on $crate, but: cargo tree -p ${package[*]} -e normal -i $crate"
            broken=1
        fi
    done
}

# only_direct <crate> <packages>: of our packages, no other may name the crate outside its tests.
only_direct() {
    local package
    while read -r package; do
        if ! grep -qw -- "$package" <<<"$2"; then
            echo "$package must not depend on $1 itself; that is for: $2"
            broken=1
        fi
    done < <(cargo tree --locked --workspace --edges normal --depth 1 --prefix none \
        --format '{p}' -i "$1" | sed -n "s/^\([a-z-]*\) .*($(pwd | sed 's/[/.]/\\&/g').*/\1/p" | sort -u)
}

main
