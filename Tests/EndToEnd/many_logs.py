# Thousands of logs of one directory: a writer that adds lines to all of them, and rotates some all the while; an agent
# that follows them by a pattern. Says how far the agent was behind, how long a scrape took, what memory and CPU it used,
# and whether every line was counted.
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
        arguments = [options.vitals, "run", "--listen", f"127.0.0.1:{options.port}", "--log", f"api={folder}/*.log"]
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

            def total(name):
                return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M))
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
            lags.append((total("vitals_tail_lag_bytes"), total("vitals_tail_lag_seconds")))
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
        worst = sorted(bytes for bytes, _ in lags)[-1]
        print(f"{options.files} files, {wanted / options.seconds:.0f} lines a second for {options.seconds} s, {rotated} rotations")
        print(f"counted {last:.0f} of {wanted} lines; {behind:.2f} s after the last was written")
        print(f"most unread bytes at a look: {worst:.0f}, which are {worst / rate:.2f} s of writing")
        scrapes.sort()
        print(f"/metrics: median {scrapes[len(scrapes) // 2]:.0f} ms, most {scrapes[-1]:.0f} ms, of {len(scrapes)}")
        print(f"CPU {(after - cpu) / seconds * 100:.0f} % of a core, writer {spent / seconds * 100:.0f} %; "
              f"memory at most {peak:.0f} MiB; open files {total('vitals_tail_open_files'):.0f}")
        return 0 if last == wanted else 1
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
