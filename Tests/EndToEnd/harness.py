# What the cases share: a temporary directory, child processes that are killed at the end, waiting with deadlines, the
# agent as a child, HTTP by hand, and a strict reader of the Prometheus text format.
# SPDX-License-Identifier: Apache-2.0
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# The system's Python: another one may stand where other users cannot reach it.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else shutil.which("python3")


class Skip(Exception):
    """The case cannot run here, and why."""


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def equal(found, wanted, what):
    check(found == wanted, f"{what}: {found!r}, wanted {wanted!r}")


def until(condition, what, seconds=10.0, every=0.05):
    """Waits for a condition; returns what it gave. The last reason for which it failed is in the message."""
    deadline = time.monotonic() + seconds
    while True:
        last = ""
        try:
            value = condition()
            if value:
                return value
        except (AssertionError, OSError, http.client.HTTPException) as error:
            last = f": {error}"
        check(time.monotonic() < deadline, f"not within {seconds:g} s: {what}{last}")
        time.sleep(every)


# Names that hold the ports which this process has chosen, until it ends.
held_ports = []


def free_port():
    """A port that nobody listens on and no other run chooses: outside of what the kernel gives to who connects, and held
    by a name of ours."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first, last = map(int, file.read().split())
    ports = range(10_000, first) or range(last + 1, 65_536)
    while True:
        port = random.choice(ports)
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0vitals-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            continue
        held_ports.append(name)
        return port


class Scrape:
    """One exposition in the text format, read strictly: a duplicate, an untyped or a torn line is an error."""

    SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)\Z')
    LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|\Z)')
    SUFFIXES = ("_bucket", "_sum", "_count")

    def __init__(self, text):
        check(text.endswith("\n"), "the exposition does not end with a line feed")
        self.samples, self.types = {}, {}
        for line in text[:-1].split("\n"):
            if line.startswith("# TYPE "):
                name, kind = line[7:].split(" ")
                check(name not in self.types, f"{name} has two TYPE lines")
                self.types[name] = kind
            elif not line.startswith("#"):
                self.read(line)

    def read(self, line):
        match = self.SAMPLE.match(line)
        check(match, f"no sample: {line!r}")
        name, text, value = match.groups()
        labels, at = {}, 0
        while text and at < len(text):
            pair = self.LABEL.match(text, at)
            check(pair and pair[1] not in labels, f"bad labels: {line!r}")
            labels[pair[1]] = re.sub(r'\\(.)', lambda escape: {"n": "\n"}.get(escape[1], escape[1]), pair[2])
            at = pair.end()
        family = next((name[: -len(end)] for end in self.SUFFIXES if name.endswith(end)), name)
        check(name in self.types or family in self.types, f"{name} has no TYPE")
        key = (name, frozenset(labels.items()))
        check(key not in self.samples, f"duplicate series: {line!r}")
        self.samples[key] = float(value)

    def all(self, name, **labels):
        """The samples of a name that have these labels: a list of (labels, value)."""
        wanted = set(labels.items())
        return [(dict(key), value) for (own, key), value in self.samples.items() if own == name and wanted <= key]

    def sum(self, name, **labels):
        return sum(value for _, value in self.all(name, **labels))

    def one(self, name, **labels):
        found = self.all(name, **labels)
        check(len(found) == 1, f"{len(found)} samples of {name} {labels}")
        return found[0][1]

    def requests(self, service):
        """(method, path, status) -> count, as ``load.Load`` keeps it."""
        return {
            (labels["method"], labels["path"], labels["status"]): int(value)
            for labels, value in self.all("http_requests_total", service=service)
        }


class Child:
    """A process with its stderr (and stdout) in files."""

    def __init__(self, room, arguments, **options):
        self.room = room
        stem = room.path("child")
        self.out_path, self.err_path = stem + ".out", stem + ".err"
        out, err = open(self.out_path, "wb"), open(self.err_path, "wb")
        self.process = subprocess.Popen(
            arguments, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=options.pop("stdout", out),
            stderr=options.pop("stderr", err), **options)
        out.close()
        err.close()
        self.pid = self.process.pid
        room.children.append(self)

    def text(self, path):
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")

    @property
    def out(self):
        return self.text(self.out_path)

    @property
    def err(self):
        return self.text(self.err_path)

    def alive(self):
        return self.process.poll() is None

    def end(self, number=signal.SIGTERM, seconds=10):
        """Ends it and returns its exit status."""
        if self.alive():
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise AssertionError(f"process {self.pid} did not end within {seconds} s") from None


class Agent(Child):
    """A running agent on a free port."""

    def __init__(self, room, *arguments, prefix=(), port=None, ready=True, **options):
        self.port = port or free_port()
        listen = [] if "--listen" in arguments else ["--listen", f"127.0.0.1:{self.port}"]
        super().__init__(room, [*prefix, room.vitals, *listen, *arguments], **options)
        if ready:
            until(self.is_ready, "the agent is ready", 15)

    def is_ready(self):
        if not self.alive():
            raise RuntimeError("the agent ended: " + self.err[-500:])
        return self.get("/readyz").status == 200

    def get(self, path, method="GET", timeout=5, **headers):
        """An answer with `status`, `headers`, `body` (bytes) and `text`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            answer.body = answer.read()
            answer.text = answer.body.decode("utf-8", "replace")
            return answer
        finally:
            connection.close()

    def scrape(self):
        answer = self.get("/metrics")
        equal(answer.status, 200, "status of /metrics")
        return Scrape(answer.body.decode("utf-8", "strict"))

    def tail(self, name):
        """A vitals_tail_* counter of its logs."""
        return int(self.scrape().sum(f"vitals_tail_{name}"))

    def events(self, message=None):
        """Its own log lines; each must be JSON."""
        lines = [line for line in self.err.split("\n") if line]
        events = [json.loads(line) for line in lines if not line.startswith("vitals: ")]
        return [event for event in events if message is None or event["message"] == message]

    def counted(self, service, wanted, seconds=15):
        """Waits until the requests of a service are exactly these."""
        wanted = dict(wanted)
        until(
            lambda: equal(self.scrape().requests(service), wanted, "http_requests_total") or True,
            f"requests of {service} are counted", seconds, 0.1)


