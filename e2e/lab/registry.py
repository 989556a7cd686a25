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
SENT = re.compile(r'http\.request\.method=GET .*http\.request\.uri="?/v2/lab/blobs/(sha256:[0-9a-f]{64}).*http\.response\.written=(\d+)')


class Registry:
    def __init__(self, programs, host):
        self.host = host
        self.url = f"http://{host.address}:{PORT}"
        self._root = programs.folder / "registry"
        self._root.mkdir()
        config = programs.folder / "registry.yml"
        config.write_text(CONFIG.format(root=self._root, address=host.address, port=PORT))
        self._log = programs.start(host, "registry", f"docker-registry serve {config}").log
        self._read = 0
        wait_until("the registry answers", lambda: answers(host, f"{self.url}/v2/"))

    def add(self, size):
        """Puts random bytes into the registry and returns their digest."""
        new = self._root / "new"
        digest = hashlib.sha256()
        with open(new, "wb") as file:
            for begin in range(0, size, 1 << 20):
                part = os.urandom(min(1 << 20, size - begin))
                digest.update(part)
                file.write(part)
        hexes = digest.hexdigest()
        base = self._root / "docker/registry/v2"
        blob = base / "blobs/sha256" / hexes[:2] / hexes / "data"
        link = base / "repositories" / REPOSITORY / "_layers/sha256" / hexes / "link"
        for path in (blob, link):
            path.parent.mkdir(parents=True, exist_ok=True)
        new.rename(blob)
        link.write_text(f"sha256:{hexes}")
        return f"sha256:{hexes}"

    def sent(self):
        """Bytes of response bodies of each GET of a blob that ended since the last call, by digest."""
        with open(self._log, errors="replace") as log:
            log.seek(self._read)
            fresh = log.read()
            self._read = log.tell()
        found = {}
        for digest, count in SENT.findall(fresh):
            found.setdefault(digest, []).append(int(count))
        return found


def blob_path(digest):
    return f"/v2/{REPOSITORY}/blobs/{digest}"
