"""Hosts as network namespaces, joined by bridges, each with its own upload and download rate."""

import os
import subprocess

# Reserved for benchmarks (RFC 2544): nothing else on the machine uses these addresses.
PREFIX = "198.18"


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Network:
    """All that it makes is named after this process, and gone after close()."""

    def __init__(self):
        self.tag = f"dlab{os.getpid()}"
        self.namespaces = []
        self.switch = self._namespace("switch")
        self.zones = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _namespace(self, name):
        namespace = f"{self.tag}-{name}"
        run("ip", "netns", "add", namespace)
        self.namespaces.append(namespace)
        run("ip", "-n", namespace, "link", "set", "lo", "up")
        return namespace

    def zone(self, name):
        """A bridge; the first time that it is named."""
        if name not in self.zones:
            run("ip", "-n", self.switch, "link", "add", f"z-{name}", "type", "bridge")
            run("ip", "-n", self.switch, "link", "set", f"z-{name}", "up")
            self.zones.append(name)
        return f"z-{name}"

    def trunk(self, one, other, mbit):
        """A link between two zones, limited in each direction."""
        ends = (f"t-{one}", f"t-{other}")
        run("ip", "-n", self.switch, "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for end, zone in zip(ends, (one, other)):
            run("ip", "-n", self.switch, "link", "set", end, "master", self.zone(zone), "up")
            self._limit(self.switch, end, mbit)
        return ends

    def host(self, name, zone="a", up_mbit=0, down_mbit=0):
        """A host; a rate of 0 is no limit."""
        namespace = self._namespace(name)
        number = len(self.namespaces)
        address = f"{PREFIX}.{number // 250}.{number % 250 + 1}"
        port = f"p{number}"
        run("ip", "-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", self.switch)
        run("ip", "-n", self.switch, "link", "set", port, "master", self.zone(zone), "up")
        run("ip", "-n", namespace, "address", "add", f"{address}/15", "dev", "eth0")
        run("ip", "-n", namespace, "link", "set", "eth0", "up")
        self._limit(namespace, "eth0", up_mbit)
        self._limit(self.switch, port, down_mbit)
        return Host(name, namespace, address, zone, self.switch, port)

    @staticmethod
    def _limit(namespace, device, mbit):
        if mbit:
            # Four milliseconds at once: less keeps a busy machine from reaching the rate, more lets short transfers exceed it.
            burst = max(64 << 10, int(mbit * 1e6 / 8 * 0.004))
            run("tc", "-n", namespace, "qdisc", "add", "dev", device, "root", "tbf", "rate", f"{mbit}mbit", "burst", str(burst),
                "latency", "50ms")

    def sent_bytes(self, device):
        """Bytes of frames that left a port of the switch."""
        path = f"/sys/class/net/{device}/statistics/tx_bytes"
        found = subprocess.run(["ip", "netns", "exec", self.switch, "cat", path], check=True, capture_output=True, text=True)
        return int(found.stdout)

    def close(self):
        for namespace in reversed(self.namespaces):
            subprocess.run(["ip", "netns", "del", namespace], check=False)
        self.namespaces.clear()


class Host:
    def __init__(self, name, namespace, address, zone, switch, port):
        self.name, self.namespace, self.address, self.zone = name, namespace, address, zone
        self._switch, self._port = switch, port

    def popen(self, words, **options):
        """Starts a program on this host; its process id is the program's own."""
        return subprocess.Popen(["ip", "netns", "exec", self.namespace, *words], **options)

    def unplug(self):
        """The link is silently down: no packet comes or goes, and nobody is told."""
        run("ip", "-n", self._switch, "link", "set", self._port, "nomaster")