class Service(Child):
    """The service under observation, listening on `port`."""

    def __init__(self, room, log, *arguments, prefix=()):
        ready = room.path("ready")
        command = [PYTHON, room.script("service.py"), "--log", log, "--ready", ready, *arguments]
        super().__init__(room, [*prefix, *command])
        self.port = int(until(lambda: open(ready).read(), "the service listens", 15))


class Writer:
    """Writes request lines to a file from a thread, and knows when it wrote how many."""

    def __init__(self, path, rate=400):
        self.path, self.rate = path, rate
        self.written, self.bytes = 0, 0
        self.moments = []
        self.lock = threading.Lock()
        self.open()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def open(self):
        self.file = open(self.path, "ab", buffering=0)

    def reopen(self):
        with self.lock:
            self.file.close()
            self.open()

    def line(self, number):
        fields = f'"duration_ms": 1.5, "status": 200, "event": "request_completed", "level": "info", "n": {number}'
        return ('{"method": "GET", "path": "/w", ' + fields + "}\n").encode()

    def write(self, count=1):
        for _ in range(count):
            with self.lock:
                line = self.line(self.written)
                self.file.write(line)
                self.written += 1
                self.bytes += len(line)
                self.moments.append(time.monotonic())

    def run(self):
        began, first = time.monotonic(), self.written
        while not self.stopped.is_set():
            due = int((time.monotonic() - began) * self.rate) - (self.written - first)
            self.write(max(0, due))
            self.stopped.wait(0.01)

    def start(self):
        self.stopped.clear()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def stop(self):
        self.stopped.set()
        self.thread.join(10)

    def after(self, count):
        """Waits until so many more lines were written."""
        goal = self.written + count
        until(lambda: self.written >= goal, f"{count} more lines are written", 30, 0.01)


class Room:
    """One case's place: a directory and the processes in it."""

    def __init__(self, vitals, prometheus):
        self.directory = tempfile.mkdtemp(prefix="vitals-e2e-")
        # Other users run programs from here in some cases.
        os.chmod(self.directory, 0o755)
        self.vitals, self.prometheus = vitals, prometheus
        self.children, self.mounts = [], []
        self.count = 0

    def path(self, stem):
        """A new path in the directory."""
        self.count += 1
        return os.path.join(self.directory, f"{stem}-{self.count}")

    def folder(self, mode=0o700, owner=None):
        path = self.path("dir")
        os.mkdir(path, mode)
        if owner is not None:
            os.chown(path, owner, owner)
        return path

    def script(self, name):
        """A script of this folder where every user can read it."""
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            shutil.copy(os.path.join(HERE, name), path)
            os.chmod(path, 0o644)
        return path

    def for_everybody(self):
        """Lets other users run the agent, wherever it was built."""
        path = os.path.join(self.directory, "vitals")
        shutil.copy(self.vitals, path)
        os.chmod(path, 0o755)
        self.vitals = path

    def close(self):
        for child in reversed(self.children):
            if child.alive():
                child.process.kill()
            child.process.wait(10)
        for mount in self.mounts:
            # Lazily: a file that is still open must not keep the disk mounted.
            subprocess.run(["umount", "--lazy", mount], check=False, capture_output=True)
        shutil.rmtree(self.directory, ignore_errors=True)


def needs(tool):
    """The path of a program, or a skipped case."""
    path = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    if not path:
        raise Skip(f"no {tool} here")
    return path


def needs_root():
    if os.geteuid() != 0:
        raise Skip("not root")
