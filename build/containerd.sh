#!/usr/bin/env bash
# Builds a newer containerd than Debian's, once, into a cache outside of the source tree, and prints its folder of programs. Does nothing but that
# when it is there. Needs Go; takes some five minutes on two cores.
set -euo pipefail

version=2.4.2
bin=${XDG_CACHE_HOME:-$HOME/.cache}/darter/containerd-$version/bin

if [[ ! -e $bin/.complete ]]; then
    command -v go >/dev/null || {
        echo "containerd $version has to be built for the tests, and there is no Go on this machine" >&2
        exit 1
    }
    mkdir -p "$bin"
    # One at a time: two builds side by side would each compile what they share.
    exec 9>"$bin/.lock"
    flock 9
    if [[ ! -e $bin/.complete ]]; then
        module=github.com/containerd/containerd/v2
        GOBIN=$bin CGO_ENABLED=0 nice -n 10 go install -tags no_btrfs,no_devmapper,no_zfs,no_tracing \
            "$module/cmd/containerd@v$version" "$module/cmd/ctr@v$version" "$module/cmd/containerd-shim-runc-v2@v$version" >&2
        touch "$bin/.complete"
    fi
fi
echo "$bin"
