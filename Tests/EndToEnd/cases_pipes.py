# Logs that are pipes, and lines inside of those of container runtimes, with the real agent: each line counts once, and
# no writer waits.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pty
import signal
import subprocess
import threading
import time

from harness import Agent, check, equal, needs, needs_root, until

OTHER = 12346
LINE = '{"method": "GET", "path": "/p", "status": 200, "duration_ms": 1, "level": "info", "event": "served", "n": %d}\n'


def total(agent):
    return agent.scrape().requests("p").get(("GET", "/p", "200"), 0)


def counts(agent, wanted):
    until(lambda: equal(total(agent), wanted, "lines counted") or True, "all lines are counted", 20)
    ticks = agent.scrape().sum("vitals_ticks_total")
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= ticks + 2, "two more ticks")
    equal(total(agent), wanted, "lines counted two seconds later")
    equal(agent.scrape().all("vitals_tail_invalid_lines_total"), [], "invalid lines")


def standard_input(room):
    """A service writes into the agent; when it ends, that is said once and the agent goes on."""
    reader, writer = os.pipe()
    agent = Agent(room, "--log", "p=-", stdin=reader)
    os.close(reader)
    for number in range(3):
        os.write(writer, (LINE % number).encode())
        # Far sooner than the next tick, as a rule.
        until(lambda: total(agent) == number + 1, "a line counts at once", 5, 0.01)
    os.write(writer, (LINE % 3).encode()[:40])
    os.write(writer, (LINE % 3).encode()[40:])
    counts(agent, 4)
    os.close(writer)
    until(lambda: agent.events("log has ended, its writers have closed it"), "the end is said")
    counts(agent, 4)
    equal(len(agent.events("log has ended, its writers have closed it")), 1, "ends that were said")
    before = agent.scrape()
    until(lambda: agent.scrape().one("vitals_ticks_total") > before.one("vitals_ticks_total") + 1, "ticks", 10, 0.2)
    spent = agent.scrape().sum("process_cpu_seconds_total") - before.sum("process_cpu_seconds_total")
    check(spent < 0.3, "an ended pipe keeps the agent busy")


def redirected(room):
    """A file for standard input is read to its end; so is a terminal, line by line."""
    path = room.path("lines")
    with open(path, "w") as file:
        file.write("".join(LINE % number for number in range(5000)))
    with open(path) as file:
        counts(Agent(room, "--log", "p=-", stdin=file), 5000)
    ours, theirs = pty.openpty()
    agent = Agent(room, "--log", "p=-", stdin=theirs)
    os.close(theirs)
    os.write(ours, (LINE % 1).encode())
    counts(agent, 1)
    os.close(ours)
    counts(Agent(room, "--log", "p=-", stdin=subprocess.DEVNULL), 0)


def named(room):
    """A pipe with a name, under writers that come and go, and one that writes as fast as it can."""
    path = room.folder() + "/api.fifo"
    os.mkfifo(path)
    agent = Agent(room, "--log", f"p={path}")
    for number in range(5):
        with open(path, "wb", buffering=0) as pipe:
            pipe.write((LINE % number).encode() * 20)
    counts(agent, 100)
    block = b"".join((LINE % number).encode() for number in range(1000))
    began = time.monotonic()
    with open(path, "wb", buffering=0) as pipe:
        for _ in range(300):
            data = memoryview(block)
            while data:
                data = data[pipe.write(data):]
    seconds = time.monotonic() - began
    counts(agent, 300_100)
    check(seconds < 15, f"30 MB took a writer {seconds:.1f} s")


