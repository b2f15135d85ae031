#!/usr/bin/env python3
"""How fast lines of a JSON log become series, on one core and from memory: with raw paths, with path templates, and the
reading of keys alone. A peer's program that prints `N MB/s` for the same file is run turn by turn with ours, so that a
ratio compares the same minutes of the same machine.

    swift build -c release --product vitals
    python3 Tests/Benchmarks/log_lines.py app.log --peer "./simdjson_lines app.log"

Builds LogLines/main.swift with the agent's sources, as release builds do; of the release build it takes the C targets. An
executable's module cannot be imported by another one, and splitting the agent in two for a figure does not pay.
"""

import argparse
import bisect
import collections
import glob
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLAGS = [
    "-O", "-wmo", "-swift-version", "6", "-strict-memory-safety",
    "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "MemberImportVisibility",
    "-enable-upcoming-feature", "InternalImportsByDefault", "-g",
    # What SwiftPM names the package after.
    "-package-name", os.path.basename(ROOT).lower(),
]


def build(folder):
    """The program, of the agent's sources without its own entry."""
    release = os.path.join(ROOT, ".build/release")
    sources = glob.glob(os.path.join(ROOT, "Sources/Agent/**/*.swift"), recursive=True)
    sources = sorted(path for path in sources if os.path.basename(path) != "Main.swift")
    heap = os.path.join(ROOT, "Tests/Benchmarks/CHeapCount")
    subprocess.run(
        ["clang", "-O2", "-c", f"-I{heap}/include", f"{heap}/CHeapCount.c", "-o", f"{folder}/heap.o"],
        check=True)
    with open(f"{folder}/module.modulemap", "w") as text:
        text.write(f'module CHeapCount {{ header "{heap}/include/CHeapCount.h" export * }}\n')
    maps = [f"{release}/CVitals.build/module.modulemap", f"{release}/CVitalsAgent.build/module.modulemap",
            f"{folder}/module.modulemap"]
    maps = [flag for path in maps for flag in ("-Xcc", f"-fmodule-map-file={path}")]
    # The release build's own objects lack what its other targets do not call.
    metrics = glob.glob(os.path.join(ROOT, "Sources/Metrics/**/*.swift"), recursive=True)
    program = f"{folder}/log-lines"
    steps = [
        ["swiftc", *FLAGS, *maps, "-parse-as-library", "-module-name", "VitalsMetrics", "-c", *sorted(metrics),
         "-emit-module", "-emit-module-path", f"{folder}/VitalsMetrics.swiftmodule", "-o", f"{folder}/metrics.o"],
        ["swiftc", *FLAGS, *maps, "-static-stdlib", "-module-name", "LogLines", "-I", folder, *sources,
         os.path.join(ROOT, "Tests/Benchmarks/LogLines/main.swift"), f"{folder}/metrics.o",
         *glob.glob(f"{release}/CVitals*.build/*.o"), f"{folder}/heap.o", "-lz", "-o", program],
    ]
    for step in steps:
        if subprocess.run(step, cwd=folder).returncode:
            sys.exit("log_lines: does not build")
    return program


