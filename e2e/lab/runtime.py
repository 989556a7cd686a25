"""A containerd with a stargz-snapshotter on a host: how they are started, and a container that starts before its image has arrived."""

import glob
import json
import os
import pathlib
import re
import select
import subprocess
import sys

from network import MARK
from programs import PULL_SECONDS, wait_until

CLIENT = pathlib.Path(__file__).with_name("start.py")
CGROUPS = "/sys/fs/cgroup"

STARGZ = """no_background_fetch = true
no_prometheus = true
"""
MIRROR = """[[resolver.host."{name}".mirrors]]
  host = "{address}"
  insecure = true
"""
# What would put files into folders of the whole machine, or isn't used.
CONTAINERD = """version = 2
root = "{folder}/containerd"
state = "{folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri", "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images",
    "io.containerd.cri.v1.runtime"]
[grpc]
  address = "{folder}/sock"
[proxy_plugins.stargz]
  type = "snapshot"
  address = "{folder}/stargz.sock"
"""
# Shims put their sockets there, whatever folder containerd is given, and one that is killed leaves them.
OWN_RUN = 'mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd && exec "$@"'
HOSTS = """server = "http://127.0.0.1:9"
[host."http://{address}"]
  capabilities = ["pull", "resolve"]
"""


class Runtime:
    """Lives in a mount namespace of its own: what it mounts is gone with its processes."""

    def __init__(self, programs, host, containerd, stargz, mirrors):
        """`mirrors`: where images of a registry are read, by the registry's name."""
        self.name, self._host, self._containerd, self._stargz = host.name, host, pathlib.Path(containerd), stargz
        self.folder = programs.folder / f"{host.name}-run"
        self.folder.mkdir()
        (self.folder / "stargz.toml").write_text(STARGZ + "".join(MIRROR.format(name=name, address=to) for name, to in mirrors.items()))
        (self.folder / "containerd.toml").write_text(CONTAINERD.format(folder=self.folder))
        for name, address in mirrors.items():
            hosts = self.folder / "hosts" / name
            hosts.mkdir(parents=True)
            (hosts / "hosts.toml").write_text(HOSTS.format(address=address))
        command = f"{stargz} snapshotter --socket {self.folder}/stargz.sock --root {self.folder}/stargz --config {self.folder}/stargz.toml"
        # Not with "ip netns exec", which puts another /sys in front of the control groups.
        self._enter = ["nsenter", f"--net=/run/netns/{host.namespace}", "unshare", "--mount", "--propagation", "slave", "sh", "-c", OWN_RUN, "sh"]
        snapshotter = programs.start(self, f"{host.name}-stargz", command)
        wait_until("the snapshotter listens", (self.folder / "stargz.sock").exists)
        self._enter = ["nsenter", "--net", "--mount", f"--target={snapshotter.process.pid}"]
        # It runs the shim that it finds on the path.
        path = f"{containerd}:{os.environ['PATH']}"
        programs.start(self, f"{host.name}-containerd", f"env PATH={path} {containerd}/containerd --config {self.folder}/containerd.toml")
        wait_until("containerd answers", lambda: self.popen(self._ctr("version"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait() == 0)

    def popen(self, words, **options):
        return subprocess.Popen([*self._enter, *words], **options)

    def _ctr(self, *words):
        return [f"{self._containerd}/ctr", "--address", f"{self.folder}/sock", *words]

    def start(self, reference, command, start, whole):
        """Runs a container of an image whose layers stay where they are, or all of which is pulled and unpacked before."""
        folders = ["--hosts-dir", f"{self.folder}/hosts"]
        if whole:
            return self._started(reference, command, start, self._ctr("image", "pull", *folders, "--snapshotter", "overlayfs", reference), "overlayfs")
        pull = [self._stargz, "pull", "--address", f"{self.folder}/sock", *folders, reference]
        return self._started(reference, command, start, pull, "stargz")

    def _started(self, reference, command, start, pull, snapshotter):
        # In the host's network, so that whatever is left of it is found there.
        run = self._ctr("run", "--rm", "--net-host", "--runc-root", f"{self.folder}/runc", "--snapshotter", snapshotter, "--cgroup", f"/{MARK}{os.getpid()}/{self.name}",
                        reference, f"{MARK}{os.getpid()}-{self.name}", *command)
        words = [sys.executable, str(CLIENT), str(start), json.dumps([pull, run])]
        return Start(self.popen(words, stdout=subprocess.PIPE))


class Start:
    """A container that is being started; see start.py."""

    def __init__(self, process):
        self._process = process

    def result(self):
        if not select.select([self._process.stdout], [], [], PULL_SECONDS)[0]:
            self._process.kill()
            raise TimeoutError(f"a container did not print within {PULL_SECONDS} s")
        line = self._process.stdout.readline()
        if self._process.wait() or not line:
            raise RuntimeError(f"a container's start ended with {self._process.returncode}")
        return json.loads(line)


def remove_cgroups(belongs):
    """Removes the control groups of those laboratories to whose process id `belongs` says yes."""
    for group in glob.glob(f"{CGROUPS}/{MARK}*") + glob.glob(f"{CGROUPS}/*/{MARK}*"):
        if belongs(int(re.sub(r"\D", "", os.path.basename(group)) or 0)):
            for folder, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    # Still in use, or gone already.
                    continue
