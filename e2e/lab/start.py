"""A client: runs commands one after the other and says in one line of JSON when each ended, and when the last one first printed, and what.

Usage: start.py START COMMANDS    START is a reading of the monotonic clock, which is the same in all namespaces; COMMANDS are JSON.
"""

import json
import resource
import subprocess
import sys
import time

start, commands = float(sys.argv[1]), json.loads(sys.argv[2])
time.sleep(max(0, start - time.monotonic()))
begin = time.monotonic()
ended = []
for command in commands[:-1]:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ended.append(time.monotonic() - begin)
with subprocess.Popen(commands[-1], stdout=subprocess.PIPE, text=True) as last:
    printed = last.stdout.readline()
    seconds = time.monotonic() - begin
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"begin": begin, "ended": ended, "seconds": seconds, "printed": printed, "cpu": usage.ru_utime + usage.ru_stime}), flush=True)
