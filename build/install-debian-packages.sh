# Sourced by ./verify. `require_debian_packages FILE` makes sure that each package named in FILE is installed:
# as root on Debian by installing it, elsewhere by naming what is missing and returning 1.

missing_packages() {
    local package
    grep -Ev '^[[:space:]]*(#|$)' "$1" | while read -r package; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

# Runs in a subshell, so that its trap puts back the machine's own policy whatever happens.
install_without_starting_services() (
    policy=/usr/sbin/policy-rc.d
    kept=
    restore() {
        if [[ -n $kept ]]; then
            mv -f "$kept" "$policy"
        else
            rm -f "$policy"
        fi
    }
    if [[ -e $policy || -L $policy ]]; then
        kept=$policy.kept-by-darter
        mv -f "$policy" "$kept"
    fi
    trap restore EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    export DEBIAN_FRONTEND=noninteractive
    # Asked for once, and only here: where nothing is missing nothing is asked of the network.
    apt-get update -q || exit 1
    apt-get install -y -q --no-install-recommends "$@"
)

require_debian_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        echo "verify: the integration tests need what these Debian packages hold:" \
            "$(grep -Ev '^[[:space:]]*(#|$)' "$1" | paste -sd ' ')" >&2
        return 1
    fi
    mapfile -t missing < <(missing_packages "$1")
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "verify: the integration tests need these Debian packages (run as root to have them installed): ${missing[*]}" >&2
        return 1
    fi
    echo "verify: installing ${missing[*]}" >&2
    install_without_starting_services "${missing[@]}" >&2 || {
        echo "verify: installing these Debian packages failed: ${missing[*]}" >&2
        return 1
    }
}
