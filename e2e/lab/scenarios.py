"""What is measured: how the hosts are joined, what they pull, when, and what goes wrong on the way. Each yields a row for each run."""

import dataclasses
import random
import re
import signal
import statistics
import subprocess
import time

from bench import MIB, bench, bound, row, worst_over_own
from image import CONFIG_BYTES, plain
from lazy import lazy
from registry import PORT as REGISTRY_PORT

ORIGIN = {"originOverSize": 1.02}


def crowd(options):
    """All hosts at once, or within some seconds: a first blob with programs that have just started, then one for each run."""
    with bench(options, used=False) as lab:
        for number in range(options.runs + 1):
            order = random.Random(number)
            arrivals = [order.uniform(0, options.within) for _ in lab.hosts]
            measured = lab.run([lab.add()], arrivals=arrivals)
            least = bound(options.size, measured.rate, [measured.rate] * options.hosts)
            name = "crowd" if number else "crowd, first blob"
            bars = {"lastOverBound": crowd_bar(options), "cpuSecondsPerGiB": 2.5} if number else {}
            yield row(name, measured, options.hosts, {**bars, **ORIGIN}, boundSeconds=least, lastOverBound=measured.last() / least,
                      withinSeconds=options.within, seed=number)


def crowd_bar(options):
    return 1.35 if options.mbit >= 400 else 1.12 if options.hosts > 8 else 1.10


def staggered(options):
    """Hosts come one after the other over the time that one transfer takes."""
    with bench(options) as lab:
        yield from late(lab, "staggered", lambda index: index / options.hosts)


