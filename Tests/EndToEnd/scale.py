# Thousands of sleeping processes: what the agent costs beside them, idle and scraped, when nobody watches them and when
# one service has them all, in the same run with node_exporter and process-exporter, which take turns with it.
#
#     python3 Tests/EndToEnd/scale.py --vitals .build/release/vitals [--processes 1000,10000] [--node PATH] [--process PATH]
#
# CPU is the kernel's count of the process's threads, so a busy machine hardly changes it; what a sampling costs is what it
# is above that of the same machine without the sleepers, in the same run. Looks at threads have a budget of their own and
# are off here. Ends with what does not hold.
# SPDX-License-Identifier: Apache-2.0
import argparse
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Benchmarks"))

from footprint import Target, cpu_seconds, free_port, resident_kib, scrape_cost  # noqa: E402
from harness import Scrape  # noqa: E402

SLEEP = shutil.which("sleep")
# What the agent allows itself of a core, and what one sampling of 1,000 watched processes may cost.
CPU_SHARE, SAMPLING_MS = 0.02, 5.0
# Of process-exporter's CPU a scrape, in the same run.
RATIO = 0.05


class Sleepers:
    """So many processes that do nothing."""

    def __init__(self, count):
        null = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]
        self.pids = [os.posix_spawn(SLEEP, ["sleep", "infinity"], {}, file_actions=null) for _ in range(count)]

    def stop(self):
        for pid in self.pids:
            os.kill(pid, 9)
        for pid in self.pids:
            os.waitpid(pid, 0)


class Measured:
    """An exporter that runs beside the sleepers."""

    def __init__(self, name, command, option):
        port = free_port()
        self.name, self.isOurs = name, option == "--listen"
        # node_exporter and process-exporter join option and value.
        listen = [option, f"127.0.0.1:{port}"] if self.isOurs else [f"{option}=127.0.0.1:{port}"]
        # process-exporter takes seconds for 10,000 processes.
        self.target = Target([*command, *listen], port, timeout=60)

    def mark(self):
        self.at, self.cpu, self.own = time.monotonic(), cpu_seconds(self.target.pid), self.figures()

    def figures(self):
        if not self.isOurs:
            return {}
        scrape = Scrape(self.target.get("/metrics").decode())
        figures = {name: scrape.one(name) for name in
                   ["vitals_ticks_total", "vitals_missed_ticks_total", "vitals_tick_seconds_total"]}
        # Absent while it is sampled as often as it asks for.
        figures["stretch"] = max(1, scrape.sum("vitals_input_interval_seconds", input="processes"))
        return figures

    def rest(self):
        """What it cost since the mark, when nobody asked it anything."""
        spent = cpu_seconds(self.target.pid) - self.cpu
        self.idle = spent / (time.monotonic() - self.at)
        now = self.figures()
        self.grown = {name: now[name] - self.own[name] for name in now}
        self.stretch = now.get("stretch", 1)
        self.resident = resident_kib(self.target.pid)[0] / 1024


def exporters(options):
    """One after the other, so that those before a failure are known and stopped."""
    ours = [options.vitals, "--collect=-threads"]
    yield Measured("vitals, unwatched", ours, "--listen")
    yield Measured("vitals, watched", [*ours, "--watch", "many=name:sleep"], "--listen")
    if options.node:
        yield Measured("node_exporter", [options.node], "--web.listen-address")
    if options.process:
        yield Measured("process-exporter", [options.process, "-procnames", "sleep"], "-web.listen-address")


def measure(count, options, empty):
    """The table of one number of processes, and what does not hold; `empty` has the CPU shares without any."""
    began = time.monotonic()
    sleepers = Sleepers(count)
    made = time.monotonic() - began
    found, running = [], []
    try:
        for one in exporters(options):
            running.append(one)
        # The quiet ones are known as quiet by then, and the walk over them is in its stride.
        time.sleep(options.settle)
        for one in running:
            one.mark()
        time.sleep(options.seconds)
        for one in running:
            one.rest()
        if not count:
            empty.update((one.name, one.idle) for one in running)
        costs = scrape_cost([one.target for one in running], options.scrapes, rounds=3)
        print(f"{count} sleeping processes (made in {made:.1f} s)")
        print("  exporter             idle CPU ms/s  ms a scrape  samples  resident  ticks ms  missed  a sampling ms")
        for one, cost in zip(running, costs):
            one.cost, line = cost, ""
            if one.isOurs:
                ticks = max(one.grown["vitals_ticks_total"], 1)
                one.tick = one.grown["vitals_tick_seconds_total"] / ticks * 1e3
                # Many processes are walked over at every fifth tick; a stretched interval is longer still.
                every = max(5 if count > 500 else 1, one.stretch)
                one.sampling = (one.idle - empty[one.name]) * every * 1e3
                line = f"{one.tick:9.2f} {one.grown['vitals_missed_ticks_total']:7.0f} {one.sampling:14.2f}"
                if one.stretch > 1:
                    line += f"  (sampled every {one.stretch:g} s)"
            print(f"  {one.name:20} {one.idle * 1e3:13.2f} {cost:12.3f} {one.target.samples():8} "
                  f"{one.resident:5.1f} MiB{line}", flush=True)
        found = faults(count, running) if count else []
    finally:
        for one in running:
            one.target.stop()
        sleepers.stop()
    return found


def faults(count, running):
    found = []
    peer = next((one.cost for one in running if one.name == "process-exporter"), None)
    for one in running:
        if not one.isOurs:
            continue
        if one.idle > CPU_SHARE:
            found.append(f"{count}: {one.name} uses {one.idle:.2%} of a core, above {CPU_SHARE:.0%}")
        if one.grown["vitals_missed_ticks_total"]:
            found.append(f"{count}: {one.name} missed {one.grown['vitals_missed_ticks_total']:.0f} ticks")
        if peer:
            print(f"  {one.name}: a scrape is {one.cost / peer:.4f} of process-exporter's")
            if one.cost > RATIO * peer:
                found.append(f"{count}: a scrape of {one.name} is {one.cost / peer:.3f} of process-exporter's")
        if count == 1_000 and one.name == "vitals, watched" and one.sampling > SAMPLING_MS:
            found.append(f"{count}: a sampling of {one.name} takes {one.sampling:.2f} ms, above {SAMPLING_MS:g}")
    return found


def main():
    parser = argparse.ArgumentParser(description="the agent beside thousands of sleeping processes")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--processes", default="1000,10000", help="numbers of processes, with commas between them")
    parser.add_argument("--node", help="a node_exporter to measure beside it")
    parser.add_argument("--process", help="a process-exporter to measure beside it")
    parser.add_argument("--settle", type=float, default=60, help="seconds before measuring (default 60)")
    parser.add_argument("--seconds", type=float, default=30, help="seconds of rest that are measured (default 30)")
    parser.add_argument("--scrapes", type=int, default=4, help="scrapes in each of three rounds (default 4)")
    options = parser.parse_args()
    found = []
    empty = {}
    for count in ["0", *options.processes.split(",")]:
        found += measure(int(count), options, empty)
    print("\n".join("FAIL " + one for one in found) or "ok: within every budget")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
