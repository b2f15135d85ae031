# A load generator that keeps its own books: what it has asked and been answered is what the agent must have counted.
# SPDX-License-Identifier: Apache-2.0
import collections
import http.client
import re
import threading
import time

# What the service's log says of each kind of path, besides the request itself.
PATHS = ["/orders/17", "/orders/18?full=1", "/health", "/orders/300", "/fail", "/slow", "/nowhere"]


def template(path):
    """The route that the agent must make of a path."""
    return re.sub(r"/\d+", "/{id}", path.split("?")[0])


class Load:
    """So many workers ask in turn, paced to a rate when one is given, until stopped or done."""

    def __init__(self, port, workers=4, rate=None, requests=None, paths=PATHS):
        self.port, self.rate, self.paths = port, rate, paths
        self.left = requests
        self.requests = collections.Counter()
        self.cache = collections.Counter()
        self.levels = collections.Counter()
        self.times = []
        self.failures = []
        self.issued = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.began = time.monotonic()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(workers)]
        for thread in self.threads:
            thread.start()

    def next(self):
        with self.lock:
            if self.left is not None and self.issued >= self.left:
                return None
            number = self.issued
            self.issued += 1
        if self.rate:
            self.stopped.wait(max(0, self.began + number / self.rate - time.monotonic()))
        return None if self.stopped.is_set() else number

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while (number := self.next()) is not None:
            path = self.paths[number % len(self.paths)]
            method = "POST" if number % 5 == 4 else "GET"
            try:
                connection.request(method, path)
                answer = connection.getresponse()
                answer.read()
                self.count(method, path, answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                return
        connection.close()

    def count(self, method, path, status):
        with self.lock:
            self.requests[(method, template(path), str(status))] += 1
            self.times.append(time.time())
            self.levels["debug"] += 1
            self.levels["error" if status == 500 else "warning" if path == "/slow" else "info"] += 1
            if path.startswith("/orders/"):
                number = int(re.match(r"/orders/(\d+)", path)[1])
                self.cache["hit" if number % 3 == 0 else "miss"] += 1

    def stop(self):
        """Ends after the requests under way; every one has been answered then."""
        self.stopped.set()
        self.join()

    def join(self):
        for thread in self.threads:
            thread.join(120)
        if self.failures:
            raise AssertionError("the load failed: " + self.failures[0])

    def durations(self):
        """How many requests each method and template has."""
        sums = collections.Counter()
        for (method, path, _), count in self.requests.items():
            sums[(method, path)] += count
        return sums