def stopped(room):
    """While the agent stands still the pipe fills and the writer waits; nothing is lost."""
    path = room.folder() + "/api.fifo"
    os.mkfifo(path)
    agent = Agent(room, "--log", f"p={path}")
    pipe = os.open(path, os.O_WRONLY)
    os.write(pipe, (LINE % 0).encode())
    counts(agent, 1)
    agent.process.send_signal(signal.SIGSTOP)
    block = (LINE % 1).encode() * 20_000
    written = threading.Event()

    def write():
        data = memoryview(block)
        while data:
            data = data[os.write(pipe, data):]
        written.set()

    threading.Thread(target=write, daemon=True).start()
    check(not written.wait(0.5), "a pipe that nobody reads took 2 MB")
    agent.process.send_signal(signal.SIGCONT)
    check(written.wait(10), "the writer still waits")
    counts(agent, 20_001)
    os.close(pipe)


def read_only(room):
    """A pipe that the agent may read and not write to."""
    needs_root()
    room.for_everybody()
    folder = room.folder(0o755)
    path = folder + "/api.fifo"
    os.mkfifo(path)
    os.chmod(path, 0o644)
    agent = Agent(room, "--log", f"p={path}", prefix=as_other())
    for number in range(3):
        with open(path, "wb", buffering=0) as pipe:
            pipe.write((LINE % number).encode())
        until(lambda: total(agent) == number + 1, "the line counts")
    counts(agent, 3)


def as_other():
    return [needs("setpriv"), "--reuid", str(OTHER), "--regid", str(OTHER), "--clear-groups"]


def unreadable(room):
    """A log that may not be read is said once and read when that changes; of a directory that comes late the same."""
    needs_root()
    room.for_everybody()
    folder = room.folder(0o755)
    path = folder + "/app.log"
    with open(path, "w") as file:
        file.write(LINE % 0)
    os.chmod(path, 0o600)
    agent = Agent(room, "--log", f"p={path}", "--log-from", "start", prefix=as_other())
    until(lambda: agent.events("log cannot be read"), "it is said that the log cannot be read")
    ticks = agent.scrape().sum("vitals_ticks_total")
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= ticks + 3, "three more ticks")
    equal(len(agent.events("log cannot be read")), 1, "lines about it")
    equal(agent.scrape().all("vitals_tail_lag_bytes"), [], "lag of what cannot be read")
    os.chmod(path, 0o644)
    counts(agent, 1)
    os.chmod(folder, 0o700)
    with open(path, "a") as file:
        file.write(LINE % 1)
    until(lambda: total(agent) == 2 or len(agent.events("log cannot be read")) == 2, "the directory is closed")
    os.chmod(folder, 0o755)
    counts(agent, 2)


def containers(room):
    """Docker's and CRI's lines, a long one in parts, rotated between them, of two streams by turns."""
    folder = room.folder()
    docker, cri = folder + "/docker.log", folder + "/0.log"
    stamp = "2026-11-21T12:00:00.123456789Z"

    def put(path, stream, text, last=True):
        with open(path, "a") as file:
            if path == docker:
                end = "\n" if last else ""
                file.write(json.dumps({"log": text + end, "stream": stream, "time": stamp}, separators=(",", ":")) + "\n")
            else:
                file.write(f"{stamp} {stream} {'F' if last else 'P'} {text}\n")

    agent = Agent(room, "--log", f"p={docker}", "--log", f"p={cri}", "--log-from", "start")
    for number, path in enumerate((docker, cri)):
        line = LINE.rstrip("\n") % number
        for stream in ("stdout", "stderr"):
            put(path, stream, line[:10], last=False)
        until(lambda: agent.scrape().sum("vitals_tail_read_bytes_total", path=path) == os.path.getsize(path), "is read")
        os.rename(path, path + ".20261121-120000")
        for stream in ("stderr", "stdout"):
            put(path, stream, line[10:30], last=False)
            put(path, stream, line[30:])
        put(path, "stdout", line)
    counts(agent, 6)


def cases(_):
    return [
        ("standard-input", standard_input), ("redirected", redirected), ("named-pipe", named),
        ("stopped-reader", stopped), ("read-only-pipe", read_only), ("unreadable", unreadable),
        ("containers", containers),
    ]
