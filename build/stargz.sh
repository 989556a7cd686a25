#!/usr/bin/env bash
# Builds the test helper of e2e/stargz, once for each state of its sources, into a cache outside of the source tree, and prints its folder. Does
# nothing but that when it is there. Needs Go; takes one to three minutes on two cores.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../e2e/stargz" && pwd)
state=$(cat "$source"/go.mod "$source"/go.sum "$source"/*.go | sha256sum | cut -c1-12)
bin=${XDG_CACHE_HOME:-$HOME/.cache}/darter/stargz-0.19.0-$state/bin

if [[ ! -e $bin/.complete ]]; then
    command -v go >/dev/null || {
        echo "stargz-snapshotter has to be built for the tests, and there is no Go on this machine" >&2
        exit 1
    }
    mkdir -p "$bin"
    # One at a time: two builds side by side would each compile what they share.
    exec 9>"$bin/.lock"
    flock 9
    if [[ ! -e $bin/.complete ]]; then
        (cd "$source" && CGO_ENABLED=0 nice -n 10 go build -trimpath -o "$bin/stargz" .) >&2
        touch "$bin/.complete"
    fi
fi
echo "$bin"
