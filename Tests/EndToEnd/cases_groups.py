# Process groups under process-exporter's names: against what /proc says of a program with workers, and against a real
# process-exporter that looks at the same program: the same series of the same types, the same gauges, the same growth.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import signal
import urllib.request

from harness import HERE, PYTHON, Agent, Child, Scrape, check, equal, free_port, needs, until

BEGINNING = "namedprocess_namegroup_"
# What counts in steps of a tick, of a page that the kernel clusters, or is moved by looking on.
SLACK = {"cpu_seconds_total": 0.06, "thread_cpu_seconds_total": 0.06}


def start(room):
    program = Child(room, [PYTHON, os.path.join(HERE, "grouped.py"), room.directory])
    worker = int(until(lambda: re.findall(r"ready (\d+)", program.out), "the workers")[0])
    agent = Agent(room, "--collect=processes", "--watch", f"w=pid:{program.pid}")
    until(lambda: agent.scrape().all(BEGINNING + "thread_count", threadname="idle"), "the threads")
    return program, worker, agent


def ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split(" ")
    return int(fields[11]) + int(fields[12])


def sums(room):
    program, worker, agent = start(room)

    def one(name, **labels):
        return agent.scrape().one(BEGINNING + name, groupname="w", **labels)

    until(lambda: one("states", state="Zombie") == 1, "the child that was not waited for")
    equal(one("num_procs"), 4, "processes")
    equal(one("num_threads"), 9, "threads")
    equal(one("thread_count", threadname="idle"), 2, "idle threads")
    before, spent = ticks(worker), agent.scrape().sum(BEGINNING + "cpu_seconds_total")
    until(lambda: ticks(worker) > before + 60, "CPU time of the worker", 30)
    grown = agent.scrape().sum(BEGINNING + "cpu_seconds_total") - spent
    check(0.3 < grown < 1.2, f"{grown} s of CPU, about 0.6 s wanted")
    for name, labels, least in [
        ("cpu_seconds", {"threadname": "busy", "mode": "user"}, 0.1),
        ("io_bytes", {"threadname": "writer", "iomode": "write"}, 1 << 20),
        ("minor_page_faults", {"threadname": "pages"}, 256),
    ]:
        until(lambda: one(f"thread_{name}_total", **labels) > least, f"{name} of {labels}", 30)
    last = agent.scrape()
    program.process.send_signal(signal.SIGUSR1)
    until(lambda: one("num_procs") == 3, "the end of the worker")
    until(lambda: one("thread_count", threadname="idle") == 0, "the end of its threads")
    scrape = agent.scrape()
    for (name, labels), value in last.samples.items():
        if name.startswith(BEGINNING) and last.types[name] == "counter":
            check(scrape.samples[name, labels] >= value, f"{name} {sorted(labels)} went back")
    program.end(signal.SIGKILL)
    until(lambda: one("num_procs") == 0, "a group without processes")
    check(one("cpu_seconds_total", mode="user") >= last.one(BEGINNING + "cpu_seconds_total", mode="user"), "went back")


def peer(room):
    """Labels, types and gauges of a real process-exporter, and the growth of its counters."""
    binary = needs("prometheus-process-exporter")
    _, _, agent = start(room)
    config = room.path("config")
    with open(config, "w") as file:
        file.write(f"process_names:\n  - name: w\n    cmdline: ['grouped.py {re.escape(room.directory)}']\n")
    port = free_port()
    Child(room, [binary, "-web.listen-address", f"127.0.0.1:{port}", "-config.path", config])

    def theirs():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return Scrape(answer.read().decode())

    until(theirs, "process-exporter")
    first, ours = theirs(), agent.scrape()
    wanted = {
        key for key in first.samples if key[0].startswith(BEGINNING) and "proportional" not in str(key[1])
        and not key[0].endswith("wchan")
    }
    check(len(wanted) > 60, f"only {len(wanted)} series of process-exporter's")
    equal(sorted(key for key in wanted if key not in ours.samples), [], "series that are missing")
    for name in {name for name, _ in wanted}:
        equal(ours.types[name], first.types[name], f"type of {name}")
    gauges = [key for key in wanted if first.types[key[0]] == "gauge" and not key[0].endswith("states")]
    for name, labels in gauges:
        found, value = ours.samples[name, labels], first.samples[name, labels]
        check(abs(found - value) <= 0.05 * value + 0.01, f"{name} {sorted(labels)}: {found}, wanted {value}")
    total = [sum(value for (name, _), value in one.samples.items() if name.endswith("group_states"))
             for one in (first, ours)]
    equal(total[1], total[0], "processes and threads in all states")
    spent = BEGINNING + "cpu_seconds_total"
    until(lambda: theirs().sum(spent) - first.sum(spent) > 4, "growth of what the peer counts", 60, every=1)
    second, later = theirs(), agent.scrape()
    for name, labels in wanted - set(gauges):
        if first.types[name] == "gauge":
            continue
        growth = second.samples[name, labels] - first.samples[name, labels]
        found = later.samples[name, labels] - ours.samples[name, labels]
        slack = 0.2 * growth + SLACK.get(name[len(BEGINNING):], 30)
        check(abs(found - growth) <= slack, f"{name} {sorted(labels)} grew by {found}, wanted {growth}")


def cases(_):
    return [("sums", sums), ("peer", peer)]