def rolling(options):
    """A tenth of the hosts at a time, the next tenth when these could be done."""
    tenth = max(1, options.hosts // 10)
    with bench(options) as lab:
        yield from late(lab, "rolling", lambda index: index // tenth * 1.05)


def late(lab, name, arrival):
    """Runs in which hosts come late, by so many times what one transfer takes."""
    options = lab.options
    for _ in range(options.runs):
        transfer = options.size / (options.mbit * 1e6 / 8 * 0.92)
        measured = lab.run([lab.add()], arrivals=[transfer * arrival(index) for index in range(options.hosts)])
        rates = [measured.rate] * options.hosts
        yield row(name, measured, options.hosts, ORIGIN, worstOverOwnBound=worst_over_own(measured, rates, measured.rate))


def slow_origin(options):
    """The origin sends at a quarter of the hosts' rate."""
    with bench(options, origin_mbit=options.mbit / 4) as lab:
        for _ in range(options.runs):
            measured = lab.run([lab.add()])
            least = bound(options.size, measured.rate, [measured.rate * 4] * options.hosts)
            yield row("slow origin", measured, options.hosts, {"lastOverBound": 1.10, **ORIGIN}, boundSeconds=least,
                      lastOverBound=measured.last() / least)


def unequal(options):
    """Half of the hosts have a quarter of the rate: fast ones must not wait for slow ones."""
    shares = [1 if index % 2 == 0 else 0.25 for index in range(options.hosts)]
    with bench(options, mbits=[options.mbit * share for share in shares]) as lab:
        for _ in range(options.runs):
            measured = lab.run([lab.add()])
            rates = [measured.rate * share for share in shares]
            yield row("unequal", measured, options.hosts, {"worstOverOwnBound": 1.15, **ORIGIN},
                      worstOverOwnBound=worst_over_own(measured, rates, measured.rate))


def zones(options):
    """Half of the hosts behind a link that is as thin as one host's: each byte crosses it once."""
    split = ["a" if index < options.hosts // 2 else "b" for index in range(options.hosts)]
    with bench(options, zones=split, trunk_mbit=options.mbit) as lab:
        for _ in range(options.runs):
            before = lab.network.sent_bytes(lab.trunk)
            measured = lab.run([lab.add()])
            crossed = (lab.network.sent_bytes(lab.trunk) - before) / options.size
            least = bound(options.size, measured.rate, [measured.rate] * options.hosts)
            yield row("two zones", measured, options.hosts, {"crossedOverSize": 1.05}, boundSeconds=least,
                      lastOverBound=measured.last() / least, crossedOverSize=crossed)


def small(options):
    """An image of many layers of 16 KiB, by all hosts at once, with four connections each; the first one with programs that have just started."""
    layer = 16 << 10
    options = dataclasses.replace(options, size=options.blobs * layer)
    with bench(options, used=False) as lab:
        for number in range(options.runs + 1):
            image = plain(lab.registry, lab.programs.folder, [layer] * options.blobs)
            direct = lab.pull_direct(image, connections=4)["seconds"]
            measured = lab.run(image, connections=4)
            name = "small blobs" if number else "small blobs, first"
            bars = {"lastOverDirect": 1.3} if number else {}
            yield row(name, measured, options.hosts, {**bars, "mostGets": 1, "blobHeads": 0}, unique=options.size + CONFIG_BYTES, directSeconds=direct, lastOverDirect=measured.last() / direct,
                      mostGets=max(map(len, measured.gets.values())), blobHeads=measured.heads)


def single(options):
    """One host: through its agent, and straight from the registry."""
    with bench(dataclasses.replace(options, hosts=1)) as lab:
        for _ in range(options.runs):
            measured = lab.run([lab.add()])
            direct = options.size / measured.rate
            yield row("single", measured, 1, {"lastOverDirect": 1.02, **ORIGIN}, directSeconds=direct, lastOverDirect=measured.last() / direct)


def first_byte(options):
    """One host with a cold blob: when the first byte comes, and when it comes straight from the registry; medians of many."""
    size = 4 * MIB
    for name, mbit in (("first byte, no limit", 0), ("first byte", options.mbit)):
        alone = dataclasses.replace(options, hosts=1, mbit=mbit, size=size)
        with bench(alone) as lab:
            for _ in range(options.runs):
                pulls = [(lab.run([lab.add()]), lab.pull_direct([lab.add()])) for _ in range(15)]
                extra = statistics.median(measured.first[0] - direct["first"] for measured, direct in pulls) * 1000
                chunk = (256 << 10) / statistics.median(measured.rate for measured, _ in pulls) * 1000 if mbit else 0
                yield row(name, pulls[-1][0], 1, {"firstByteExtraMs": 10 + chunk}, firstByteExtraMs=extra, chunkMs=chunk)


def images(options):
    """Two images of four layers that share two; each half of the hosts wants one of them, three layers at a time."""
    layer = options.size // 6
    with bench(options) as lab:
        for _ in range(options.runs):
            layers = [lab.add(layer) for _ in range(6)]
            measured = lab.run(layers[:4], layers[2:], connections=3)
            least = bound(6 * layer, measured.rate, [measured.rate] * options.hosts, wanted=4 * layer)
            yield row("shared layers", measured, options.hosts, ORIGIN, unique=6 * layer, boundSeconds=least,
                      lastOverBound=measured.last() / least)


def faults(options):
    """In the middle a host is killed, frozen or silently cut off: one that only serves others, and the one that reads the origin."""

    def kill(lab, victim):
        lab.agents[victim].kill()

    def freeze(lab, victim):
        lab.agents[victim].signal(signal.SIGSTOP)

    def unplug(lab, victim):
        lab.hosts[victim].unplug()

    for fault, name in ((kill, "killed"), (freeze, "frozen"), (unplug, "cut off")):
        for reads in (False, True):
            for _ in range(options.runs):
                with bench(options) as lab:
                    measured = lab.run([lab.add()], disturb=lambda lab, start: [disturb(lab, start, fault, reads)])
                    least = bound(options.size, measured.rate, [measured.rate] * options.hosts)
                    yield row(f"{'reader' if reads else 'host'} {name}", measured, options.hosts, {"stallSeconds": 1.0},
                              boundSeconds=least, lastOverBound=measured.last() / least)


def disturb(lab, start, fault, reads):
    wait_for_middle(lab, start)
    reader = max(range(len(lab.hosts)), key=lambda index: bytes_of_origin(lab.hosts[index]))
    victim = reader if reads else (reader + 1) % len(lab.hosts)
    fault(lab, victim)
    return victim


def bytes_of_origin(host):
    """What the connections of a host to the registry have brought; those of hosts that don't read it are there for questions only."""
    words = ["ip", "netns", "exec", host.namespace, "ss", "-tinH", "dport", f"= :{REGISTRY_PORT}"]
    found = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return sum(map(int, re.findall(r"bytes_received:(\d+)", found)))


def wait_for_middle(lab, start):
    middle = start + lab.options.size / (lab.options.mbit * 1e6 / 8) / 2
    time.sleep(max(0, middle - time.monotonic()))


def scheduler_killed(options):
    """A run without and one with the scheduler killed in the middle."""

    def kill(lab, start):
        wait_for_middle(lab, start)
        lab.scheduler.kill()
        return []

    with bench(options) as lab:
        for _ in range(options.runs):
            usual = lab.run([lab.add()])
            measured = lab.run([lab.add()], disturb=kill)
            yield row("scheduler killed", measured, options.hosts, {"lastOverUsual": 1.05, "originOverSize": 1.05},
                      usualSeconds=usual.last(), lastOverUsual=measured.last() / usual.last())
            lab.restart_scheduler()
            lab.wait_until_ready()


ALL = {each.__name__.replace("_", "-"): each for each in
       (crowd, staggered, slow_origin, unequal, zones, small, single, first_byte, rolling, images, faults, scheduler_killed, lazy)}
