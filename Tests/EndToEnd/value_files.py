# Value files between Python's prometheus_client and VitalsMetrics, both ways: a service that forks workers before it
# serves, workers that are killed, ids that come again, a crash of our writer; and how long each side takes to collect
# 1,000 files.
#
#     python3 Tests/EndToEnd/value_files.py --tool .build/release/vitals-values [--only PART]
#
# Needs prometheus_client in the Python that runs it; with gunicorn installed the service is a real one.
# SPDX-License-Identifier: Apache-2.0
import argparse
import collections
import http.client
import importlib.util
import math
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Scrape, check, equal, free_port, until  # noqa: E402

SERVICE = '''
import os, time
from prometheus_client import Counter, Gauge, Histogram, Summary
requests = Counter("http_requests", "Requests, \\"all\\" of \\u00fc.", ["path"])
work = Counter("work_seconds", "Work.")
took = Histogram("took_seconds", "Time.", ["path"])
size = Summary("size_bytes", "Size.")
gauges = {mode: Gauge("gauge_" + mode, mode, ["a"], multiprocess_mode=mode) for mode in (
    "all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent")}

def serve(number):
    requests.labels("/%d" % (number % 5)).inc()
    requests.labels('quote " back \\\\ line \\n end').inc(0.1)
    work.inc(0.1 * number)
    took.labels("/").observe(number % 13)
    size.observe(number)
    for gauge in gauges.values():
        gauge.labels("x").set(number * 31 % 17)

def app(environ, start):
    serve(int(environ["QUERY_STRING"] or 1))
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
'''