def check(program, log):
    """Every value of every series, with raw paths, against the plainest program that counts the same."""
    bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    statuses, levels, sums = collections.defaultdict(collections.Counter), collections.Counter(), collections.Counter()
    buckets = collections.defaultdict(lambda: [0] * (len(bounds) + 1))
    with open(log, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            levels[line["level"]] += 1
            if "status" not in line:
                continue
            route, seconds = (line["method"], line["path"]), line["duration_ms"] / 1000
            statuses[route][str(line["status"])] += 1
            buckets[route][bisect.bisect_left(bounds, seconds)] += 1
            sums[route] += seconds
    text = subprocess.run([program, log, "raw", "values"], check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in text.splitlines()[:-1]]
    ours = {(row[0], row[1]): row[2:] for row in rows if len(row) == 5}
    equal = (ours.keys() == statuses.keys() and {row[0]: row[1] for row in rows if len(row) == 2} == levels
             and all(ours[route][0] == statuses[route] and ours[route][1] == buckets[route]
                     and abs(ours[route][2] - sums[route]) <= 1e-9 * sums[route] for route in ours))
    print(f"every value of {sum(map(len, statuses.values()))} series, {len(ours)} histograms and {len(levels)} levels"
          f" {'equals' if equal else 'DOES NOT EQUAL'} a Python program's")
    if not equal:
        sys.exit(1)


MTAIL = """counter http_requests_total by method, path, status
histogram http_request_duration_seconds buckets 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60 by method, path
/"method": "(?P<method>[A-Z]+)", "path": "(?P<path>[^"]+)", "status": (?P<status>[0-9]+), "duration_ms": (?P<took>[0-9.]+)/ {
  http_requests_total[$method][$path][$status]++
  http_request_duration_seconds[$method][$path] = $took / 1000.0
}
"""


def mtail(program, log, folder):
    """CPU seconds that mtail takes for the same file, from start to end: it reads the file, too, and counts raw paths."""
    progs = f"{folder}/mtail"
    os.makedirs(progs, exist_ok=True)
    with open(f"{progs}/lines.mtail", "w") as text:
        text.write(MTAIL)
    before = os.times()
    subprocess.run([program, "--one_shot", "--one_shot_format=prometheus", "--progs", progs, "--logs", os.path.abspath(log),
                    "--logtostderr=false"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log")
    parser.add_argument("--peer", help="a command that prints its speed as `N MB/s`")
    parser.add_argument("--mtail", metavar="PATH", help="mtail's program, to be compared with: CPU for the same counts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="compare every value with a plain Python program's, too")
    parser.add_argument("--keep", help="a folder where the program is left, for a profiler")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(options.keep or folder, exist_ok=True)
        program = build(os.path.abspath(options.keep or folder))
        if options.check:
            check(program, options.log)
        forms = [["raw"], ["template"], ["template", "all"], ["keys"], ["keys", "all"]]
        runs = {" ".join(form): [] for form in forms}
        peers, mtails = [], []
        for _ in range(options.rounds):
            if options.peer:
                text = subprocess.run(shlex.split(options.peer), check=True, capture_output=True, text=True).stdout
                peers.append(float(re.search(r"([\d.]+) MB/s", text)[1]))
            if options.mtail:
                mtails.append(mtail(options.mtail, options.log, folder))
            for form in forms:
                text = subprocess.run([program, options.log, *form], check=True, capture_output=True, text=True).stdout
                runs[" ".join(form)].append(json.loads(text))
    peer = statistics.median(peers) if peers else None
    if peer:
        print(f"{'peer':<14} {peer:>7.0f} MB/s   ({min(peers):.0f} to {max(peers):.0f})")
    if mtails:
        ours = statistics.median(run["cpu"] for run in runs["raw"])
        print(f"mtail          {statistics.median(mtails):.2f} s of CPU ({min(mtails):.2f} to {max(mtails):.2f}); raw, ours"
              f" {ours:.2f}: {ours / statistics.median(mtails):.3f} of it")
    for form, results in runs.items():
        speeds = [run["bytes"] / run["seconds"] / 1e6 for run in results]
        one = sorted(results, key=lambda run: run["seconds"])[len(results) // 2]
        print(f"{form:<14} {statistics.median(speeds):>7.0f} MB/s   ({min(speeds):.0f} to {max(speeds):.0f})"
              f"{f'  {statistics.median(speeds) / peer:5.2f} x peer' if peer else ''}"
              f"  {statistics.median(run['cpu'] / run['lines'] for run in results) * 1e9:6.1f} ns of CPU a line, {one['heap'] / one['lines']:.4f} heap operations"
              f" a line, {one['series']} series, sum {one['sum']:.6f}, {one['levels']} levels, {one['refused']} refused")


if __name__ == "__main__":
    main()
