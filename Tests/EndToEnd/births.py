# Processes born and killed 200 times a second, as a day of them in ten minutes: some with many threads, some that listen
# and so are found as services, some that a --watch takes, some that are busy, most with names of their own and some with
# one name; process ids come round again meanwhile. The agent's descriptors, memory, series and CPU must stay where they
# are, each under its limit.
#
#     python3 Tests/EndToEnd/births.py --vitals .build/release/vitals [--minutes 10]
#
# Prints a line every ten seconds and ends with what does not hold; needs a C compiler, as Swift does.
# SPDX-License-Identifier: Apache-2.0
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Benchmarks"))

from footprint import cpu_seconds, resident_kib  # noqa: E402
from harness import HERE, Agent, Room, Scrape  # noqa: E402

# Of 1,000 births: role, shortest and longest life in milliseconds, name (`{}` is a number that none had before).
ROLES = [
    (560, "sleep", 20, 900, "n{}"),
    (150, "sleep", 20, 900, "twin"),
    (100, "sleep", 500, 4_000, "crew"),
    (80, "listen", 2_000, 8_000, "api{}"),
    (60, "busy", 2_500, 6_000, "job{}"),
    (30, "sleep", 100, 3_000, "crew{}"),
    (20, "threads", 1_000, 4_000, "crew"),
]
# The limits of the agent that are at stake, as its README has them.
HISTORY_SERIES = 5_000
CPU_SHARE = 0.02
# Descriptors: 64 of its own, 1,024 stat files, 128 beside them, two for each of 512 threads, 256 of cgroups.
DESCRIPTORS = 64 + 1_024 + 128 + 1_024 + 256
RESIDENT_MIB = 20
# Groups that have ended stay, up to a limit, with some 18 series each; 160 more are what `crew` leaves.
SERIES_LEFT = 32 * 18 + 160
# What a series of one figure may grow from the second third of the run to the last one.
GROWTH = 1.1


class Nursery:
    """Starts so many processes a second and kills half of them before their time."""

    def __init__(self, program, rate):
        self.program, self.rate = program, rate
        self.born, self.last_pid, self.wraps = 0, 0, 0
        self.alive = {}
        self.random = random.Random(7)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        began = time.monotonic()
        while not self.stopped.wait(0.02):
            while self.born < (time.monotonic() - began) * self.rate:
                self.bear()
            self.reap()

    def bear(self):
        _, role, least, most, name = self.random.choices(ROLES, [one[0] for one in ROLES])[0]
        name = name.format(self.born)
        life = self.random.randint(least, most)
        pid = os.posix_spawn(self.program, [name, role, str(life), name], {})
        self.born += 1
        self.wraps += pid < self.last_pid - 1_000
        self.last_pid = pid
        isKilled = self.random.random() < 0.5
        self.alive[pid] = time.monotonic() + life / 1e3 * (self.random.random() if isKilled else 2)

    def reap(self):
        now = time.monotonic()
        for pid, end in self.alive.items():
            if end < now:
                os.kill(pid, 9)
        # Those that have ended wait a moment as zombies.
        while self.alive:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self.alive.pop(pid, None)

    def stop(self):
        self.stopped.set()
        self.thread.join()
        for pid in self.alive:
            os.kill(pid, 9)
        for pid in self.alive:
            os.waitpid(pid, 0)


class Figures:
    """The agent's figures at one moment."""

    def __init__(self, agent, before=None):
        self.at, self.cpu = time.monotonic(), cpu_seconds(agent.pid)
        # The machine is busy: an answer may take a while.
        scrape = Scrape(agent.get("/metrics", timeout=30).text)
        self.samples = len(scrape.samples)
        self.descriptors = len(os.listdir(f"/proc/{agent.pid}/fd"))
        self.resident, self.anonymous = (kib / 1024 for kib in resident_kib(agent.pid))
        self.history = scrape.one("vitals_history_series")
        self.dropped = scrape.one("vitals_history_dropped_samples_total")
        self.forgotten = scrape.sum("vitals_history_forgotten_series_total")
        self.ticks = scrape.one("vitals_ticks_total")
        self.missed = scrape.one("vitals_missed_ticks_total")
        self.tick_seconds = scrape.one("vitals_tick_seconds_total")
        self.services = len(scrape.all("vitals_service_processes"))
        self.threads = scrape.sum("vitals_thread_sampled_threads")
        self.hertz = scrape.sum("vitals_thread_sampling_hertz")
        self.stretched = [
            f"{labels['input']}={value:g}" for labels, value in scrape.all("vitals_input_interval_seconds")
            if scrape.sum("vitals_input_throttles_total", **labels) and labels["input"] in ("processes", "threads", "cgroup")
        ]
        self.share = (self.cpu - before.cpu) / (self.at - before.at) if before else 0.0
        ticks = self.ticks - before.ticks if before else 0
        self.tick = (self.tick_seconds - before.tick_seconds) / ticks * 1e3 if ticks else 0.0

    HEAD = "  time    born  series  history  forgotten  dropped   fds  resident  anon   CPU %  tick ms  missed  services  threads    Hz"

    def line(self, began, born):
        return (f"{self.at - began:5.0f} s {born:7} {self.samples:7} {self.history:8.0f} {self.forgotten:10.0f} "
                f"{self.dropped:8.0f} {self.descriptors:5} {self.resident:5.1f} MiB {self.anonymous:5.1f} "
                f"{self.share * 100:7.2f} {self.tick:8.2f} {self.missed:7.0f} {self.services:9} {self.threads:8.0f} "
                f"{self.hertz:5.1f}  {' '.join(self.stretched)}")