class Tool:
    """Our reader as a process: one exposition for each line."""

    def __init__(self, path, directory, liveness="proven"):
        self.process = subprocess.Popen(
            [path, "read", directory, liveness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def scrape(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline()).strip():
            lines.append(line)
        return Scrape("".join(lines))

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


def theirs(directory):
    """What prometheus_client's own collector gives, in the form of a Scrape's samples."""
    code = (
        "import sys; from prometheus_client import CollectorRegistry, multiprocess, generate_latest;"
        "r = CollectorRegistry(); multiprocess.MultiProcessCollector(r, sys.argv[1]);"
        "sys.stdout.buffer.write(generate_latest(r))")
    text = subprocess.run([sys.executable, "-c", code, directory], check=True, capture_output=True).stdout.decode()
    return Scrape(text).samples


def compare(ours, wanted, what):
    own = {key: value for key, value in ours.samples.items() if not key[0].startswith("vitals_value_files")}
    missing = [key for key in wanted if key not in own]
    further = [key for key in own if key not in wanted]
    check(not missing and not further, f"{what}: missing {missing[:5]}, further {further[:5]}")
    for key, value in wanted.items():
        same = math.isclose(own[key], value, rel_tol=1e-12) or own[key] == value
        check(same, f"{what}: {key} is {own[key]!r}, theirs {value!r}")


def without_live_of_ended(directory, running):
    """A copy of the directory as it is after mark_process_dead for each worker that has ended."""
    copy = tempfile.mkdtemp()
    for name in os.listdir(directory):
        parts = name[:-3].split("_")
        if not (parts[0] == "gauge" and parts[1].startswith("live") and int(parts[2]) not in running):
            shutil.copy(os.path.join(directory, name), copy)
    return copy


def compare_as_if_marked(tool, directory, running, what):
    copy = without_live_of_ended(directory, running)
    try:
        compare(tool.scrape(), theirs(copy), what)
    finally:
        shutil.rmtree(copy)


class Forked:
    """A service of plain forked workers, each told by a pipe what to serve."""

    def __init__(self, directory, source):
        self.workers = {}
        self.directory, self.source = directory, source

    def fork(self):
        read, write = os.pipe()
        answer, done = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(write)
            os.close(answer)
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = self.directory
            room = {}
            exec(self.source, room)
            while line := os.read(read, 4):
                room["serve"](int(line))
                os.write(done, b".")
            os._exit(0)
        os.close(read)
        os.close(done)
        self.workers[pid] = (write, answer)
        return pid

    def serve(self, pid, number):
        write, answer = self.workers[pid]
        os.write(write, b"%4d" % number)
        equal(os.read(answer, 1), b".", "the worker's answer")

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for end in self.workers.pop(pid):
            os.close(end)


def monotonic(before, after, what):
    for key, value in before.samples.items():
        if key[0].endswith(("_total", "_count", "_bucket")) or key[0] in ("took_seconds_sum", "size_bytes_sum"):
            check(after.samples.get(key, -1) >= value, f"{what}: {key} went back from {value!r}")


def case_forked(path, directory):
    service = Forked(directory, SERVICE)
    tool = Tool(path, directory)
    for number in range(4):
        pid = service.fork()
        service.serve(pid, number + 3)
    before = tool.scrape()
    compare(before, theirs(directory), "four workers")
    for round_ in range(6):
        for pid in list(service.workers):
            service.serve(pid, round_ * 7 % 11)
        victim = sorted(service.workers)[round_ % 4]
        service.kill(victim)
        after = tool.scrape()
        monotonic(before, after, "a worker was killed")
        compare_as_if_marked(tool, directory, set(service.workers), f"round {round_}")
        check(after.one("vitals_value_files", state="ended") > 0, "no worker counts as ended")
        before = after
        service.serve(service.fork(), round_ + 1)
    running = list(service.workers)
    read = tool.scrape().one("vitals_value_files_read_total")
    each = tool.scrape().one("vitals_value_files_read_total") - read
    files = 13 * len(running)
    check(each <= files + 16, f"a collection reads {each} files; the running workers have {files}")
    for pid in running:
        service.kill(pid)
    compare_as_if_marked(tool, directory, set(), "all are dead")
    # An ended worker's file is written once more, as when its id comes again and goes between two collections.
    victim = running[0]
    code = (
        "import os, sys; from prometheus_client import values; values.ValueClass = values.MultiProcessValue("
        "lambda: int(sys.argv[1])); from prometheus_client import metrics; metrics.values.ValueClass = values.ValueClass;"
        "exec(sys.argv[2]); serve(4)")
    environment = dict(os.environ, PROMETHEUS_MULTIPROC_DIR=directory)
    subprocess.run([sys.executable, "-c", code, str(victim), SERVICE], check=True, env=environment)
    copy = without_live_of_ended(directory, set())
    until(lambda: compare(tool.scrape(), theirs(copy), "the id came again") is None, "the file was read again", 5)
    shutil.rmtree(copy)
    tool.close()


def open_files(process, directory):
    """How many files of the directory a process has open."""
    room = f"/proc/{process.pid}/fd"
    links = []
    for name in os.listdir(room):
        try:
            links.append(os.readlink(os.path.join(room, name)))
        except FileNotFoundError:
            pass
    return sum(link.startswith(os.path.realpath(directory) + "/") for link in links)


def case_descriptors(path, directory):
    """Files of running workers stay open as far as the process may have descriptors; those of ended ones do not."""
    service = Forked(directory, SERVICE)
    for number in range(4):
        service.serve(service.fork(), number + 3)
    files = len(os.listdir(directory))
    tool = Tool(path, directory)
    for _ in range(2):
        compare(tool.scrape(), theirs(directory), "with descriptors")
    equal(open_files(tool.process, directory), files, "files kept open")
    service.kill(next(iter(service.workers)))
    compare_as_if_marked(tool, directory, set(service.workers), "a worker was killed")
    equal(open_files(tool.process, directory), files * 3 // 4, "files kept open of three workers")
    # A process that may open no more gives back what it kept, and goes on.
    for limit in (12, 5):
        resource.prlimit(tool.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        for pid in service.workers:
            service.serve(pid, limit)
        compare_as_if_marked(tool, directory, set(service.workers), f"with {limit} descriptors")
        kept = open_files(tool.process, directory)
        check(kept <= limit // 4, f"{kept} files stay open of {limit} descriptors")
    tool.close()
    for pid in list(service.workers):
        service.kill(pid)


def get(port, number):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", f"/?{number}")
    pid = int(connection.getresponse().read())
    connection.close()
    return pid


def case_gunicorn(path, directory):
    if not importlib.util.find_spec("gunicorn"):
        print("skip gunicorn: it is not installed")
        return
    room, port = tempfile.mkdtemp(), free_port()
    with open(os.path.join(room, "service.py"), "w") as file:
        file.write(SERVICE)
    master = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-w", "4", "-b", f"127.0.0.1:{port}", "service:app"], cwd=room,
        env=dict(os.environ, PROMETHEUS_MULTIPROC_DIR=directory), stderr=subprocess.DEVNULL)
    tool = Tool(path, directory)
    try:
        until(lambda: get(port, 1), "gunicorn answers", 20)
        killed = set()
        before = tool.scrape()
        for round_ in range(5):
            pids = collections.Counter(get(port, number) for number in range(40))
            victim = next(iter(pids))
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
            until(lambda: not os.path.exists(f"/proc/{victim}"), "the worker is gone")
            after = tool.scrape()
            monotonic(before, after, "a worker was killed")
            check(after.sum("http_requests_total") >= 40 * (round_ + 1), "requests are missing")
            before = after

        def same():
            files = {int(name[:-3].rsplit("_", 1)[1]) for name in os.listdir(directory)}
            return compare_as_if_marked(tool, directory, files - killed, "gunicorn") is None

        until(same, "the workers that were started last have written", 10)
    finally:
        master.terminate()
        master.wait(20)
        tool.close()
        shutil.rmtree(room)


def case_writer(path, directory):
    def start():
        return subprocess.Popen([path, "write", directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(writer, *lines):
        for line in lines:
            writer.stdin.write(line + "\n")
            writer.stdin.flush()
            equal(writer.stdout.readline().strip(), line, "the writer's answer")

    first, second = start(), start()
    say(first, "a", "a", "flush")
    say(second, "a", "b", "flush")
    found = theirs(directory)
    expected = {"a": 3.0, "b": 1.0, "flush": 2.0}
    for line, count in expected.items():
        equal(found[("requests_total", frozenset({("path", '/ä"\\\n' + line)}))], count, "requests of " + line)
    labels = {("a", "y"), ("b", "x")}
    for bound, count in (("0.5", 6.0), ("10.0", 6.0), ("1e+06", 12.0), ("+Inf", 18.0)):
        equal(found[("size_bytes_bucket", frozenset(labels | {("le", bound)}))], count, "bucket " + bound)
    equal(found[("peak", frozenset())], 6.0, "the greatest peak")
    check(math.isclose(found[("work_seconds_total", frozenset())], 0.6), "fractions are missing")
    for process in (first, second):
        equal(found[("level", frozenset({("pid", str(process.pid))}))], 17.0, "the level of each")
    # A crash: what the thread in the background has written stays.
    say(first, "late")
    late = ("requests_total", frozenset({("path", '/ä"\\\nlate')}))
    until(lambda: theirs(directory).get(late) == 1.0, "the thread in the background has written", 10)
    first.kill()
    first.wait()
    second.stdin.write("stop\n")
    second.stdin.flush()
    equal(second.wait(10), 0, "the writer's end")
    found = theirs(directory)
    equal(found[late], 1.0, "what was counted before the crash")
    tool = Tool(path, directory)
    compare(tool.scrape(), found, "our reader, our writer")
    tool.close()


def case_full(path, directory):
    """A file that can grow no more, as on a full disk: its entries go on, the other files too, and no reader fails."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, 64 << 10))

    writer = subprocess.Popen(
        [path, "write", directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, restore_signals=False,
        preexec_fn=limit)
    lines = 1000
    tool = Tool(path, directory)

    def say(*said):
        for line in said:
            writer.stdin.write(line + "\n")
            writer.stdin.flush()
            equal(writer.stdout.readline().strip(), line, "the writer's answer")

    def written(requests, sizes):
        found = theirs(directory)
        return found.get(("requests_total", frozenset({("path", '/ä"\\\na')}))) == requests and found.get(
            ("size_bytes_count", frozenset({("a", "y"), ("b", "x")}))) == sizes

    try:
        say("a")
        until(lambda: written(1, 3), "the first line is written", 5)
        say(*[f"label {number}" for number in range(lines)], "a")
        until(lambda: written(2, 3 * lines + 6), "what has its place is written", 5)
        check(sum(key[0] == "requests_total" for key in theirs(directory)) < lines, "the file was not full")
        compare(tool.scrape(), theirs(directory), "a full file")
    finally:
        writer.kill()
        writer.wait()
        tool.close()


FILL = '''
import sys
from prometheus_client import values, metrics, CollectorRegistry, Counter, Gauge, Histogram, Summary
for worker in range(250):
    metrics.values.ValueClass = values.MultiProcessValue(lambda: 3000000 + worker)
    r = CollectorRegistry()
    c = Counter("http_requests", "Requests.", ["method", "path", "status"], registry=r)
    h = Histogram("http_request_duration_seconds", "Time.", ["method", "path"], registry=r)
    g = Gauge("in_progress", "In progress.", ["path"], registry=r, multiprocess_mode="sum")
    s = Summary("payload_bytes", "Size.", ["path"], registry=r)
    for i in range(25):
        for method in ("GET", "POST"):
            for status in ("200", "500"):
                c.labels(method, f"/api/v1/items/{i}", status).inc(i + worker % 7)
        if i < 6:
            h.labels("GET", f"/api/v1/items/{i}").observe(0.01 * i)
        for k in range(4):
            g.labels(f"/api/v1/items/{i}/{k}").set(i)
        for k in range(2):
            s.labels(f"/api/v1/items/{i}/{k}").observe(10.5)
'''

TIME = '''
import sys, time
from prometheus_client import CollectorRegistry, multiprocess, generate_latest
r = CollectorRegistry()
multiprocess.MultiProcessCollector(r, sys.argv[1])
for _ in range(5):
    began = time.process_time()
    generate_latest(r)
    print((time.process_time() - began) * 1e3)
'''


def case_speed(path, directory):
    """1,000 files of about 100 entries each, as in the report that prometheus_client's collector is slow (its #367). In CPU
    time, system calls included: the machine may have other work."""
    environment = dict(os.environ, PROMETHEUS_MULTIPROC_DIR=directory)
    subprocess.run([sys.executable, "-c", FILL], check=True, env=environment)
    equal(len(os.listdir(directory)), 1000, "files")
    tool = Tool(path, directory)
    for _ in range(2):
        compare(tool.scrape(), theirs(directory), "1,000 files")
    tool.close()
    # A service's own limit, under which all files stay open, and the usual one, under which a quarter of it does.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    cases = [("proven", "all running", 4096), ("proven", "all running, limit of 1,024 descriptors", 1024),
             ("pids", "all ended", 1024)]
    factors = {}
    for _ in range(5):
        # One after the other, so that both sides meet the same machine.
        output = subprocess.run([sys.executable, "-c", TIME, directory], check=True, capture_output=True, text=True)
        them = statistics.median(float(line) for line in output.stdout.split())
        for liveness, name, limit in cases:
            soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            output = subprocess.run(
                [path, "time", directory, liveness], check=True, capture_output=True, text=True,
                preexec_fn=lambda soft=soft: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))
            first, later, _ = (float(word) for word in output.stdout.split())
            for what, ours in ((name, later), ("first collection", first)):
                factors.setdefault(what, []).append((them / ours, them, ours))
    for what, rounds in factors.items():
        factor, them, ours = (statistics.median(column) for column in zip(*rounds))
        print(f"{what}: {factor:.0f} times as fast ({min(rounds)[0]:.0f} to {max(rounds)[0]:.0f}), "
              f"{ours:.1f} ms of CPU, prometheus_client {them:.0f}")
    for what, least in LEAST.items():
        factor = statistics.median(row[0] for row in factors[what])
        check(factor > least, f"{what}: {factor:.0f} times as fast, not {least}")


# How many times as fast as prometheus_client a collection is at the least, on a machine that has other work.
LEAST = {"first collection": 15, "all running": 40, "all running, limit of 1,024 descriptors": 25, "all ended": 90}


CASES = {
    "forked": case_forked, "descriptors": case_descriptors, "gunicorn": case_gunicorn, "writer": case_writer,
    "full": case_full, "speed": case_speed,
}


def main():
    parser = argparse.ArgumentParser(description="value files, against prometheus_client")
    parser.add_argument("--tool", required=True, help="the built vitals-values")
    parser.add_argument("--only", help="run this case")
    options = parser.parse_args()
    failed = 0
    for name, case in CASES.items():
        if options.only not in (None, name):
            continue
        base = "/dev/shm" if name == "speed" and os.access("/dev/shm", os.W_OK) else None
        directory = tempfile.mkdtemp(dir=base)
        try:
            case(os.path.abspath(options.tool), directory)
            print(f"ok {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL {name}: {str(error) or repr(error)}", flush=True)
        finally:
            shutil.rmtree(directory)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
