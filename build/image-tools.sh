#!/usr/bin/env bash
# Builds what the tests do with images besides running them, once for each state of e2e/registry, into a cache outside of the source tree, and prints
# its folder of programs: that registry, which lists referrers, oras, which asks for them, and wazero, which runs WebAssembly. Does nothing but that
# when they are there. Needs Go; takes about a minute on two cores.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

oras=1.3.6
wazero=1.12.0
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../e2e/registry" && pwd)
state=$(cat "$source"/go.mod "$source"/go.sum "$source"/*.go | sha256sum | cut -c1-12)

build() {
    local program
    (cd "$source" && CGO_ENABLED=0 nice -n 10 go build -trimpath -o "$1/registry" .)
    # One command each: a command installs programs of one module.
    for program in "oras.land/oras/cmd/oras@v$oras" "github.com/tetratelabs/wazero/cmd/wazero@v$wazero"; do
        GOBIN=$1 CGO_ENABLED=0 nice -n 10 go install "$program"
    done
}

build_once "image-tools-$oras-$wazero-$state" go build
