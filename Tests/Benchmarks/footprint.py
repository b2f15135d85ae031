#!/usr/bin/env python3
"""What the agent costs the machine it runs on: memory after start and after a while, CPU per tick and per scrape, and
the size of the binary. CPU time is the kernel's own count in nanoseconds (/proc/PID/task/*/schedstat), so it includes
the helper threads and needs no quiet machine; memory is VmRSS. With --peer another exporter is scraped in the same run,
turn by turn with the agent, and the ratio is printed.

    swift build -c release
    python3 Tests/Benchmarks/footprint.py --vitals .build/release/vitals --minutes 10
"""

import argparse
import http.client
import os
import platform
import socket
import statistics
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def resident_kib(pid):
    figures = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("VmRSS", "RssAnon"):
                figures[name] = int(rest.split()[0])
    return figures["VmRSS"], figures["RssAnon"]


class Target:
    """A running exporter and one connection to it."""

    def __init__(self, command, port, timeout=10):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        deadline = time.monotonic() + 3 * timeout
        while True:
            try:
                self.get("/metrics")
                return
            except OSError:
                self.connection.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command[0]} does not serve")
                time.sleep(0.05)

    def get(self, path):
        try:
            self.connection.request("GET", path)
            return self.connection.getresponse().read()
        except http.client.RemoteDisconnected:
            # Exporters close a connection that was idle for a while.
            self.connection.close()
            self.connection.request("GET", path)
            return self.connection.getresponse().read()

    def samples(self):
        return sum(1 for line in self.get("/metrics").splitlines() if line and not line.startswith(b"#"))

    def metric(self, name):
        for line in self.get("/metrics").decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        raise SystemExit(f"no {name} in the exposition")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def scrape_cost(targets, scrapes, rounds=9):
    """Median CPU milliseconds of one scrape for each target; the targets take turns, their own ticks are taken off."""
    costs = [[] for _ in targets]
    for _ in range(rounds):
        for target, out in zip(targets, costs):
            idle_begin, begin = cpu_seconds(target.pid), time.monotonic()
            time.sleep(1)
            idle = (cpu_seconds(target.pid) - idle_begin) / (time.monotonic() - begin)
            start, begin = cpu_seconds(target.pid), time.monotonic()
            for _ in range(scrapes):
                target.get("/metrics")
            spent = cpu_seconds(target.pid) - start - idle * (time.monotonic() - begin)
            out.append(max(0, spent) / scrapes * 1e3)
    return [statistics.median(out) for out in costs]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vitals", required=True, help="the release binary")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--scrapes", type=int, default=50, help="scrapes in a round of the cost per scrape")
    parser.add_argument("--peer", help="another exporter, such as node_exporter's binary")
    options = parser.parse_args()

    folder = tempfile.TemporaryDirectory()
    log = os.path.join(folder.name, "api.json")
    port = free_port()
    agent = Target(
        [options.vitals, "--listen", f"127.0.0.1:{port}", "--log", f"api={log}", "--watch", f"api=pid:{os.getpid()}"],
        port,
    )
    time.sleep(2)
    print(f"machine: {os.cpu_count()} cores, Linux {platform.release()}, {time.strftime('%Y-%m-%d')}")
    print(f"binary: {os.path.getsize(options.vitals) / 1e6:.1f} MB")
    resident, anonymous = resident_kib(agent.pid)
    print(f"resident after start: {resident / 1024:.1f} MiB, of it {anonymous / 1024:.1f} anonymous")

    # Ten requests a second stand in the log, so that the tail has work.
    ticks, cpu, end = agent.metric("vitals_ticks_total"), cpu_seconds(agent.pid), time.monotonic() + options.minutes * 60
    with open(log, "a", buffering=1) as file:
        number = 0
        while time.monotonic() < end:
            number += 1
            file.write('{"event":"request","level":"info","method":"GET","path":"/orders/%d","status":200,'
                       '"duration_ms":12.5}\n' % number)
            time.sleep(0.1)
    spent = cpu_seconds(agent.pid) - cpu
    ticks = agent.metric("vitals_ticks_total") - ticks
    resident, anonymous = resident_kib(agent.pid)
    print(f"resident after {options.minutes:g} minutes: {resident / 1024:.1f} MiB, of it {anonymous / 1024:.1f} anonymous")
    print(f"CPU per tick, log reading included: {spent / ticks * 1e3:.2f} ms ({spent / ticks:.2%} of a core)")

    targets = [agent]
    if options.peer:
        peer_port = free_port()
        targets.append(Target([options.peer, f"--web.listen-address=127.0.0.1:{peer_port}"], peer_port))
    costs = scrape_cost(targets, options.scrapes)
    print(f"CPU per scrape of {agent.samples()} samples: {costs[0]:.2f} ms")
    if options.peer:
        name = os.path.basename(options.peer)
        print(f"CPU per scrape of {name}, {targets[1].samples()} samples: {costs[1]:.2f} ms")
        print(f"ratio: {costs[0] / costs[1]:.3f}")
    for target in targets:
        target.stop()


if __name__ == "__main__":
    main()
