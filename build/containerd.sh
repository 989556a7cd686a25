#!/usr/bin/env bash
# Builds a newer containerd than Debian's, once, into a cache outside of the source tree, and prints its folder of programs. Does nothing but that
# when it is there. Needs Go; takes some five minutes on two cores.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=2.4.2

build() {
    local module=github.com/containerd/containerd/v2
    GOBIN=$1 CGO_ENABLED=0 nice -n 10 go install -tags no_btrfs,no_devmapper,no_zfs,no_tracing \
        "$module/cmd/containerd@v$version" "$module/cmd/ctr@v$version" "$module/cmd/containerd-shim-runc-v2@v$version"
}

build_once "containerd-$version" go build
