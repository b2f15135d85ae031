# Limits of cgroups, in real ones that the case makes: a busy loop under a CPU quota and a process that takes more memory
# than it may, the limit each time one cgroup above, where the agent has to look for it. Version 1 and 2 alike; a machine
# whose cgroups may not be written skips the case and says why.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess
import time

from cases_rights import OTHER, as_user
from harness import PYTHON, Agent, Child, Skip, check, equal, needs_root, until

LIMIT = 64 << 20


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def mounts():
    """Where cgroups are mounted whole: (directory, controllers of version 1 or nothing)."""
    with open("/proc/self/mountinfo") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            kind, _, options = right.split()[:3]
            if kind in ("cgroup", "cgroup2") and left.split()[3] == "/":
                yield left.split()[4], options.split(",") if kind == "cgroup" else []


class Nest:
    """A new cgroup with a controller, and one in it for processes."""

    def __init__(self, room, controller):
        needs_root()
        self.root, self.is_new = self.find(room, controller)
        self.path = f"/vitals-e2e-{os.getpid()}-{controller}-{time.monotonic_ns()}"
        self.top, self.leaf = self.root + self.path, self.root + self.path + "/leaf"
        self.made, self.undo = [], None
        try:
            if self.is_new:
                self.enable(self.root, controller)
            self.make(self.top)
            if self.is_new:
                write(self.top + "/cgroup.subtree_control", f"+{controller}")
            self.make(self.leaf)
        except OSError as error:
            self.close()
            raise Skip(f"cgroups may not be made here: {error}") from error

    def find(self, room, controller):
        found = list(mounts())
        for directory, controllers in found:
            if controller in controllers:
                return directory, False
        unified = [directory for directory, controllers in found if not controllers]
        if not unified:
            directory = room.folder()
            if subprocess.run(["mount", "-t", "cgroup2", "none", directory], capture_output=True).returncode == 0:
                room.mounts.append(directory)
                unified.append(directory)
        for directory in unified:
            with open(directory + "/cgroup.controllers") as file:
                if controller in file.read().split():
                    return directory, True
        raise Skip(f"no tree of cgroups has the {controller} controller")

    def enable(self, directory, controller):
        control = directory + "/cgroup.subtree_control"
        with open(control) as file:
            if controller in file.read().split():
                return
        write(control, f"+{controller}")
        self.undo = (control, f"-{controller}")

    def make(self, directory):
        os.mkdir(directory)
        self.made.append(directory)

    def limit(self, **files):
        """Writes the files of the outer cgroup, of version 2 or 1."""
        for name, text in files["unified" if self.is_new else "split"].items():
            if os.path.exists(f"{self.top}/{name}"):
                write(f"{self.top}/{name}", text)

    def run(self, room, program):
        """A Python program in the inner cgroup."""
        script = f'echo $$ > {self.leaf}/cgroup.procs && exec {PYTHON} -c "$0"'
        return Child(room, ["sh", "-c", script, program])

    def close(self):
        try:
            for directory in reversed(self.made):
                # Those that were killed may still be on their way out.
                if os.path.exists(directory):
                    until(lambda: os.rmdir(directory) is None, f"{directory} is empty", 5)
        finally:
            if self.undo:
                write(*self.undo)


def end(children):
    for child in children:
        if child.alive():
            child.process.kill()
        child.process.wait(10)


