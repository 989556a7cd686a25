"""Hosts as network namespaces, joined by bridges, each with its own upload and download rate."""

import os
import pathlib
import re
import signal
import subprocess

# Reserved for benchmarks (RFC 2544): nothing else on the machine uses these addresses, and here they exist in the namespaces only.
PREFIX = "198.18"
# Ethernet 14, IP 20, TCP with time stamps 32.
HEADERS = 66
MARK = "darter-lab-"


def congestion_controls():
    """TCP's congestion controls that hosts may use here, the machine's own first."""
    folder = pathlib.Path("/proc/sys/net/ipv4")
    own = (folder / "tcp_congestion_control").read_text().strip()
    allowed = (folder / "tcp_allowed_congestion_control").read_text().split()
    return [own, *(each for each in allowed if each != own)]


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Network:
    """All that it makes is named after this process, and gone after close(), with the programs that run in it."""

    def __init__(self, congestion):
        remove_namespaces(of_the_dead)
        self.congestion = congestion
        self.made = 0
        self.zones = []
        self.switch = self._namespace("switch")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        remove_namespaces(lambda process: process == os.getpid())

    def _namespace(self, name):
        namespace = f"{MARK}{os.getpid()}-{name}"
        self.made += 1
        run("ip", "netns", "add", namespace)
        run("ip", "-n", namespace, "link", "set", "lo", "up")
        run("ip", "netns", "exec", namespace, "sysctl", "-qw", f"net.ipv4.tcp_congestion_control={self.congestion}")
        return namespace

    def zone(self, name):
        """The name of a zone's bridge, which is made the first time that the zone is named."""
        if name not in self.zones:
            run("ip", "-n", self.switch, "link", "add", f"z-{name}", "type", "bridge")
            run("ip", "-n", self.switch, "link", "set", f"z-{name}", "up")
            self.zones.append(name)
        return f"z-{name}"

    def trunk(self, one, other, mbit):
        """A link between two zones, limited in each direction; the device that sends from the first to the second."""
        ends = (f"t-{one}", f"t-{other}")
        run("ip", "-n", self.switch, "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for end, zone in zip(ends, (one, other)):
            run("ip", "-n", self.switch, "link", "set", end, "master", self.zone(zone), "up")
            _limit(self.switch, end, mbit)
        return ends[0]

    def host(self, name, zone="a", mbit=0):
        """A host that sends and gets at this rate; 0 is no limit."""
        namespace = self._namespace(name)
        address = f"{PREFIX}.{self.made // 250}.{self.made % 250 + 1}"
        port = f"p-{name}"
        run("ip", "-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", self.switch)
        run("ip", "-n", namespace, "address", "add", f"{address}/15", "dev", "eth0")
        run("ip", "-n", namespace, "link", "set", "eth0", "up")
        _limit(namespace, "eth0", mbit)
        _limit(self.switch, port, mbit)
        host = Host(name, namespace, address, zone, self, port)
        host.plug()
        return host

    def sent_bytes(self, device):
        """Bytes that left through a device of the switch, without the headers of their packets."""
        folder = f"/sys/class/net/{device}/statistics"
        words = ["ip", "netns", "exec", self.switch, "cat", f"{folder}/tx_bytes", f"{folder}/tx_packets"]
        total, packets = map(int, subprocess.run(words, check=True, capture_output=True, text=True).stdout.split())
        return total - packets * HEADERS


class Host:
    def __init__(self, name, namespace, address, zone, network, port):
        self.name, self.namespace, self.address, self.zone = name, namespace, address, zone
        self._network, self._port = network, port

    def popen(self, words, **options):
        """Starts a program on this host; its process id is the program's own."""
        return subprocess.Popen(["ip", "netns", "exec", self.namespace, *words], **options)

    def plug(self):
        run("ip", "-n", self._network.switch, "link", "set", self._port, "master", self._network.zone(self.zone), "up")

    def unplug(self):
        """The link is silently down: no packet comes or goes, and nobody is told."""
        run("ip", "-n", self._network.switch, "link", "set", self._port, "nomaster")


def _limit(namespace, device, mbit):
    if mbit:
        # Four milliseconds at once: less keeps a busy machine from reaching the rate, more lets short transfers exceed it.
        burst = max(64 << 10, int(mbit * 1e6 / 8 * 0.004))
        run("tc", "-n", namespace, "qdisc", "add", "dev", device, "root", "tbf", "rate", f"{mbit}mbit", "burst", str(burst), "latency", "50ms")


def of_the_dead(process):
    return not pathlib.Path(f"/proc/{process}").exists()


def remove_namespaces(belongs):
    """Removes the namespaces of those laboratories to whose process id `belongs` says yes, and ends what runs in them."""
    listed = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    for namespace, process in re.findall(rf"^({MARK}(\d+)-\S+)", listed, re.MULTILINE):
        if belongs(int(process)):
            running = subprocess.run(["ip", "netns", "pids", namespace], check=False, capture_output=True, text=True).stdout
            for each in running.split():
                try:
                    os.kill(int(each), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", namespace], check=False)
