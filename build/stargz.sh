#!/usr/bin/env bash
# Builds the test helper of e2e/stargz, once for each state of its sources, into a cache outside of the source tree, and prints its folder. Does
# nothing but that when it is there. Needs Go; takes one to three minutes on two cores.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../e2e/stargz" && pwd)
state=$(cat "$source"/go.mod "$source"/go.sum "$source"/*.go | sha256sum | cut -c1-12)

build() {
    (cd "$source" && CGO_ENABLED=0 nice -n 10 go build -trimpath -o "$1/stargz" .)
}

build_once "stargz-0.19.0-$state" go build
