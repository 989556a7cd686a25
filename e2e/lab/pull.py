"""A client: pulls URLs and says in one line of JSON how it went; when its input ends, in a second one what was wrong with the bytes.

Usage: pull.py START CONNECTIONS URL…    START is a reading of the monotonic clock, which is the same in all namespaces.

Manifests come first, one after the other, as in any client: only they tell which blobs there are.
"""

import hashlib
import http.client
import json
import mmap
import queue
import sys
import threading
import time
import urllib.parse

# Small enough for a stall to show, large enough to cost little.
PIECE = 128 << 10
MANIFESTS = "/manifests/"
ACCEPT = "application/vnd.oci.image.manifest.v1+json"


class Answer:
    """One URL's bytes. They are kept and looked at when the measurement is over, so that hashing costs the measured programs nothing."""

    def __init__(self, url, connections):
        self.url = url
        parts = urllib.parse.urlsplit(url)
        connection = connections.get(parts.netloc) or http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
        connections[parts.netloc] = connection
        connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers={"Accept": ACCEPT} if MANIFESTS in url else {})
        answer = connection.getresponse()
        if answer.status != 200 or not answer.length:
            raise OSError(f"{answer.status} with Content-Length {answer.length} for {url}")
        self.body = mmap.mmap(-1, answer.length)
        room = memoryview(self.body)
        room[0:1] = answer.read(1)
        self.first = self.last = time.monotonic()
        self.gap = 0
        self.length = 1
        while count := answer.readinto(room[self.length:self.length + PIECE]):
            now = time.monotonic()
            self.gap = max(self.gap, now - self.last)
            self.last = now
            self.length += count

    def wrong(self):
        asked = self.url.rsplit(":", 1)[1]
        found = hashlib.sha256(self.body).hexdigest()
        return [] if found == asked else [f"sha256:{asked} came as {found}, {self.length} of {len(self.body)} bytes"]


def main():
    start, connections, urls = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    manifests, blobs = queue.SimpleQueue(), queue.SimpleQueue()
    for url in urls:
        (manifests if MANIFESTS in url else blobs).put(url)
    answers, failures = [], []
    time.sleep(max(0, start - time.monotonic()))
    begin = time.monotonic()

    def work(waiting):
        own = {}
        while True:
            try:
                answers.append(Answer(waiting.get_nowait(), own))
            except queue.Empty:
                return
            except (OSError, http.client.HTTPException) as failure:
                failures.append(str(failure))
                own.clear()

    work(manifests)
    threads = [threading.Thread(target=work, args=[blobs]) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({
        "begin": begin,
        "seconds": max((each.last for each in answers), default=begin) - begin,
        "first": min((each.first for each in answers), default=begin) - begin,
        "gap": max((each.gap for each in answers), default=0),
        "bytes": sum(each.length for each in answers),
    }), flush=True)
    sys.stdin.read()
    print(json.dumps(failures + [wrong for each in answers for wrong in each.wrong()]))


main()
