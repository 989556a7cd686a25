"""A set of hosts with a registry, a scheduler and agents, and one measured run on it."""

import contextlib
import dataclasses
import glob
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time

import programs
from network import MARK, Network, of_the_dead, remove_namespaces
from programs import Client, Programs, answers, curl, is_heard, machine_cpu, wait_until
from registry import Registry, blob_path

MIB = 1 << 20
GIB = 1 << 30


@dataclasses.dataclass(frozen=True)
class Options:
    """What the command line says, the same for all scenarios."""

    darter: str
    agent: str
    with_scheduler: bool
    mbit: float
    size: int
    hosts: int
    runs: int
    within: float
    blobs: int
    logs: str
    congestion: str


@contextlib.contextmanager
def bench(options, **shape):
    """All that it makes and starts is gone at the end, however that comes."""
    remove_folders()
    remove_namespaces(of_the_dead)
    with contextlib.ExitStack() as stack:
        stack.callback(listen_to_signals)
        folder = tempfile.mkdtemp(prefix=f"{MARK}{os.getpid()}-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(remove_namespaces, lambda process: process == os.getpid())
        running = stack.enter_context(Programs(folder))
        if options.logs:
            stack.callback(keep_logs, folder, options.logs)
        # The first to be called: a second Ctrl-C doesn't keep the rest from being removed.
        stack.callback(ignore_signals)
        yield Bench(options, Network(options.congestion), running, **shape)


def listen_to_signals():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def ignore_signals():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def remove_folders():
    """What a laboratory left that was killed."""
    for folder in glob.glob(f"{tempfile.gettempdir()}/{MARK}*-*"):
        process = os.path.basename(folder)[len(MARK):].split("-")[0]
        if process.isdigit() and of_the_dead(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def keep_logs(folder, target):
    os.makedirs(target, exist_ok=True)
    for log in glob.glob(f"{folder}/*.log"):
        shutil.copy(log, target)


@dataclasses.dataclass
class Measured:
    """One run: what each host got from its arrival on (None: a host that was taken away), and what that cost."""

    size: int
    rate: float
    arrivals: list
    each: list
    first: list
    stall: float
    wrong: list
    agents_cpu: float
    cpu_share: float
    foreign_share: float
    gets: dict
    heads: int
    resident_mib: float
    delivered: int

    def last(self):
        """Seconds from the last arrival to the last byte."""
        return max(arrival + took for arrival, took in zip(self.arrivals, self.each) if took is not None) - max(self.arrivals)


class Bench:
    def __init__(self, options, network, running, mbits=None, origin_mbit=None, zones=None, trunk_mbit=0, used=True):
        self.options, self.network, self.programs = options, network, running
        mbits = mbits or [options.mbit] * options.hosts
        zones = zones or ["a"] * len(mbits)
        self.trunk = network.trunk("a", "b", trunk_mbit) if trunk_mbit else None
        self.registry = Registry(running, network.host("registry", "a", options.mbit if origin_mbit is None else origin_mbit))
        self.direct = network.host("direct", "a", max(mbits))
        self.control = network.host("scheduler", "a")
        self.hosts = [network.host(f"h{number + 1}", zone, mbit) for number, (mbit, zone) in enumerate(zip(mbits, zones))]
        self.scheduler_url = f"http://{self.control.address}:{programs.SCHEDULER_PORT}"
        self.scheduler = None
        self.restart_scheduler()
        self.agents = [None] * len(self.hosts)
        for index in range(len(self.hosts)):
            self.restart_agent(index)
        self.wait_until_ready()
        if used:
            # A first pull, not measured: afterwards the programs are compiled and know each other, as those of a host that runs for days.
            self.run([self.add(min(options.size, 64 * MIB))])

    def add(self, size=None):
        return self.registry.add(size or self.options.size)

    def restart_scheduler(self):
        if self.options.with_scheduler:
            command = programs.SCHEDULER.format(darter=self.options.darter, address=self.control.address)
            self.scheduler = self.programs.start(self.control, "scheduler", command)
            wait_until("the scheduler listens", lambda: is_heard(self.control, self.scheduler_url))

    def restart_agent(self, index):
        host = self.hosts[index]
        data = self.programs.folder / host.name
        data.mkdir(exist_ok=True)
        command = self.options.agent.format(
            darter=self.options.darter, data=data, zone=host.zone, address=host.address, registry=self.registry.url,
            scheduler=self.scheduler_url)
        self.agents[index] = self.programs.start(host, host.name, command)

    def wait_until_ready(self):
        path = f"{programs.ADMIN_PORT}/readyz" if self.options.with_scheduler else f"{programs.PROXY_PORT}/v2/"
        for host in self.hosts:
            wait_until(f"{host.name} is ready", lambda: answers(host, f"http://127.0.0.1:{path}"))
        time.sleep(2)

    def _own_cpu(self, clients):
        return self.programs.cpu_seconds() + sum(client.cpu_seconds() for client in clients)

    def pull_direct(self, wanted, connections=1):
        """What the same client takes straight from the registry, with nobody else there."""
        client = Client(self.direct, urls(self.registry.url, wanted), 0, connections)
        found = client.result()
        wrong = client.wrong()
        if wrong:
            raise RuntimeError(f"straight from the registry: {wrong[:3]}")
        return found

    def run(self, *lists, connections=1, arrivals=None, disturb=None):
        """All hosts pull: the same blobs, by their digests or as the paths of an image, or each host the list in its turn."""
        wanted = [lists[index % len(lists)] for index in range(len(self.hosts))]
        size = self.options.size
        rate = curl(self.direct, self.registry.url + blob_path(self.add(size)))
        self.registry.sent()
        arrivals = arrivals or [0] * len(self.hosts)
        start = time.monotonic() + 0.4 + 0.08 * len(self.hosts)
        address = f"http://127.0.0.1:{programs.PROXY_PORT}"
        clients = [Client(host, urls(address, mine), start + arrival, connections)
                   for host, mine, arrival in zip(self.hosts, wanted, arrivals)]
        time.sleep(max(0, start - time.monotonic()))
        cpu = {agent.process.pid: agent.cpu_seconds() for agent in self.agents}
        busy, total = machine_cpu()
        own = self._own_cpu(clients)
        gone = disturb(self, start) if disturb else []
        for index in gone:
            clients[index].kill()
        results = [None if index in gone else client.result() for index, client in enumerate(clients)]
        busy_now, total_now = machine_cpu()
        used = sum(max(0, agent.cpu_seconds() - cpu[agent.process.pid]) for agent in self.agents)
        foreign = max(0, busy_now - busy - (self._own_cpu(clients) - own))
        wrong = [wrong for client, found in zip(clients, results) if found for wrong in client.wrong()]
        got = [each for each in results if each]
        return Measured(
            size=size, rate=rate, arrivals=arrivals,
            each=[each and each["begin"] + each["seconds"] - start - arrival for each, arrival in zip(results, arrivals)],
            first=[each["first"] for each in got], stall=max(each["gap"] for each in got), wrong=wrong,
            agents_cpu=used, cpu_share=(busy_now - busy) / max(0.01, total_now - total),
            foreign_share=foreign / max(0.01, total_now - total), gets=self.registry.sent(), heads=self.registry.heads.count("blobs"),
            resident_mib=max(agent.resident_mib() for agent in self.agents), delivered=sum(each["bytes"] for each in got))


def urls(address, wanted):
    return [address + (each if each.startswith("/") else blob_path(each)) for each in wanted]


def bound(size, rate, downs, origin=None, wanted=None):
    """Least seconds until all hosts have what they want of the `size` bytes that the origin has; rates in bytes per second."""
    origin = origin or rate
    wanted = wanted or size
    return max(size / origin, wanted / min(downs), len(downs) * wanted / (origin + sum(downs)))


def worst_over_own(measured, downs, origin):
    """The worst host's time over its own bound: its link, and what the origin still has to send when it arrives."""
    return max(took / max(measured.size / down, measured.size / origin - arrival)
               for took, down, arrival in zip(measured.each, downs, measured.arrivals) if took is not None)


def row(scenario, measured, hosts, bars, unique=None, **figures):
    """`bars` are the greatest values that are good enough, by the name of the figure."""
    size = unique or measured.size
    found = {
        "scenario": scenario, "hosts": hosts, "bytes": size, "seconds": measured.last(), "curlMbit": measured.rate * 8 / 1e6,
        "originOverSize": sum(map(sum, measured.gets.values())) / size, "originRequests": sum(map(len, measured.gets.values())),
        "cpuSecondsPerGiB": measured.agents_cpu / (measured.delivered / GIB), "cpuShare": measured.cpu_share, "foreignShare": measured.foreign_share,
        "residentMiB": measured.resident_mib, "stallSeconds": measured.stall, "firstByteSeconds": statistics.median(measured.first),
        "each": measured.each, "wrong": measured.wrong, "bars": bars, **figures}
    found["missed"] = [name for name, limit in bars.items() if found[name] > limit]
    return found
