"""Images in eStargz for the laboratory: busybox, and files of random bytes that no compression makes smaller."""

import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

from registry import blob_path, manifest_path

APPLETS = ("cat", "sha256sum")
TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
# Of the config of an image of random bytes.
CONFIG_BYTES = 1 << 10


class Images:
    """Makes images and puts them into a registry."""

    def __init__(self, registry, folder, stargz):
        self._registry, self._folder, self._stargz = registry, pathlib.Path(folder), stargz
        self._busybox = self._layer(_busybox())
        self._made = 0

    def add(self, size, read):
        """An image of so many bytes, in whose middle a file of `read` bytes lies."""
        sizes = {"before": (size - read) // 2, "wanted": read, "after": (size - read) // 2}
        layer = self._layer((f"files/{name}", os.urandom(length)) for name, length in sizes.items())
        config = self._json({
            "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [each["diff"] for each in (self._busybox, layer)]}})
        manifest = self._json({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": {"mediaType": CONFIG, **config},
            "layers": [each["descriptor"] for each in (self._busybox, layer)]})
        self._made += 1
        self._registry.tag(str(self._made), manifest["digest"])
        return Image(str(self._made), layer["descriptor"]["digest"], layer["sums"]["files/wanted"])

    def _layer(self, files):
        sums = {}
        plain, converted = self._folder / "plain.tar", self._folder / "layer"
        with tarfile.open(plain, "w") as tar:
            for name, content in files:
                entry = tarfile.TarInfo(name)
                entry.mode = 0o755
                if isinstance(content, str):
                    entry.type, entry.linkname = tarfile.SYMTYPE, content
                else:
                    entry.size = len(content)
                    sums[name] = hashlib.sha256(content).hexdigest()
                tar.addfile(entry, io.BytesIO(b"" if isinstance(content, str) else content))
        printed = subprocess.run([self._stargz, "convert", "-stored", plain, converted], check=True, capture_output=True, text=True).stdout
        toc, diff = printed.split()
        size = converted.stat().st_size
        digest = self._registry.put(converted)
        plain.unlink()
        return {"diff": diff, "sums": sums,
                "descriptor": {"mediaType": LAYER, "digest": digest, "size": size, "annotations": {TOC_DIGEST: toc}}}

    def _json(self, document):
        file = self._folder / "document"
        file.write_text(json.dumps(document))
        size = file.stat().st_size
        return {"digest": self._registry.put(file), "size": size}


def plain(registry, folder, sizes):
    """An image whose layers are random bytes; the paths of its manifest, its config and its layers."""
    parts = [{"mediaType": kind, "size": size, "digest": registry.add(size)} for kind, size in [(CONFIG, CONFIG_BYTES), *((LAYER, size) for size in sizes)]]
    document = pathlib.Path(folder) / "manifest"
    document.write_text(json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": parts[0], "layers": parts[1:]}))
    manifest = registry.put(document)
    registry.tag(manifest[-8:], manifest)
    return [manifest_path(manifest), *(blob_path(part["digest"]) for part in parts)]


class Image:
    def __init__(self, tag, layer, wanted_sum):
        self.tag, self.layer, self.wanted_sum = tag, layer, wanted_sum


def _busybox():
    yield "bin/busybox", pathlib.Path(shutil.which("busybox") or "/bin/busybox").read_bytes()
    for applet in APPLETS:
        yield f"bin/{applet}", "busybox"
