"""Starts containers of new images on the hosts of a bench, and says what that took."""

import dataclasses
import os
import pathlib
import subprocess
import time

from image import Images
from programs import PROXY_PORT, machine_cpu
from registry import Registry
from runtime import Runtime

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"
# Names of one registry: read through the agents, straight, and straight over a link without a limit.
DARTER, STRAIGHT, UNLOADED = "origin", "straight", "unloaded"


@dataclasses.dataclass
class Started:
    """Containers that were started at the same moment: seconds until each printed, and what that cost."""

    size: int
    seconds: list
    wrong: list
    sent: int
    agents_cpu: float
    cpu_share: float
    foreign_share: float
    resident_mib: float

    def last(self):
        return max(self.seconds)


class Starting:
    def __init__(self, lab, read):
        self.lab, self._read = lab, read
        containerd, stargz = built("containerd.sh"), built("stargz.sh") + "/stargz"
        unloaded = Registry(lab.programs, lab.network.host("unloaded"), "unloaded")
        mirrors = {DARTER: f"127.0.0.1:{PROXY_PORT}", STRAIGHT: lab.registry.address, UNLOADED: unloaded.address}
        self._runtimes = {host.name: Runtime(lab.programs, host, containerd, stargz, mirrors) for host in lab.hosts}
        self._images = Images(lab.registry, lab.programs.folder, stargz)

    def new_image(self):
        return self._images.add(self.lab.options.size, self._read)

    def start(self, hosts, name, image=None, whole=False):
        """Starts a container on each of the hosts; `whole`: when all of the image is there."""
        lab, image = self.lab, image or self.new_image()
        lab.registry.sent()
        start = time.monotonic() + 0.4 + 0.08 * len(hosts)
        clients = [self._runtimes[host.name].start(f"{name}/lab:{image.tag}", ["sha256sum", "/files/wanted"], start, whole) for host in hosts]
        time.sleep(max(0, start - time.monotonic()))
        agents, own, (busy, total) = self._agents_cpu(), lab.programs.cpu_seconds(), machine_cpu()
        found = [client.result() for client in clients]
        agents_now, own_now, (busy_now, total_now) = self._agents_cpu(), lab.programs.cpu_seconds(), machine_cpu()
        ours = own_now - own + sum(each["cpu"] for each in found)
        all_of_it = max(0.01, total_now - total)
        return Started(
            size=lab.options.size, seconds=[each["seconds"] for each in found],
            wrong=[f"{each['printed']!r} for {image.wanted_sum}" for each in found if each["printed"].split(" ")[0] != image.wanted_sum],
            sent=sum(lab.registry.sent().get(image.layer, [])), agents_cpu=agents_now - agents, cpu_share=(busy_now - busy) / all_of_it,
            foreign_share=max(0, busy_now - busy - ours) / all_of_it, resident_mib=max(agent.resident_mib() for agent in lab.agents))

    def _agents_cpu(self):
        return sum(agent.cpu_seconds() for agent in self.lab.agents)

    def stored_bytes(self, digest):
        """How much of a layer the agents have in the end, all together."""
        hexes = digest.removeprefix("sha256:")
        files = [file for host in self.lab.hosts for pattern in (f"partial/sha256/{hexes}@*/data", f"blobs/sha256/*/{hexes}")
                 for file in (self.lab.programs.folder / host.name).glob(pattern)]
        return union([extent for file in files for extent in extents(file)])


def built(script):
    """The folder of programs that are built once."""
    return subprocess.run([BUILD / script], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def extents(file):
    """Where a sparse file holds something."""
    with open(file, "rb") as content:
        size, end = os.fstat(content.fileno()).st_size, 0
        while end < size:
            try:
                begin = os.lseek(content.fileno(), end, os.SEEK_DATA)
            except OSError:
                # Nothing but a hole is left.
                return
            end = os.lseek(content.fileno(), begin, os.SEEK_HOLE)
            yield begin, end


def union(stretches):
    """How many bytes lie in any of these stretches."""
    total = reached = 0
    for begin, end in sorted(stretches):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total
