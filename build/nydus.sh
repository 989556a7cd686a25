#!/usr/bin/env bash
# Builds nydusd and nydus-image, once, into a cache outside of the source tree, and prints their folder. Does nothing but that when they are there.
# Needs Rust and CMake; takes some ten minutes on two cores, so only the tests tagged "long" ask for it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=2.2.0

build() {
    nice -n 10 cargo install nydus-rs --version "$version" --locked --root "${1%/bin}"
}

build_once "nydus-$version" cargo build
