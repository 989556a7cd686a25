"""Containers that start before their image has arrived: one host, then all others together."""

import contextlib
import dataclasses
import os
import statistics

from bench import GIB, MIB, bench
from network import of_the_dead
from runtime import remove_cgroups
from starting import DARTER, STRAIGHT, UNLOADED, Starting

READ = 10 * MIB
LEAST = 4 * READ


def lazy(options):
    """Time until a container has printed the hash of a file in the middle of an image of which nothing is on its host."""
    shaped = dataclasses.replace(options, agent=f"{options.agent} --lazy ranges-only", hosts=max(2, options.hosts),
                                 size=max(LEAST, options.size))
    with bench(shaped, used=False) as lab, starting(lab) as containers:
        # Programs that run for the first time are slow.
        for name in (STRAIGHT, UNLOADED, DARTER, DARTER):
            containers.start(lab.hosts, name)
        for _ in range(options.runs):
            yield from run(containers)


@contextlib.contextmanager
def starting(lab):
    remove_cgroups(of_the_dead)
    try:
        yield Starting(lab, READ)
    finally:
        remove_cgroups(lambda process: process == os.getpid())


def run(containers):
    """The same snapshotter without Darter, in which no start disturbs another; then one host through Darter, and all others together."""
    hosts = containers.lab.hosts
    image = containers.new_image()
    alone = [containers.start([host], STRAIGHT, image) for host in hosts]
    direct = statistics.median(each.last() for each in alone)
    # What seven starts at once take of this machine, whatever the links.
    unloaded = containers.start(hosts[1:], UNLOADED).last()
    loaded = containers.start(hosts[1:], STRAIGHT)
    image = containers.new_image()
    whole = [containers.start(group, DARTER, image, whole=True) for group in (hosts[:1], hosts[1:])]
    image = containers.new_image()
    first = containers.start(hosts[:1], DARTER, image)
    others = containers.start(hosts[1:], DARTER, image)
    needed = containers.stored_bytes(image.layer)
    shared = {"directSeconds": direct, "directBytes": alone[0].sent, "loadedSeconds": loaded.last(), "loadedBytes": loaded.sent, "neededBytes": needed}
    yield row("lazy, first", first, whole[0], {}, lastOverDirect=first.last() / direct, originOverSize=first.sent / needed, **shared)
    yield row("lazy, others", others, whole[1], {"lastOverDirect": 1.1, "originOverSize": 1.001}, lastOverDirect=others.last() / direct,
              originOverSize=(first.sent + others.sent) / needed, unloadedSeconds=unloaded, lastOverUnloaded=others.last() / unloaded, **shared)


def row(scenario, started, whole, bars, **figures):
    """`originOverSize` is over what is needed of the image: the chunks that the agents have in the end."""
    found = {
        "scenario": scenario, "hosts": len(started.seconds), "bytes": started.size, "seconds": started.last(), "wholeSeconds": whole.last(),
        "wholeBytes": whole.sent, "originBytes": started.sent, "agentsCpuSeconds": started.agents_cpu,
        "cpuSecondsPerGiB": started.agents_cpu / (len(started.seconds) * READ / GIB), "cpuShare": started.cpu_share,
        "foreignShare": started.foreign_share, "residentMiB": started.resident_mib, "each": started.seconds, "wrong": started.wrong, "bars": bars, **figures}
    found["missed"] = [name for name, limit in bars.items() if found[name] > limit]
    return found
