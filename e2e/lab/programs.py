"""The programs of the laboratory: how they are started, watched and ended."""

import contextlib
import dataclasses
import json
import os
import pathlib
import select
import shlex
import signal
import subprocess
import sys
import time

PROXY_PORT = 65001
ADMIN_PORT = 65004
SCHEDULER_PORT = 65003
START_SECONDS = 60
PULL_SECONDS = 900
CLIENT = pathlib.Path(__file__).with_name("pull.py")

AGENT = ("{darter} agent --data {data} --zone {zone} --proxy 127.0.0.1:65001 --admin 127.0.0.1:65004 --peer {address}:65002 "
         "--scheduler {scheduler} --upstream origin={registry} --insecure-peers")
SCHEDULER = "{darter} scheduler --listen {address}:65003 --insecure-peers"


class Programs:
    """Runs programs on hosts and ends them again, the last one first."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._running = []

    def start(self, host, name, command):
        log = self.folder / f"{name}.log"
        with open(log, "ab") as output:
            process = host.popen(shlex.split(command), stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        program = Program(process, log)
        self._running.append(program)
        return program

    def cpu_seconds(self):
        return sum(program.cpu_seconds() for program in self._running)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._running):
            program.signal(signal.SIGCONT)
            program.signal(signal.SIGTERM)
        for program in reversed(self._running):
            try:
                program.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                program.kill()


@dataclasses.dataclass
class Program:
    process: subprocess.Popen
    log: pathlib.Path

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def resident_mib(self):
        sizes = [int(line.split()[1]) for line in proc(self.process.pid, "status").splitlines() if line.startswith("VmHWM:")]
        return max(sizes, default=0) / 1024


class Client:
    """A pull on a host, from a given moment on; see pull.py."""

    def __init__(self, host, urls, start, connections):
        words = [sys.executable, str(CLIENT), str(start), str(connections), *urls]
        self._process = host.popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def result(self):
        """How it went, as soon as it has ended."""
        return self._line()

    def wrong(self):
        """What is wrong with the bytes; looked at only now."""
        self._process.stdin.close()
        found = self._line()
        self._process.wait()
        return found

    def cpu_seconds(self):
        return cpu_seconds(self._process.pid)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def _line(self):
        if not select.select([self._process.stdout], [], [], PULL_SECONDS)[0]:
            raise TimeoutError(f"a pull did not end within {PULL_SECONDS} s")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a client ended with {self._process.wait()}")
        return json.loads(line)


def curl(host, url):
    """Bytes per second of the body of one GET by curl."""
    form = "%{http_code} %{size_download} %{time_total}"
    ended = host.popen(["curl", "-s", "-o", "/dev/null", "-w", form, url], stdout=subprocess.PIPE, text=True)
    code, size, seconds = ended.communicate(timeout=PULL_SECONDS)[0].split()
    if code != "200":
        raise RuntimeError(f"curl got {code} from {url}")
    return int(size) / float(seconds)


def answers(host, url):
    return host.popen(["curl", "-s", "-f", "-o", "/dev/null", "--max-time", "2", url]).wait() == 0


def is_heard(host, url):
    """Whether somebody listens there, whatever he answers: 22 is curl's word for a status that is no success."""
    return host.popen(["curl", "-s", "-f", "-o", "/dev/null", "--max-time", "2", url]).wait() in (0, 22)


def wait_until(what, holds):
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {START_SECONDS} s: {what}")
        time.sleep(0.1)


def proc(pid, name):
    """Empty when the program is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cpu_seconds(pid):
    """With its children that have ended."""
    fields = proc(pid, "stat").rsplit(")", 1)[-1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") if fields else 0


def machine_cpu():
    """(busy, all) seconds of all processors since the machine started."""
    fields = [int(field) for field in proc("", "stat").splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / os.sysconf("SC_CLK_TCK"), sum(fields) / os.sysconf("SC_CLK_TCK")
