# Thousands of logs of one directory: a writer that adds lines to all of them, and rotates some all the while; an agent
# that follows them by a pattern. Says how far the agent was behind, how long a scrape took, what memory and CPU it used,
# and whether every line was counted. Fails when one was not, when the agent was more than a second behind, by its own
# word or by its counts, or when a scrape took more than 50 ms: a machine that has other work fails, too.
#
#     python3 Tests/EndToEnd/many_logs.py --vitals .build/release/vitals [--files 5000] [--lines 200000] [--seconds 60]
#
# SPDX-License-Identifier: Apache-2.0
import argparse
import json
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import until  # noqa: E402

LAG_SECONDS = 1.0
SCRAPE_MILLISECONDS = 50

LINE = (json.dumps({
    "timestamp": "2026-11-21T10:00:00.000Z", "level": "info", "event": "request_finished", "method": "GET",
    "path": "/orders", "status": 200, "process_time": 0.012, "request_id": "b1946ac92492d2347c6235b4d2611184",
}) + "\n").encode()


def write(folder, options, begin, result):
    """Writes rounds of ten lines a file, as evenly as it can; rotates some files each second."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    paths = [f"{folder}/{number:05}.log" for number in range(options.files)]
    files = [os.open(path, flags, 0o644) for path in paths]
    result.put("ready")
    begin.wait()
    block = LINE * 10
    per_second = options.lines / len(block) * len(LINE)
    began, writes, rotated, turn = time.monotonic(), 0, 0, 0
    while (passed := time.monotonic() - began) < options.seconds:
        while writes < passed * per_second:
            os.write(files[writes % options.files], block)
            writes += 1
        while rotated < passed * options.rotations:
            os.rename(paths[turn], paths[turn] + ".1")
            os.close(files[turn])
            files[turn] = os.open(paths[turn], flags, 0o644)
            rotated, turn = rotated + 1, (turn + 7) % options.files
        time.sleep(0.005)
    result.put((writes * 10, rotated, time.process_time()))


def used(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{pid}/status") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), peak / 1024


def main():
    parser = argparse.ArgumentParser(description="thousands of logs at once")
    parser.add_argument("--vitals", required=True)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--lines", type=int, default=200_000, help="a second, in all files together")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rotations", type=int, default=5, help="a second")
    parser.add_argument("--open-files", type=int, default=0, help="the agent's limit on descriptors")
    parser.add_argument("--port", type=int, default=21101)
    parser.add_argument("--checkpoint", action="store_true", help="with a checkpoint")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    base = tempfile.mkdtemp(prefix="many-logs-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    folder, begin, result = base + "/logs", multiprocessing.Event(), multiprocessing.Queue()
    os.mkdir(folder)
    writer = multiprocessing.Process(target=write, args=(folder, options, begin, result))
    writer.start()
    agent = None
    try:
        result.get()
        # From the start: a log that is followed may not have been looked at yet when the first line is written to it.
        arguments = [options.vitals, "run", "--listen", f"127.0.0.1:{options.port}", "--log", f"api={folder}/*.log",
                     "--log-from", "start"]
        if options.checkpoint:
            arguments += ["--checkpoint", base + "/state"]
        limit = options.open_files or hard
        agent = subprocess.Popen(
            arguments, stderr=open(base + "/err", "wb"),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        scrapes, lags = [], []

        def scrape():
            start = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{options.port}/metrics", timeout=30) as answer:
                text = answer.read().decode()
            scrapes.append((time.monotonic() - start) * 1e3)

            def total(name, add=sum):
                return add([0, *map(float, re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M))])
            return total

        def follows():
            try:
                return scrape()("vitals_tail_files") == options.files
            except OSError:
                return False

        until(follows, "the agent follows all logs", 60)
        scrapes.clear()
        cpu, began = used(agent.pid)[0], time.monotonic()
        begin.set()
        wanted = None
        while wanted is None:
            total = scrape()
            lags.append((total("vitals_tail_lag_bytes"), total("vitals_tail_lag_seconds", max)))
            if not result.empty():
                wanted, rotated, spent = result.get()
            else:
                time.sleep(0.5)
        seconds = time.monotonic() - began
        ended = time.monotonic()
        last = scrape()("http_requests_total")
        while last != wanted and time.monotonic() - ended < 30:
            time.sleep(0.05)
            last = scrape()("http_requests_total")
        behind = time.monotonic() - ended
        total = scrape()
        after, peak = used(agent.pid)
        rate = options.lines * len(LINE)
        worst = max(bytes for bytes, _ in lags)
        oldest = max(seconds for _, seconds in lags)
        print(f"{options.files} files, {wanted / options.seconds:.0f} lines a second for {options.seconds} s, {rotated} rotations")
        print(f"counted {last:.0f} of {wanted} lines; {behind:.2f} s after the last was written")
        if last != wanted:
            names = ["lines", "read_bytes", "lost_bytes", "hole_bytes", "rotations", "truncations", "reopened"]
            print(", ".join(f"{name} {total(f'vitals_tail_{name}_total'):.0f}" for name in names)
                  + f", lag bytes {total('vitals_tail_lag_bytes'):.0f}; written {wanted * len(LINE)} bytes")
        print(f"most unread bytes at a look: {worst:.0f}, which are {worst / rate:.2f} s of writing; "
              f"vitals_tail_lag_seconds at most {oldest:.2f}")
        scrapes.sort()
        print(f"/metrics: median {scrapes[len(scrapes) // 2]:.0f} ms, most {scrapes[-1]:.0f} ms, of {len(scrapes)}")
        print(f"CPU {(after - cpu) / seconds * 100:.0f} % of a core, writer {spent / seconds * 100:.0f} %; "
              f"memory at most {peak:.0f} MiB; open files {total('vitals_tail_open_files'):.0f}")
        faults = []
        if last != wanted:
            faults.append(f"{wanted - last:.0f} lines are missing")
        if max(oldest, behind) > LAG_SECONDS:
            faults.append(f"{max(oldest, behind):.2f} s behind")
        if scrapes[-1] > SCRAPE_MILLISECONDS:
            faults.append(f"a scrape took {scrapes[-1]:.0f} ms")
        print("FAILED: " + ", ".join(faults) if faults else "ok")
        return 1 if faults else 0
    finally:
        for child in [writer, agent]:
            if child is not None:
                child.terminate()
        writer.join()
        if agent is not None:
            agent.wait()
            sys.stdout.write(open(base + "/err").read()[-800:] if os.environ.get("VERBOSE") else "")
        shutil.rmtree(base, ignore_errors=True)


sys.exit(main())
