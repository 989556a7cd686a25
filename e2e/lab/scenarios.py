"""What is measured: how the hosts are joined, what they pull, when, and what goes wrong on the way."""

import dataclasses
import os
import signal
import time

from network import Network
from programs import (DEFAULT_SCHEDULER, SCHEDULER_PORT, Agent, Programs, Registry, blob_path, machine_cpu, pull, result, wait_until,
                      answers, ADMIN_PORT)

MIB = 1 << 20


@dataclasses.dataclass
class Options:
    """What the command line says, the same for all scenarios."""

    folder: str
    darter: str
    agent: str
    needs_scheduler: bool
    mbit: float
    mebibytes: int
    hosts: int


class Lab:
    """One set of hosts with a registry, a scheduler and agents, all started and idle."""

    def __init__(self, options, network, programs, origin_mbit=None, host_mbit=None, zones=None, trunk_mbit=0):
        self.options, self.network, self.programs = options, network, programs
        rate = options.mbit
        rates = host_mbit or [rate] * options.hosts
        zones = zones or ["a"] * len(rates)
        self.origin_mbit = origin_mbit or rate
        self.rates = rates
        self.trunk = network.trunk("a", "b", trunk_mbit) if trunk_mbit else None
        for zone in zones:
            network.zone(zone)
        self.registry = Registry(programs, network.host("registry", "a", self.origin_mbit, self.origin_mbit))
        self.direct = network.host("direct", "a", max(rates), max(rates))
        self.control = network.host("scheduler", "a")
        self.hosts = [network.host(f"h{number + 1}", zone, mbit, mbit) for number, (mbit, zone) in enumerate(zip(rates, zones))]
        self.agents = []

    def start(self, blobs):
        """Fills the registry with blobs of these sizes, starts everything, and returns the digests."""
        digests = [self.registry.add(size, seed) for seed, size in enumerate(blobs)]
        self.registry.start()
        self.start_agents()
        return digests

    def start_agents(self):
        options = self.options
        scheduler = f"http://{self.control.address}:{SCHEDULER_PORT}"
        if options.needs_scheduler:
            self.scheduler = self.programs.start(self.control, "scheduler",
                                                 DEFAULT_SCHEDULER.format(darter=options.darter, address=self.control.address))
            time.sleep(1)
        words = {"darter": options.darter, "scheduler": scheduler, "registry": self.registry.url}
        self.agents = [Agent(self.programs, host, options.agent, words) for host in self.hosts]
        for host in self.hosts:
            if options.needs_scheduler:
                wait_until(f"{host.name} is ready", lambda host=host: answers(host, f"http://127.0.0.1:{ADMIN_PORT}/readyz"))
            else:
                wait_until(f"{host.name} answers", lambda host=host: answers(host, f"http://127.0.0.1:65001/v2/"))
        time.sleep(2)

    def pull_direct(self, digests, lanes=1):
        """What a client gets straight from the registry, with nobody else there."""
        return result(pull(self.direct, [self.registry.url + blob_path(digest) for digest in digests], lanes))

    def begin(self, index, digests, lanes=1):
        return pull(self.hosts[index], [self.agents[index].url + blob_path(digest) for digest in digests], lanes)

    def measure(self, digests, lanes=1, delays=None, during=None):
        """All hosts pull; what each got, and what it cost."""
        self.registry.served()
        cpu = [agent.cpu_seconds() for agent in self.agents]
        busy, total = machine_cpu()
        begin = time.monotonic()
        pulls = []
        for index in range(len(self.hosts)):
            if delays:
                time.sleep(max(0, begin + delays[index] - time.monotonic()))
            pulls.append(self.begin(index, digests, lanes))
        lost = set(during(self) or ()) if during else set()
        results = [None if index in lost else result(process) for index, process in enumerate(pulls)]
        for index in lost:
            pulls[index].kill()
            pulls[index].communicate()
        busy_now, total_now = machine_cpu()
        requests, served = self.registry.served()
        got = [each for each in results if each]
        ends = [each["begin"] + each["seconds"] for each in got]
        return {
            "seconds": max(ends) - min(each["begin"] for each in got),
            "each": [each and each["seconds"] for each in results],
            "first": [each and each["first"] for each in results],
            "stall": max(each["gap"] for each in got),
            "wrong": [wrong for each in got for wrong in each["wrong"]],
            "agents_cpu": sum(agent.cpu_seconds() - before for agent, before in zip(self.agents, cpu) if agent.process.poll() is None),
            "machine_cpu": (busy_now - busy) / max(0.01, total_now - total),
            "origin_requests": requests,
            "origin_bytes": served,
            "resident": max((agent.resident_bytes() for agent in self.agents if agent.process.poll() is None), default=0),
        }


