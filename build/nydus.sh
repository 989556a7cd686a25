#!/usr/bin/env bash
# Builds nydusd and nydus-image, once, into a cache outside of the source tree, and prints their folder. Does nothing but that when they are there.
# Needs Rust and CMake; takes some ten minutes on two cores, so only the tests tagged "long" ask for it.
set -euo pipefail

version=2.2.0
root=${XDG_CACHE_HOME:-$HOME/.cache}/darter/nydus-$version

if [[ ! -x $root/bin/nydusd || ! -x $root/bin/nydus-image ]]; then
    command -v cargo >/dev/null || {
        echo "nydus $version has to be built for the tests, and there is no Rust on this machine" >&2
        exit 1
    }
    mkdir -p "$root"
    # One at a time: two builds side by side would each compile what they share.
    exec 9>"$root/.lock"
    flock 9
    if [[ ! -x $root/bin/nydusd || ! -x $root/bin/nydus-image ]]; then
        nice -n 10 cargo install nydus-rs --version "$version" --locked --root "$root" >&2
    fi
fi
echo "$root/bin"