def quota(room, prefix=()):
    nest, children = Nest(room, "cpu"), []
    try:
        nest.limit(
            unified={"cpu.max": "20000 100000"}, split={"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "20000"})
        children.append(nest.run(room, "while True: pass"))
        agent = Agent(room, "--watch", f"busy=cgroup:{nest.path}", prefix=prefix)
        until(lambda: equal(agent.scrape().sum("vitals_service_processes"), 1, "processes") or True, "it is found")
        until(
            lambda: equal(
                agent.scrape().all("vitals_cgroup_cpu_limit_cores", service="busy"),
                [({"service": "busy", "id": nest.path}, 0.2)], "the limit that binds") or True, "the limit is found")
        first = until(
            lambda: agent.scrape().one("container_cpu_cfs_throttled_periods_total", id=nest.path) or None,
            "it is throttled")
        until(
            lambda: agent.scrape().one("container_cpu_cfs_throttled_periods_total", id=nest.path) > first,
            "it is throttled further")
        scrape = agent.scrape()
        check(scrape.one("container_cpu_cfs_throttled_seconds_total", id=nest.path) > 0, "no time of throttling")
        check(scrape.one("container_cpu_cfs_periods_total", id=nest.path) >= first, "fewer periods than throttled ones")
        equal(scrape.one("container_spec_cpu_quota", id=nest.path), 20_000, "quota")
        equal(scrape.one("container_spec_cpu_period", id=nest.path), 100_000, "period")
        equal(scrape.all("container_spec_cpu_quota", id=nest.path + "/leaf"), [], "a quota where there is none")
        until(
            lambda: re.search(r"CPU +[\d.]+% of 0\.20 cores \(cgroup limit\)  throttled +\d", agent.get("/").text),
            "the dashboard has the share of the limit and of throttled periods")
    finally:
        end(children)
        nest.close()


def quota_of_others(room):
    """The same as a user who may not write anywhere, nor trace the process: cgroups are for everyone to read."""
    needs_root()
    room.for_everybody()
    quota(room, as_user(OTHER))


def memory(room):
    nest, children = Nest(room, "memory"), []
    try:
        nest.limit(
            unified={"memory.max": str(LIMIT), "memory.swap.max": "0"},
            split={"memory.limit_in_bytes": str(LIMIT), "memory.memsw.limit_in_bytes": str(2 * LIMIT)})
        children.append(nest.run(room, "import time; time.sleep(600)"))
        agent = Agent(room, "--watch", f"hog=cgroup:{nest.path}/*")
        until(
            lambda: equal(
                agent.scrape().all("vitals_cgroup_memory_limit_bytes", service="hog"),
                [({"service": "hog", "id": nest.path}, LIMIT)], "the limit that binds") or True, "the limit is found")
        equal(agent.scrape().one("container_spec_memory_limit_bytes", id=nest.path), LIMIT, "limit")
        equal(agent.scrape().one("container_spec_memory_limit_bytes", id=nest.path + "/leaf"), 0, "no limit")
        hog = nest.run(
            room, "open('/proc/self/oom_score_adj', 'w').write('1000'); b = bytearray(256 << 20); print(len(b))")
        children.append(hog)
        equal(hog.process.wait(60), -9, "the end of the hog")
        events = until(lambda: agent.scrape().sum("container_oom_events_total") or None, "the kill is seen")
        check(events >= 1, "no kill")
        scrape = agent.scrape()
        check(scrape.one("container_memory_failcnt", id=nest.path) > 0, "the limit was never run into")
        check(0 < scrape.one("container_memory_usage_bytes", id=nest.path) <= LIMIT, "usage past the limit")
        check(scrape.one("container_memory_working_set_bytes", id=nest.path) <= LIMIT, "working set past the limit")
        until(
            lambda: re.search(r"memory +<?[\d.]+% of 64\.0 MiB \(cgroup limit\)", agent.get("/").text),
            "the dashboard has the share of the limit")
    finally:
        end(children)
        nest.close()


def own(room):
    """The agent's own cgroup, whatever it is."""
    agent = Agent(room)
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= 2, "two ticks")
    scrape = agent.scrape()
    if not list(mounts()):
        raise Skip("no cgroups here")
    check(scrape.all("container_last_seen"), "the agent's own cgroup is not there")
    equal(scrape.sum("vitals_cgroup_left_out"), 0, "cgroups left out")
    check(scrape.all("vitals_input_sample_age_seconds", input="cgroups"), "cgroups were not looked at")
    equal(agent.scrape().sum("vitals_input_malformed_lines_total", input="cgroups"), 0, "lines not understood")


def cases(_):
    return [("quota", quota), ("quota-other-user", quota_of_others), ("memory", memory), ("own", own)]
