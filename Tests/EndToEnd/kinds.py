# Where threads wait, against stress-ng: programs of others, each of which is known to spend its time in one way. For each
# the agent's kinds are read over ten seconds, and the wanted one must be at least 0.8 of the time of the threads of the
# stressor's name, or, where the stressor also works between its waits, of the time in which it waited.
#
#     python3 Tests/EndToEnd/kinds.py --vitals .build/release/vitals [--only PART]... [--disk DIR]
#
# Needs stress-ng (apt-get install stress-ng). cases_threads.py does the same for programs of our own.
# SPDX-License-Identifier: Apache-2.0
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Agent, Child, Room, needs, until  # noqa: E402

WAITED = "vitals_thread_wait_seconds_total"
SHARE = 0.8
CPU = ("run", "runnable")
# The stressor with its options, the kinds that must prevail together, and whether time on and for a CPU counts too.
STRESSORS = [
    ("cpu 1", CPU, True),
    ("sleep 1 --sleep-max 8", ("sleep",), False),
    ("nanosleep 1", ("sleep",), False),
    # Its clients wait for their connections.
    ("epoll 1", ("epoll", "socket_send"), False),
    ("pipe 1", ("pipe",), False),
    # Its readers select(2) before they read.
    ("fifo 1", ("poll",), False),
    ("switch 1", ("pipe",), False),
    ("futex 1", ("futex",), False),
    # Its server is in accept(2) while its clients receive.
    ("sock 1", ("socket_receive", "poll"), False),
    ("udp 1", ("socket_receive",), False),
    ("hdd 1 --hdd-opts direct --hdd-bytes 64m", ("disk",), False),
    ("hdd 1 --hdd-opts sync --hdd-bytes 64m", ("disk",), False),
    ("sync-file 1 --sync-file-bytes 64m", ("disk",), False),
    ("io 1", ("disk",), False),
    ("msg 1", ("other",), False),
    ("flock 2", ("other",), False),
]


class Stressor(Child):
    def __init__(self, room, text, disk):
        name, *rest = text.split(" ")
        self.text, self.name = text, name
        super().__init__(room, [
            "nice", "-n", "10", needs("stress-ng"), "--temp-path", disk, "--timeout", "60", "--quiet", f"--{name}", *rest])


def seconds(scrape, service):
    """Process -> kind -> seconds of its threads."""
    found = {}
    for labels, value in scrape.all(WAITED, service=service):
        kinds = found.setdefault(labels["pid"], {})
        kinds[labels["kind"]] = kinds.get(labels["kind"], 0) + value
    return found


def is_parent(pid):
    """Whether it is stress-ng itself, which only waits for its stressors; those bear names of their own."""
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip() == "stress-ng"
    except OSError:
        return False


def grown(old, new):
    """Kind -> seconds between two scrapes, of the stressors."""
    sums = {}
    for pid, kinds in new.items():
        if is_parent(pid):
            continue
        for kind, value in kinds.items():
            sums[kind] = sums.get(kind, 0) + value - old.get(pid, {}).get(kind, 0)
    return sums


def measure(room, stressors):
    """Kind -> share of each stressor's time, over ten seconds."""
    watches = [part for number, one in enumerate(stressors) for part in ("--watch", f"s{number}=pid:{one.pid}")]
    agent = Agent(room, *watches)
    until(lambda: len(agent.scrape().all("vitals_thread_sampled_threads")) == len(stressors), "all threads", 20)
    before = agent.scrape()
    time.sleep(10)
    after = agent.scrape()
    found = []
    for number in range(len(stressors)):
        kinds = grown(seconds(before, f"s{number}"), seconds(after, f"s{number}"))
        found.append((kinds, after.sum("vitals_thread_sampling_hertz")))
    agent.end()
    return found


def judge(text, kinds, isAll, spent, hertz):
    """Prints a line; whether the kinds prevail."""
    total = sum(spent.values())
    cpu = sum(spent.get(kind, 0) for kind in CPU)
    basis = total if isAll else total - cpu
    share = sum(spent.get(kind, 0) for kind in kinds) / basis if basis > 0.1 else 0.0
    parts = sorted(((value / total, kind) for kind, value in spent.items() if total and value / total >= 0.01), reverse=True)
    print(f"{'ok  ' if share >= SHARE else 'FAIL'} {text:42} {'+'.join(kinds):28} {share:5.2f}   {total:6.1f} s at {hertz:4.1f} Hz: "
          + ", ".join(f"{kind} {part:.0%}" for part, kind in parts), flush=True)
    return share >= SHARE


def main():
    parser = argparse.ArgumentParser(description="kinds of waiting against stress-ng")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--only", action="append", default=[], help="stressors whose text contains this")
    parser.add_argument("--disk", default="/var/tmp", help="a directory on a disk (default /var/tmp)")
    parser.add_argument("--together", type=int, default=3, help="stressors at the same time (default 3)")
    options = parser.parse_args()
    rows = [row for row in STRESSORS if not options.only or any(part in row[0] for part in options.only)]
    failed = 0
    for start in range(0, len(rows), options.together):
        group = rows[start:start + options.together]
        room = Room(os.path.abspath(options.vitals), [])
        try:
            for row, (spent, hertz) in zip(group, measure(room, [Stressor(room, row[0], options.disk) for row in group])):
                failed += not judge(*row, spent, hertz)
            for child in room.children:
                child.end()
        finally:
            room.close()
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
