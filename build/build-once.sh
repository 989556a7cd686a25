# Sourced by the scripts that build a program for the tests. `build_once NAME TOOL BUILD` makes sure that NAME is in a cache outside of the source
# tree and prints its folder of programs. If it isn't there yet, it needs TOOL, and calls BUILD with that folder as its argument.

build_once() {
    local name=$1 tool=$2 build=$3
    local bin=${XDG_CACHE_HOME:-$HOME/.cache}/darter/$name/bin lock
    if [[ ! -e $bin/.complete ]]; then
        command -v "$tool" >/dev/null || {
            echo "$name has to be built for the tests, and there is no $tool on this machine" >&2
            return 1
        }
        mkdir -p "$bin"
        # One at a time: two builds side by side would each compile what they share.
        exec {lock}>"$bin/.lock"
        flock "$lock"
        if [[ ! -e $bin/.complete ]]; then
            # What the program prints while it is built isn't the folder's name.
            "$build" "$bin" >&2
            touch "$bin/.complete"
        fi
        exec {lock}>&-
    fi
    echo "$bin"
}