def faults(points, calm, after, events):
    """What does not hold, as sentences."""
    third = len(points) // 3
    middle, late = points[third:2 * third], points[2 * third:]
    found = []

    def bound(name, limit):
        most = max(getattr(point, name) for point in points)
        if most > limit:
            found.append(f"{name} reached {most:.1f}, above {limit}")

    # Descriptors go up and down with the threads of the moment; a leak of them shows afterwards.
    for name in ["samples", "resident", "anonymous"]:
        old, new = (statistics.median(getattr(point, name) for point in part) for part in (middle, late))
        if new > old * GROWTH + 1:
            found.append(f"{name} still grows: {old:.1f} in the second third, {new:.1f} in the last")
    bound("history", HISTORY_SERIES)
    bound("dropped", 0)
    bound("descriptors", DESCRIPTORS)
    bound("resident", RESIDENT_MIB)
    # The first half minute is what the budget takes to see and to answer.
    settled = [point.share for point in points[3:]]
    if statistics.mean(settled) > CPU_SHARE:
        found.append(f"CPU was {statistics.mean(settled):.2%} of a core, above {CPU_SHARE:.0%}")
    if after.samples > calm.samples + SERIES_LEFT or after.descriptors > calm.descriptors + 40:
        found.append(f"afterwards {after.samples} series and {after.descriptors} descriptors stay, "
                     f"{calm.samples} and {calm.descriptors} before")
    missed = points[-1].missed - calm.missed
    if missed > 0.01 * (points[-1].ticks - calm.ticks):
        found.append(f"{missed:.0f} ticks were missed")
    if len(events) > 100:
        found.append(f"the agent said {len(events)} things")
    return found


def compile_newborn(room):
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise SystemExit("neither cc nor clang is here")
    program = room.path("newborn")
    subprocess.run([compiler, "-O1", "-pthread", "-o", program, os.path.join(HERE, "newborn.c")], check=True)
    return program


def prove(room, options):
    program = compile_newborn(room)
    agent = Agent(room, "--watch", "auto", "--watch", "crew=name:crew")
    time.sleep(8)
    calm = Figures(agent)
    nursery = Nursery(program, options.rate)
    began, points = time.monotonic(), [calm]
    print(Figures.HEAD, flush=True)
    try:
        while time.monotonic() < began + options.minutes * 60:
            time.sleep(10)
            points.append(Figures(agent, points[-1]))
            print(points[-1].line(began, nursery.born), flush=True)
    finally:
        nursery.stop()
    time.sleep(75)
    after = Figures(agent, points[-1])
    print(after.line(began, nursery.born))
    print(f"{nursery.born} born, process ids came round {nursery.wraps} times; "
          f"CPU {(points[-1].cpu - calm.cpu) / (points[-1].at - calm.at):.2%} of a core")
    for event in agent.events()[:40]:
        print("  said:", event["message"], {name: text for name, text in event.items() if name in ("input", "service", "interval_seconds")})
    return faults(points[1:], calm, after, agent.events())


def main():
    parser = argparse.ArgumentParser(description="births and deaths of processes, 200 a second")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=int, default=200, help="births a second")
    options = parser.parse_args()
    room = Room(os.path.abspath(options.vitals), [])
    try:
        found = prove(room, options)
    finally:
        room.close()
    print("\n".join("FAIL " + one for one in found) or "ok: nothing leaks, and every limit holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
