# Sourced by ./darter and ./verify. `find_jdk` prints the home of a JDK 25 or newer,
# or says in one sentence what to install and returns 1.

readonly WANTED_JAVA=25

# is_wanted_jdk HOME: a compiler is there, and its release file names a version that is new enough.
is_wanted_jdk() {
    local line major
    [[ -x $1/bin/javac && -r $1/release ]] || return 1
    while IFS= read -r line; do
        if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
            major=${BASH_REMATCH[1]}
            ((major >= WANTED_JAVA))
            return
        fi
    done <"$1/release"
    return 1
}

find_jdk() {
    local candidate on_path
    if [[ -n ${JAVA_HOME:-} ]] && is_wanted_jdk "$JAVA_HOME"; then
        printf '%s\n' "$JAVA_HOME"
        return
    fi
    if on_path=$(command -v javac) && on_path=$(readlink -f "$on_path"); then
        candidate=${on_path%/bin/javac}
        if is_wanted_jdk "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    fi
    for candidate in /usr/lib/jvm/* /opt/java/* /opt/*jdk* \
        "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* "${HOME:-/root}"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_wanted_jdk "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    printf 'Darter needs a JDK %s or newer: install one (Eclipse Temurin from https://adoptium.net, or your system'\''s package) or set JAVA_HOME to it.\n' \
        "$WANTED_JAVA" >&2
    return 1
}
