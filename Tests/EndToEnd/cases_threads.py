# Where a service's threads wait, seen from outside: a program whose threads each wait in one way, looked at with all
# rights and with none.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess

from cases_rights import OTHER, OWNER, as_user
from harness import HERE, PYTHON, Agent, Child, check, equal, needs_root, until

WAITED = "vitals_thread_wait_seconds_total"
MUTEX = "vitals_thread_mutex_wait_seconds_total"
# Thread -> (kind, how many threads there are of the name).
WANTED = {
    "nap": ("sleep", 1), "convoy": ("futex", 3), "idle": ("futex", 2), "epoll": ("epoll", 1),
    "accept": ("poll", 1), "receive": ("socket_receive", 1), "tcp_receive": ("socket_receive", 1),
    "tcp_send": ("socket_send", 1), "pipe": ("pipe", 1),
}
DENIED = "where a watched service's threads wait may not be seen; only their time on and for a CPU is counted"


def start(room, user=None):
    folder = room.folder(0o755, OWNER) if user else room.directory
    prefix = as_user(OWNER) if user else []
    program = Child(room, prefix + [PYTHON, os.path.join(HERE, "waiting.py"), folder])
    until(lambda: "ready" in program.out, "the threads")
    agent = Agent(room, "--watch", f"w=pid:{program.pid}", prefix=as_user(user) if user else [])
    return program, agent


def seconds(scrape, thread, **labels):
    return scrape.sum(WAITED, thread_name=thread, **labels)


def told(room):
    program, agent = start(room)
    until(lambda: seconds(agent.scrape(), "pipe") >= 4, "four seconds of looks", 30)
    scrape = agent.scrape()
    wall = seconds(scrape, "pipe")
    for thread, (kind, count) in WANTED.items():
        total = seconds(scrape, thread)
        check(abs(total - wall * count) < 0.15 * wall * count + 0.3, f"{thread}: {total} s told of {wall * count} s")
        cpu = seconds(scrape, thread, kind="run") + seconds(scrape, thread, kind="runnable")
        share = seconds(scrape, thread, kind=kind) / max(total - cpu, 1e-9)
        check(share > 0.9, f"{thread}: {share:.2f} of its waiting is {kind}: {scrape.all(WAITED, thread_name=thread)}")
    cpu = seconds(scrape, "busy", kind="run") + seconds(scrape, "busy", kind="runnable")
    check(cpu > 0.9 * seconds(scrape, "busy"), f"busy: {scrape.all(WAITED, thread_name='busy')}")
    check(scrape.sum(MUTEX, thread_name="convoy") > wall, "a convoy's waiting for its mutex is not told")
    equal(scrape.sum(MUTEX, thread_name="idle"), 0, "an idle pool's waiting for a mutex")
    if subprocess.run(["stat", "-f", "-c", "%T", room.directory], capture_output=True).stdout.strip() != b"tmpfs":
        check(seconds(scrape, "disk", kind="disk") > 0, f"no disk: {scrape.all(WAITED, thread_name='disk')}")
    check(scrape.one("vitals_thread_sampling_hertz") > 5, "looked at too seldom")
    check(program.alive(), "the program ended")


def untold(room):
    needs_root()
    room.for_everybody()
    _, agent = start(room, OTHER)
    until(lambda: seconds(agent.scrape(), "busy", kind="run") > 0.2, "time on a CPU", 30)
    kinds = {labels["kind"] for labels, _ in agent.scrape().all(WAITED)}
    equal(kinds, {"run", "runnable"}, "kinds without rights")
    equal(len(agent.events(DENIED)), 1, "how often it was said")


def cases(_):
    return [("told", told), ("untold", untold)]
