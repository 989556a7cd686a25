#!/bin/sh
# Cleans up behind the end-to-end tests when their JVM is gone, however it went: SIGKILL runs no shutdown hook.
# Usage: watchdog.sh FOLDER, with a pipe from the JVM as standard input. FOLDER is the scratch folder of this run of
# the tests; everything that the run started has E2E_RUN_OF_DARTER=FOLDER in its environment.
run=$1
trap '' HUP INT QUIT TERM

# Ends when the JVM does.
cat > /dev/null

marked() {
    grep -lzxF "E2E_RUN_OF_DARTER=$run" /proc/[0-9]*/environ 2> /dev/null | cut -d / -f 3
}

# Containers do not inherit the mark, but they are below a shim that does.
end() {
    for child in $(cat "/proc/$1/task/"*/children 2> /dev/null); do
        end "$child"
    done
    kill -KILL "$1" 2> /dev/null
}

for round in 1 2 3; do
    for pid in $(marked); do
        end "$pid"
    done
done
# Deepest first: the reverse order of mounting.
grep -F " $run/" /proc/mounts | cut -d ' ' -f 2 | tac | while read -r mount; do
    umount -l "$mount" 2> /dev/null
done
# Control groups of version 1 and of version 2.
find /sys/fs/cgroup -maxdepth 2 -type d -name "${run##*/}" 2> /dev/null | while read -r group; do
    find "$group" -depth -type d -exec rmdir {} \; 2> /dev/null
done
rm -rf -- "$run"
