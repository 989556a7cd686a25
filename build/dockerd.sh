#!/usr/bin/env bash
# Builds a newer Docker Engine than Debian's, whose images live in containerd, once, into a cache outside of the source tree, and prints its folder
# of programs. Does nothing but that when it is there. Needs Go; takes some four minutes on two cores.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=2.0.0-beta.24

build() {
    GOBIN=$1 CGO_ENABLED=0 nice -n 10 go install "github.com/moby/moby/v2/cmd/dockerd@v$version"
}

build_once "dockerd-$version" go build
