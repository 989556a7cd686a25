"""The programs of the laboratory: a real registry, a scheduler, an agent for each host, and clients that pull."""

import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

REGISTRY_PORT = 5000
SCHEDULER_PORT = 65003
PROXY_PORT = 65001
ADMIN_PORT = 65004
REPOSITORY = "lab"
START_SECONDS = 60
CLIENT = pathlib.Path(__file__).with_name("pull.py")
WRITTEN = re.compile(r'http\.request\.method=GET .*http\.request\.uri="?/v2/lab/blobs/(sha256:[0-9a-f]{64}).*http\.response\.written=(\d+)')

DEFAULT_AGENT = ("{darter} agent --data {data} --zone {zone} --proxy 127.0.0.1:65001 --admin 127.0.0.1:65004 --peer {address}:65002 "
                 "--scheduler {scheduler} --upstream origin={registry} --insecure-peers")
DEFAULT_SCHEDULER = "{darter} scheduler --listen {address}:65003 --insecure-peers"


class Programs:
    """Runs programs in namespaces and ends them again, the last one first."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.running = []

    def start(self, host, name, command):
        log = open(self.folder / f"{name}.log", "wb")
        process = host.popen(shlex.split(command), stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        log.close()
        self.running.append(process)
        return process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Registry:
    """Debian's docker-registry over a folder that is filled before it starts."""

    CONFIG = """version: 0.1
log: {{level: info, formatter: text, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}, cache: {{blobdescriptor: inmemory}}}}
http: {{addr: "{address}:{port}"}}
"""

    def __init__(self, programs, host):
        self.programs, self.host = programs, host
        self.root = programs.folder / "registry"
        self.url = f"http://{host.address}:{REGISTRY_PORT}"
        self.log = programs.folder / "registry.log"
        self.seen = 0

    def add(self, size, seed):
        """Puts random bytes into the registry and returns their digest."""
        data = random.Random(seed).randbytes(size)
        hexes = hashlib.sha256(data).hexdigest()
        base = self.root / "docker/registry/v2"
        blob = base / "blobs/sha256" / hexes[:2] / hexes / "data"
        link = base / "repositories" / REPOSITORY / "_layers/sha256" / hexes / "link"
        for path, content in ((blob, data), (link, f"sha256:{hexes}".encode())):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return f"sha256:{hexes}"

    def start(self):
        self.root.mkdir(parents=True, exist_ok=True)
        config = self.programs.folder / "registry.yml"
        config.write_text(self.CONFIG.format(root=self.root, address=self.host.address, port=REGISTRY_PORT))
        self.programs.start(self.host, "registry", f"docker-registry serve {config}")
        wait_until("the registry answers", lambda: answers(self.host, f"{self.url}/v2/"))

    def served(self):
        """(requests, bytes of bodies) of blobs since the last call."""
        text = self.log.read_text(errors="replace")
        fresh, self.seen = text[self.seen:], len(text)
        found = [int(match.group(2)) for match in WRITTEN.finditer(fresh)]
        return len(found), sum(found)


class Agent:
    def __init__(self, programs, host, command, words):
        self.host = host
        self.data = programs.folder / host.name
        self.data.mkdir()
        text = command.format(address=host.address, zone=host.zone, data=self.data, **words)
        self.process = programs.start(host, host.name, text)
        self.url = f"http://127.0.0.1:{PROXY_PORT}"

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def resident_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
        return 0


def pull(host, urls, lanes=1):
    """Begins to pull on a host; the result is one line of JSON."""
    return host.popen([sys.executable, str(CLIENT), str(lanes), *urls], stdout=subprocess.PIPE, text=True)


def result(process, limit=900):
    out, _ = process.communicate(timeout=limit)
    if process.returncode:
        raise RuntimeError(f"a client ended with {process.returncode}")
    return json.loads(out)


def blob_path(digest):
    return f"/v2/{REPOSITORY}/blobs/{digest}"


def answers(host, url):
    check = host.popen(["curl", "-s", "-f", "-o", "/dev/null", "--max-time", "2", url], stdout=subprocess.DEVNULL)
    return check.wait() == 0


def wait_until(what, holds):
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {START_SECONDS} s: {what}")
        time.sleep(0.1)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu():
    """(busy, all) seconds of all processors since the machine started."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    tick = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - idle) / tick, sum(fields) / tick


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