def bound(size, origin, ups, downs):
    """Least seconds until all hosts have all bytes; rates in bytes per second (the sum over who sends, and the slowest who gets)."""
    return max(size / origin, size / min(downs), len(ups) * size / (origin + sum(ups)))


def goodput(direct):
    return direct["bytes"] / direct["seconds"]


def opened(options, **shape):
    """A laboratory as a context: everything that it started is gone at the end."""
    import contextlib

    @contextlib.contextmanager
    def manage():
        with Network() as network, Programs(options.folder) as programs:
            yield Lab(options, network, programs, **shape)

    return manage()


def row(name, measured, least, size, hosts, extra=None):
    return {
        "scenario": name,
        "hosts": hosts,
        "seconds": measured["seconds"],
        "bound": least,
        "ratio": measured["seconds"] / least if least else None,
        "origin": measured["origin_bytes"] / size,
        "origin_requests": measured["origin_requests"],
        "cpu_per_gib": measured["agents_cpu"] / (size * hosts / (1 << 30)),
        "machine_cpu": measured["machine_cpu"],
        "resident_mib": measured["resident"] / MIB,
        "stall": measured["stall"],
        "wrong": measured["wrong"],
        "each": measured["each"],
        **(extra or {}),
    }


def crowd(options):
    """All hosts at once, twice: the second blob meets warm programs."""
    size = options.mebibytes * MIB
    with opened(options) as lab:
        first, second, plain = lab.start([size, size, size])
        rate = goodput(lab.pull_direct([plain]))
        rates = [rate] * options.hosts
        for name, digest in (("crowd, first blob", first), ("crowd", second)):
            yield row(name, lab.measure([digest]), bound(size, rate, rates, rates), size, options.hosts)


def staggered(options):
    """Hosts come one after the other over the time that one transfer takes."""
    size = options.mebibytes * MIB
    with opened(options) as lab:
        digest, plain = lab.start([size, size])
        rate = goodput(lab.pull_direct([plain]))
        step = size / rate / options.hosts
        measured = lab.measure([digest], delays=[step * index for index in range(options.hosts)])
        own = max(seconds / (size / rate) for seconds in measured["each"])
        yield row("staggered", measured, None, size, options.hosts, {"own": own})


def slow_origin(options):
    """The origin sends at a quarter of the hosts' rate."""
    size = options.mebibytes * MIB
    with opened(options, origin_mbit=options.mbit / 4) as lab:
        digest, plain = lab.start([size, size])
        origin = goodput(lab.pull_direct([plain]))
        rates = [origin * 4] * options.hosts
        yield row("slow origin", lab.measure([digest]), bound(size, origin, rates, rates), size, options.hosts)


def unequal(options):
    """Half of the hosts have a quarter of the rate: fast ones must not wait for slow ones."""
    size = options.mebibytes * MIB
    shares = [1 if index % 2 == 0 else 0.25 for index in range(options.hosts)]
    with opened(options, host_mbit=[options.mbit * share for share in shares]) as lab:
        digest, plain = lab.start([size, size])
        rate = goodput(lab.pull_direct([plain]))
        measured = lab.measure([digest])
        own = max(seconds / max(size / (rate * share), size / rate) for seconds, share in zip(measured["each"], shares))
        yield row("unequal", measured, None, size, options.hosts, {"own": own})


