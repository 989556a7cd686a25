"""Pulls URLs with some connections at once and says in one line of JSON how it went. Usage: pull.py LANES URL…"""

import http.client
import json
import queue
import sys
import threading
import time
import urllib.parse


def fetch(url, connections, report):
    parts = urllib.parse.urlsplit(url)
    key = (parts.hostname, parts.port)
    connection = connections.get(key) or http.client.HTTPConnection(*key, timeout=600)
    connections[key] = connection
    connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""))
    answer = connection.getresponse()
    buffer = memoryview(bytearray(1 << 18))
    last = time.monotonic()
    gap = 0
    first = None
    length = 0
    while count := answer.readinto(buffer):
        now = time.monotonic()
        first = first or now
        gap = max(gap, now - last)
        last = now
        length += count
    report.append({"status": answer.status, "bytes": length, "first": first, "last": last, "gap": gap})


def main():
    lanes, urls = int(sys.argv[1]), sys.argv[2:]
    waiting = queue.SimpleQueue()
    for url in urls:
        waiting.put(url)
    report = []
    failures = []
    begin = time.monotonic()

    def work():
        connections = {}
        while True:
            try:
                url = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                fetch(url, connections, report)
            except OSError as failure:
                failures.append(str(failure))
                return

    threads = [threading.Thread(target=work) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({
        "begin": begin,
        "seconds": max((each["last"] for each in report), default=begin) - begin,
        "first": min((each["first"] for each in report if each["first"]), default=begin) - begin,
        "gap": max((each["gap"] for each in report), default=0),
        "bytes": sum(each["bytes"] for each in report),
        "wrong": failures + [each["status"] for each in report if each["status"] != 200],
    }))


main()
