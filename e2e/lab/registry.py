"""A real registry, Debian's docker-registry, over a folder that is filled before or while it runs."""

import hashlib
import os
import re

from programs import wait_until, answers

PORT = 5000
REPOSITORY = "lab"
CONFIG = """version: 0.1
log: {{level: info, formatter: text, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}}}
http: {{addr: "{address}:{port}"}}
"""
HEAD = re.compile(r'http\.request\.method=HEAD .*http\.request\.uri="?/v2/lab/(blobs|manifests)/')
SENT = re.compile(r'http\.request\.method=GET .*http\.request\.uri="?/v2/lab/blobs/(sha256:[0-9a-f]{64}).*http\.response\.written=(\d+)')


class Registry:
    def __init__(self, programs, host, name="registry"):
        """Registries of other names have the same content."""
        self.address = f"{host.address}:{PORT}"
        self.url = f"http://{self.address}"
        self._root = programs.folder / "registry"
        self._base = self._root / "docker/registry/v2"
        self._root.mkdir(exist_ok=True)
        config = programs.folder / f"{name}.yml"
        config.write_text(CONFIG.format(root=self._root, address=host.address, port=PORT))
        self._log = programs.start(host, name, f"docker-registry serve {config}").log
        self._read = 0
        self.heads = []
        wait_until("the registry answers", lambda: answers(host, f"{self.url}/v2/"))

    def add(self, size):
        """Puts random bytes into the registry and returns their digest."""
        new = self._root / "new"
        with open(new, "wb") as file:
            for begin in range(0, size, 1 << 20):
                file.write(os.urandom(min(1 << 20, size - begin)))
        return self.put(new)

    def put(self, file):
        """Moves a file into the registry and returns its digest."""
        with open(file, "rb") as content:
            hexes = hashlib.file_digest(content, "sha256").hexdigest()
        blob = self._base / "blobs/sha256" / hexes[:2] / hexes / "data"
        blob.parent.mkdir(parents=True, exist_ok=True)
        file.rename(blob)
        self._link("_layers/sha256", hexes)
        return f"sha256:{hexes}"

    def tag(self, name, digest):
        """Gives a name to a manifest that was put."""
        hexes = digest.removeprefix("sha256:")
        self._link("_manifests/revisions/sha256", hexes)
        self._link(f"_manifests/tags/{name}/index/sha256", hexes)
        self._link(f"_manifests/tags/{name}/current", hexes, "")

    def _link(self, folder, hexes, name=None):
        link = self._base / "repositories" / REPOSITORY / folder / (hexes if name is None else name) / "link"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.write_text(f"sha256:{hexes}")

    def sent(self):
        """Bytes of response bodies of each GET of a blob that ended since the last call, by digest; `heads` is what was asked for with HEAD."""
        with open(self._log, errors="replace") as log:
            log.seek(self._read)
            fresh = log.read()
            self._read = log.tell()
        self.heads = HEAD.findall(fresh)
        found = {}
        for digest, count in SENT.findall(fresh):
            found.setdefault(digest, []).append(int(count))
        return found


def blob_path(digest):
    return f"/v2/{REPOSITORY}/blobs/{digest}"


def manifest_path(digest):
    return f"/v2/{REPOSITORY}/manifests/{digest}"