def zones(options):
    """Half of the hosts behind a link that is as thin as one host's: each byte crosses it once."""
    size = options.mebibytes * MIB
    split = ["a" if index < options.hosts // 2 else "b" for index in range(options.hosts)]
    with opened(options, zones=split, trunk_mbit=options.mbit) as lab:
        digest, plain = lab.start([size, size])
        rate = goodput(lab.pull_direct([plain]))
        before = lab.network.sent_bytes(lab.trunk[0])
        measured = lab.measure([digest])
        crossed = (lab.network.sent_bytes(lab.trunk[0]) - before) / size
        rates = [rate] * options.hosts
        yield row("two zones", measured, bound(size, rate, rates, rates), size, options.hosts, {"crossed": crossed})


def small(options):
    """A thousand blobs of 16 KiB, by all hosts at once, with four connections each."""
    sizes = [16 << 10] * 1000
    with opened(options) as lab:
        digests = lab.start(sizes)
        direct = lab.pull_direct(digests, lanes=4)["seconds"]
        measured = lab.measure(digests, lanes=4)
        yield row("small blobs", measured, direct, sum(sizes), options.hosts)


def single(options):
    """One host: through its agent, and straight from the registry."""
    size = options.mebibytes * MIB
    options = dataclasses.replace(options, hosts=1)
    with opened(options) as lab:
        warm, digest, plain = lab.start([MIB, size, size])
        lab.measure([warm])
        direct = lab.pull_direct([plain])
        measured = lab.measure([digest])
        yield row("single", measured, direct["seconds"], size, 1, {"first_byte_extra": measured["first"][0] - direct["first"]})


def rolling(options):
    """A tenth of the hosts at a time, one tenth after the other."""
    size = options.mebibytes * MIB
    with opened(options) as lab:
        digest, plain = lab.start([size, size])
        rate = goodput(lab.pull_direct([plain]))
        group = max(1, options.hosts // 10)
        step = size / rate
        measured = lab.measure([digest], delays=[step * (index // group) for index in range(options.hosts)])
        own = max(seconds / step for seconds in measured["each"])
        yield row("rolling", measured, None, size, options.hosts, {"own": own})


def images(options):
    """Two images of four layers each that share two, three layers at a time."""
    share = options.mebibytes * MIB // 6
    with opened(options) as lab:
        *layers, plain = lab.start([share] * 6 + [share * 2])
        rate = goodput(lab.pull_direct([plain]))
        size = share * 6
        rates = [rate] * options.hosts
        yield row("shared layers", lab.measure(layers[:4] + layers[2:], lanes=3), bound(size, rate, rates, rates), size, options.hosts)


def faults(options):
    """A host that serves others is killed, frozen, or cut off in the middle; then the scheduler is killed."""
    size = options.mebibytes * MIB
    half = size / (options.mbit * 1e6 / 8) / 2

    def kill(lab):
        time.sleep(half)
        lab.agents[1].process.kill()
        return [1]

    def freeze(lab):
        time.sleep(half)
        os.kill(lab.agents[1].process.pid, signal.SIGSTOP)
        return [1]

    def unplug(lab):
        time.sleep(half)
        lab.hosts[1].unplug()
        return [1]

    def kill_scheduler(lab):
        time.sleep(half)
        lab.scheduler.kill()

    for name, fault in (("host killed", kill), ("host frozen", freeze), ("link down", unplug), ("scheduler killed", kill_scheduler)):
        with opened(options) as lab:
            digest, plain = lab.start([size, size])
            rate = goodput(lab.pull_direct([plain]))
            rates = [rate] * options.hosts
            yield row(name, lab.measure([digest], during=fault), bound(size, rate, rates, rates), size, options.hosts)


ALL = {each.__name__.replace("_", "-"): each for each in
       (crowd, staggered, slow_origin, unequal, zones, small, single, rolling, images, faults)}
