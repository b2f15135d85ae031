# The agent under a kernel of Debian's in a virtual machine: cgroups of version 2 with all their controllers, as on most
# machines today, held against the kernel's own files; and what cannot be done to the machine at hand: a processor that
# goes and comes back, a clock that is set, sleep.
#
#     python3 Tests/EndToEnd/virtual_machine.py --vitals .build/release/vitals [--kernel linux-image-6.12-amd64]...
#
# Installs qemu and unpacks a kernel and busybox, all from Debian's archive, into .build/virtual-machine. The processor is
# emulated, so any amd64 machine will do. One line a row, in a few minutes.
# SPDX-License-Identifier: Apache-2.0
import argparse
import os
import re
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from guest import Guest, download  # noqa: E402
from harness import check, equal, until  # noqa: E402

ROOT = "/sys/fs/cgroup"
SYSTEM, BUSY, DOCKER, HOG = "/system.slice", "/busy.slice", "/docker", "/hog.slice"
AGENT, APP = SYSTEM + "/vitals.service", SYSTEM + "/app.service"
LOOP, EATER = BUSY + "/loop.service", HOG + "/eater.service"
BOX = DOCKER + "/3f1c" + "0" * 60
# Few inputs, so that the agent stays within its budget on a processor that is emulated.
COLLECT = ("--collect", "cgroup,processes,-threads,cpu,memory,logs")
WATCHES = {"loop": LOOP, "app": APP, "box": "/docker/3f1c*", "eater": EATER}

# Family, labels, file, key in it (or the place in its only line), what it is multiplied by.
FIGURES = [
    ("container_cpu_usage_seconds_total", {}, "cpu.stat", "usage_usec", 1e-6),
    ("container_cpu_user_seconds_total", {}, "cpu.stat", "user_usec", 1e-6),
    ("container_cpu_system_seconds_total", {}, "cpu.stat", "system_usec", 1e-6),
    ("container_cpu_cfs_periods_total", {}, "cpu.stat", "nr_periods", 1),
    ("container_cpu_cfs_throttled_periods_total", {}, "cpu.stat", "nr_throttled", 1),
    ("container_cpu_cfs_throttled_seconds_total", {}, "cpu.stat", "throttled_usec", 1e-6),
    ("container_cpu_cfs_burst_periods_total", {}, "cpu.stat", "nr_bursts", 1),
    ("container_spec_cpu_quota", {}, "cpu.max", 0, 1),
    ("container_spec_cpu_period", {}, "cpu.max", 1, 1),
    ("container_memory_usage_bytes", {}, "memory.current", 0, 1),
    ("container_memory_max_usage_bytes", {}, "memory.peak", 0, 1),
    ("container_memory_swap", {}, "memory.swap.current", 0, 1),
    ("container_memory_rss", {}, "memory.stat", "anon", 1),
    ("container_memory_cache", {}, "memory.stat", "file", 1),
    ("container_memory_kernel_usage", {}, "memory.stat", "kernel", 1),
    ("container_memory_mapped_file", {}, "memory.stat", "file_mapped", 1),
    ("container_memory_total_inactive_file_bytes", {}, "memory.stat", "inactive_file", 1),
    ("container_memory_total_active_file_bytes", {}, "memory.stat", "active_file", 1),
    ("container_memory_failures_total", {"failure_type": "pgfault", "scope": "container"}, "memory.stat", "pgfault", 1),
    ("container_memory_pgscan_total", {}, "memory.stat", "pgscan", 1),
    ("container_memory_pgsteal_total", {}, "memory.stat", "pgsteal", 1),
    ("container_memory_workingset_refault_anon_total", {}, "memory.stat", "workingset_refault_anon", 1),
    ("container_memory_failcnt", {}, "memory.events", "max", 1),
    ("container_memory_events_high_total", {}, "memory.events", "high", 1),
    ("container_oom_events_total", {}, "memory.events", "oom_kill", 1),
    ("vitals_cgroup_memory_oom_total", {}, "memory.events", "oom", 1),
    ("container_spec_memory_limit_bytes", {}, "memory.max", 0, 1),
    ("container_threads", {}, "pids.current", 0, 1),
    ("container_threads_max", {}, "pids.max", 0, 1),
    ("container_fs_reads_bytes_total", {"device": "/dev/vda"}, "io.stat", "rbytes", 1),
    ("container_fs_reads_total", {"device": "/dev/vda"}, "io.stat", "rios", 1),
    ("container_fs_writes_bytes_total", {"device": "/dev/vda"}, "io.stat", "wbytes", 1),
    ("container_fs_writes_total", {"device": "/dev/vda"}, "io.stat", "wios", 1),
    ("container_pressure_cpu_waiting_seconds_total", {}, "cpu.pressure", "some", 1e-6),
    ("container_pressure_cpu_stalled_seconds_total", {}, "cpu.pressure", "full", 1e-6),
    ("container_pressure_memory_waiting_seconds_total", {}, "memory.pressure", "some", 1e-6),
    ("container_pressure_memory_stalled_seconds_total", {}, "memory.pressure", "full", 1e-6),
    ("container_pressure_io_waiting_seconds_total", {}, "io.pressure", "some", 1e-6),
]


def soon(condition, what, seconds=90):
    """Waits for a condition, asking rarely: each scrape costs the guest what would be a hundred elsewhere."""
    return until(lambda: condition() or True, what, seconds, 3)


def figure(text, key):
    """A figure of a kernel file; None where it has none, 0 for no limit, as cAdvisor has it."""
    if isinstance(key, int):
        words = text.split()
        return (0 if words[key] == "max" else int(words[key])) if len(words) > key else None
    if key in ("some", "full"):
        found = re.search(rf"^{key} .*total=(\d+)", text, re.MULTILINE)
    else:
        found = re.search(rf"(?:^|\s){key}[ =](\d+)", text)
    return int(found[1]) if found else None


def files(guest, group):
    """The files of a cgroup, by their names."""
    text = guest.run(f"cd {ROOT}{group} && grep -s '' cgroup.events cpu.* memory.* io.stat io.pressure pids.* || true")
    found = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        found[name] = found.get(name, "") + rest + "\n"
    return found


def hold(guest, group, absent=()):
    """All figures of a cgroup are those of its files. It must not change meanwhile."""
    def compare():
        scrape, there = guest.scrape(), files(guest, group)
        for name, labels, file, key, scale in FIGURES:
            if name in absent:
                continue
            wanted = figure(there.get(file, ""), key)
            found = [value for _, value in scrape.all(name, id=group, **labels)]
            what = f"{name}{labels} of {group}"
            if wanted is None:
                equal(found, [], what)
            else:
                check(len(found) == 1 and abs(found[0] - wanted * scale) < 1e-6 + wanted * scale * 1e-12,
                      f"{what}: {found}, in {file} {wanted * scale}")
    soon(compare, f"the figures of {group} are those of its files", 90)


def start(guest, group, command):
    """A program in a cgroup; its pid."""
    script = f'echo 0 > {ROOT}{group}/cgroup.procs; exec "$@"'
    return int(guest.run(f"(sh -c '{script}' - {command} >/tmp/out 2>&1 & echo $!)"))


def make(guest, *groups):
    for group in groups:
        guest.run(f"mkdir -p {ROOT}{group}")
        parts = group.strip("/").split("/")[:-1]
        for depth in range(len(parts) + 1):
            path = "/".join([ROOT, *parts[:depth]])
            guest.write(path + "/cgroup.subtree_control", "+cpu +memory +io +pids")


def stop(guest, group):
    """Ends all that is in a cgroup."""
    guest.run(f"echo 1 > {ROOT}{group}/cgroup.kill; while grep -q 'populated 1' {ROOT}{group}/cgroup.events; "
              "do sleep 0.1; done")


def share(guest, service):
    """What the dashboard says of a service's CPU: percent, cores, percent of periods throttled."""
    text = guest.get("/").partition(f"Service {service} ")[2]
    match = re.search(r"CPU +([\d.]+)% of ([\d.]+) cores \(cgroup limit\)  throttled +([\d.]+)%", text)
    check(match, f"no share of a limit: {text[:600]}")
    return tuple(float(part) for part in match.groups())


def steady(guest, count):
    """The loop uses what it may, without a spike, at so many looks. An emulated processor is late to stop it."""
    for _ in range(count):
        guest.run("sleep 2")
        percent, cores, throttled = until(lambda: share(guest, "loop"), "the dashboard has a share of the limit", 90, 2)
        check(40 <= percent <= 200 and cores == 0.2 and throttled > 50, f"{percent}% of {cores}, {throttled}% throttled")


def without_spikes(guest):
    """The loop's share, where it is known at all: an agent above its budget has gaps."""
    for _ in range(6):
        guest.run("sleep 2")
        shown = re.search(r"CPU +(\S+)% of 0\.20 cores", guest.get("/"))
        check(not shown or float(shown[1]) <= 200, f"a spike: {shown and shown[0]}")


def begin(guest):
    """The cgroups and the agent; first rates come when the agent has seen two ticks."""
    make(guest, AGENT, APP, LOOP, BOX, EATER)
    guest.write(ROOT + BUSY + "/cpu.max", "20000 100000")
    start(guest, LOOP, "sh -c 'while :; do :; done'")
    # Services with a log have a panel each.
    guest.run("touch /tmp/loop.log /tmp/eater.log")
    logs = "--log loop=/tmp/loop.log --log eater=/tmp/eater.log"
    watches = " ".join(f"--watch '{name}=cgroup:{path}'" for name, path in WATCHES.items())
    start(guest, AGENT, f"vitals {' '.join(COLLECT)} {logs} {watches}")
    soon(lambda: equal(guest.scrape().one("vitals_service_processes", service="loop"), 1, "processes"), "it is found")


def quota(guest):
    soon(lambda: equal(
        guest.scrape().all("vitals_cgroup_cpu_limit_cores", service="loop"),
        [({"service": "loop", "id": BUSY}, 0.2)], "limit"), "the limit above is found")
    steady(guest, 3)
    equal(guest.scrape().all("container_spec_cpu_quota", id=LOOP), [], "a quota where there is none")


def soon_value(condition, what):
    return until(condition, what, 60, 2)


def tighter(guest):
    guest.write(ROOT + LOOP + "/cpu.max", "10000 100000")
    soon(lambda: equal(
        guest.scrape().all("vitals_cgroup_cpu_limit_cores", service="loop"),
        [({"service": "loop", "id": LOOP}, 0.1)], "limit"), "the tighter limit below is found")
    guest.write(ROOT + LOOP + "/cpu.max", "50000 100000")
    soon(lambda: equal(
        guest.scrape().all("vitals_cgroup_cpu_limit_cores", service="loop"),
        [({"service": "loop", "id": BUSY}, 0.2)], "limit"), "the tighter limit above is found again")


def all_figures(guest):
    """Disk, processes, burst: then the group is frozen and each figure held against its file."""
    guest.write(ROOT + LOOP + "/pids.max", "7")
    done = start(guest, LOOP, "dd if=/dev/vda of=/dev/null bs=64k count=64")
    guest.run(f"while [ -e /proc/{done} ]; do sleep 0.1; done")
    guest.write(ROOT + LOOP + "/cgroup.freeze", "1")
    hold(guest, LOOP)
    check(guest.scrape().one("container_fs_reads_bytes_total", id=LOOP, device="/dev/vda") >= 4 << 20, "no reads")
    guest.write(ROOT + LOOP + "/cgroup.freeze", "0")


def pids(guest):
    guest.write(ROOT + LOOP + "/pids.max", "7")
    guest.write("/tmp/forks", "for i in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; wait")
    start(guest, LOOP, "sh /tmp/forks")

    def compare():
        scrape, there = guest.scrape(), files(guest, LOOP)
        check(figure(there["pids.events"], "max") > 0, "nothing was refused")
        check(figure(there["pids.current"], 0) > 4, "fewer tasks than may be")
        equal(scrape.one("container_threads", id=LOOP), figure(there["pids.current"], 0), "tasks")
        equal(scrape.one("container_threads_max", id=LOOP), 7, "the most tasks that may be")
    soon(compare, "the limit of tasks is reached")


def out_of_memory(guest):
    guest.write(ROOT + HOG + "/memory.max", str(32 << 20))
    guest.write(ROOT + HOG + "/memory.swap.max", "0")
    start(guest, EATER, "sleep 100000")
    soon(lambda: equal(
        guest.scrape().all("vitals_cgroup_memory_limit_bytes", service="eater"),
        [({"service": "eater", "id": HOG}, 32 << 20)], "limit"), "the limit above is found")
    eater = start(guest, EATER, "tail /dev/zero")
    guest.run(f"while [ -e /proc/{eater} ]; do sleep 0.2; done")
    check("Memory cgroup out of memory" in guest.run("dmesg"), "nobody was killed")
    scrape = soon_value(
        lambda: next((s for s in [guest.scrape()] if s.one("container_oom_events_total", id=HOG)), None), "the kill")
    equal(scrape.one("container_oom_events_total", id=HOG), 1, "kills")
    equal(scrape.one("container_oom_events_total", id=EATER), 1, "kills in the group itself")
    check(scrape.one("vitals_cgroup_memory_oom_total", id=HOG) >= 1, "not out of memory")
    check(scrape.one("container_memory_failcnt", id=HOG) >= 1, "the limit was never run into")
    share = r"memory +<?[\d.]+% of 32\.0 MiB \(cgroup limit\)"
    soon(lambda: check(re.search(share, guest.get("/")), "none"), "the dashboard has the share")
    hold(guest, HOG, absent={
        "container_memory_max_usage_bytes", "container_memory_swap", "container_threads", "container_threads_max",
        "container_spec_cpu_quota", "container_fs_reads_bytes_total", "container_fs_reads_total",
        "container_fs_writes_bytes_total", "container_fs_writes_total", "container_cpu_cfs_periods_total",
        "container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_throttled_seconds_total",
        "container_cpu_cfs_burst_periods_total",
        *(name for name, *_ in FIGURES if name.startswith("container_pressure"))})


def swap(guest):
    """memory.high slows a program down and has it swapped out, first into compressed memory."""
    guest.run("mkswap /dev/vda >/dev/null && swapon /dev/vda")
    zswap = "/sys/module/zswap/parameters/enabled"
    guest.run(f"if [ -e {zswap} ]; then echo 1 > {zswap}; fi")
    guest.write(ROOT + HOG + "/memory.max", "max")
    guest.write(ROOT + HOG + "/memory.swap.max", "max")
    guest.write(ROOT + EATER + "/memory.high", str(16 << 20))
    eater = start(guest, EATER, "dd if=/dev/zero of=/dev/null bs=24M count=100000")
    soon(lambda: check(guest.scrape().one("container_memory_events_high_total", id=EATER) > 0, "never"), "memory.high")
    soon(lambda: check(guest.scrape().one("container_memory_swap", id=EATER) > 1 << 20, "none"), "swapped out")
    soon(lambda: check(
        guest.scrape().one("container_pressure_memory_waiting_seconds_total", id=EATER) > 0, "none"), "pressure")
    guest.write(ROOT + EATER + "/cgroup.freeze", "1")
    hold(guest, EATER, absent={
        "container_spec_cpu_quota", "container_cpu_cfs_periods_total", "container_cpu_cfs_throttled_periods_total",
        "container_cpu_cfs_throttled_seconds_total", "container_cpu_cfs_burst_periods_total"})
    meminfo = guest.read("/proc/meminfo")
    scrape = guest.scrape()
    for key in ("SwapTotal", "Zswap", "Zswapped"):
        found = re.search(rf"^{key}: +(\d+)", meminfo, re.MULTILINE)
        check(found, f"no {key} in meminfo")
        check(abs(scrape.one(f"node_memory_{key}_bytes") - int(found[1]) * 1024) < 1 << 20, f"{key} is another")
    check(not guest.tell("test -e " + zswap)[1] == 0 or scrape.one("node_memory_Zswap_bytes") > 0, "nothing compressed")
    guest.write(ROOT + EATER + "/cgroup.freeze", "0")
    guest.run(f"kill -9 {eater}")


def returns(guest):
    """A cgroup that is gone and made again under its name between two looks, and after a while."""
    for is_seen in (False, True):
        # So much more than what it takes to start a process that the new one's figure is certainly below.
        start(guest, APP, "sh -c 'while :; do :; done'")
        soon(lambda: check(guest.scrape().one("container_cpu_usage_seconds_total", id=APP) > 2, "little"), "it runs")
        before = guest.scrape().one("container_cpu_usage_seconds_total", id=APP)
        stop(guest, APP)
        guest.run(f"rmdir {ROOT}{APP}")
        if is_seen:
            soon(lambda: equal(guest.scrape().all("container_cpu_usage_seconds_total", id=APP), [], "its time"), "gone")
        guest.run(f"mkdir {ROOT}{APP}")
        pid = start(guest, APP, "sleep 100000")
        soon(lambda: check(
            guest.scrape().one("container_cpu_usage_seconds_total", id=APP) < before, "the old one's"), "the new one's")
        hold(guest, APP, absent={"container_spec_cpu_quota", *(name for name, *_ in FIGURES if "_cfs_" in name)})
        equal(guest.scrape().one("vitals_cgroup_processes", service="app", id=APP), 1, f"processes beside {pid}")
        stop(guest, APP)


def trees(guest):
    """Names as systemd and Docker give them."""
    start(guest, BOX, "sleep 100000")
    guest.write(ROOT + DOCKER + "/memory.max", str(64 << 20))
    soon(lambda: equal(guest.scrape().one("vitals_cgroup_processes", service="box", id=BOX), 1, "processes"), "found")
    soon(lambda: equal(
        guest.scrape().all("vitals_cgroup_memory_limit_bytes", service="box"),
        [({"service": "box", "id": DOCKER}, 64 << 20)], "limit"), "the limit above a container is found")
    equal([labels["id"] for labels, _ in guest.scrape().all("vitals_cgroup_processes") if "service" not in labels],
          [AGENT], "the agent's own cgroup")


def namespace(guest):
    """An agent in a container: its cgroup is the root in sight, with its own limits."""
    inside = DOCKER + "/5e1f" + "0" * 60
    make(guest, inside)
    guest.write(ROOT + inside + "/cpu.max", "50000 100000")
    guest.write(ROOT + inside + "/memory.max", str(96 << 20))
    guest.write("/tmp/inside", "umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; "
                "cat /proc/self/cgroup >/tmp/seen; exec vitals --listen 127.0.0.1:9978 --collect cgroup 2>/tmp/inside.log")
    start(guest, inside, "/usr/bin/unshare --cgroup --mount sh /tmp/inside")
    scrape = soon_value(lambda: next(
        (s for s in [guest.scrape(9978)] if s.all("vitals_cgroup_cpu_limit_cores")), None), "its limits")
    equal(guest.read("/tmp/seen"), "0::/\n", "/proc/self/cgroup")
    equal(scrape.all("vitals_cgroup_cpu_limit_cores"), [({"id": "/"}, 0.5)], "CPU limit")
    equal(scrape.all("vitals_cgroup_memory_limit_bytes"), [({"id": "/"}, 96 << 20)], "memory limit")
    check(scrape.one("container_memory_working_set_bytes", id="/") > 0, "no figures of its own")
    check(guest.read("/tmp/inside.log").count("cgroups above those in sight") == 1, "it does not say that there is more above")
    stop(guest, inside)


def yama(guest):
    """Where Yama forbids tracing, an agent that is the service's user sees no system calls, and everything else."""
    user = "/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups"
    pid = start(guest, APP, f"{user} sleep 100000")
    closed = "vitals_thread_mutex_wait_seconds_total"
    for scope, port, wanted in (("0", 9980, 1), ("1", 9981, 0)):
        guest.write("/proc/sys/kernel/yama/ptrace_scope", scope)
        agent = start(guest, AGENT, f"{user} vitals --listen 127.0.0.1:{port} --collect processes --watch one=pid:{pid}")

        def seen():
            scrape = guest.scrape(port)
            for name, labels in (("vitals_process_open_fds", {}), ("vitals_process_io_read_bytes_total", {}),
                                 ("vitals_thread_wait_seconds_total", {"kind": "sleep"})):
                check(scrape.all(name, pid=str(pid), **labels), f"no {name} with ptrace_scope {scope}")
            check(scrape.one("vitals_ticks_total") >= 4, "four ticks")
            equal(len(scrape.all(closed, pid=str(pid))), wanted, f"{closed} with ptrace_scope {scope}")

        soon(seen, f"what is seen with ptrace_scope {scope}")
        guest.run(f"kill {agent}")
    stop(guest, APP)


def seconds_of(scrape):
    return {(labels["cpu"], labels["mode"]): value for labels, value in scrape.all("node_cpu_seconds_total")}


def processor(guest):
    """A processor goes and comes back: no counter of another falls, and its own are those of the kernel."""
    before = seconds_of(guest.scrape())
    guest.write("/sys/devices/system/cpu/cpu1/online", "0")
    soon(lambda: equal({cpu for cpu, _ in seconds_of(guest.scrape())}, {"0"}, "processors"), "it is gone")
    check(guest.run("grep -c ^cpu1 /proc/stat || true").strip() == "0", "the kernel still has it")
    guest.write("/sys/devices/system/cpu/cpu1/online", "1")
    soon(lambda: equal({cpu for cpu, _ in seconds_of(guest.scrape())}, {"0", "1"}, "processors"), "it is back")
    after = seconds_of(guest.scrape())
    fallen = {key: (before[key], after[key]) for key in before if after[key] < before[key]}
    kernel = guest.run("grep ^cpu1 /proc/stat")
    check(all(cpu == "1" and mode in ("idle", "iowait") for cpu, mode in fallen), f"fell: {fallen}; {kernel}")
    check(0 <= min(after.values()) and max(after.values()) < 1e4, f"{after}")


def clock(guest):
    """The clock is set by an hour: rates stay what they are, and nothing waits for the time to come again."""
    for step in (3600, -7200, 3600):
        ticks = guest.scrape().one("vitals_ticks_total")
        guest.run(f"date -s @$(($(date +%s) + {step})) >/dev/null")
        without_spikes(guest)
        check(3 <= guest.scrape().one("vitals_ticks_total") - ticks <= 200, "ticks")
        soon(lambda: check(
            abs(int(guest.run("date +%s")) - guest.scrape().one("container_last_seen", id=LOOP)) < 10, "the old clock's"),
            f"a look after a step of {step} s")


def sleep(guest):
    """Sleep, ended by the clock: a gap, not a spike."""
    ticks = guest.scrape().one("vitals_ticks_total")
    up = float(guest.read("/proc/uptime").split()[0])
    guest.run("echo 0 > /sys/class/rtc/rtc0/wakealarm; echo +30 > /sys/class/rtc/rtc0/wakealarm; "
              "echo mem > /sys/power/state", 90)
    asleep = float(guest.read("/proc/uptime").split()[0]) - up
    check(asleep > 15, f"it slept {asleep:g} s")
    without_spikes(guest)
    passed = guest.scrape().one("vitals_ticks_total") - ticks
    check(3 <= passed < float(guest.read("/proc/uptime").split()[0]) - up - asleep / 2, f"{passed} ticks")


def sound(guest):
    scrape = guest.scrape()
    equal(scrape.sum("vitals_input_malformed_lines_total"), 0, "lines not understood")
    equal(scrape.sum("vitals_cgroup_left_out"), 0, "cgroups left out")


ROWS = [begin, quota, tighter, all_figures, pids, out_of_memory, swap, returns, trees, namespace, yama, processor, clock,
        sleep, sound]


def capture(guest, path):
    """Writes the files of cgroups that have a limit, and of those in them, as the kernel has them: path:line."""
    with open(path, "w") as file:
        for group in (BUSY, LOOP, HOG, EATER):
            for name, text in files(guest, group).items():
                file.writelines(f"{group}/{name}:{line}\n" for line in text.splitlines())


def run(kernel, options):
    folder = os.path.abspath(options.folder)
    os.makedirs(folder, exist_ok=True)
    began = time.monotonic()
    root = download(folder, kernel)
    guest = Guest(folder, root, os.path.abspath(options.vitals))
    failed = 0
    try:
        print(f"{guest.run('uname -rv').strip()} after {time.monotonic() - began:.0f} s", flush=True)
        for row in ROWS:
            if options.only and row is not begin and row.__name__ not in options.only:
                continue
            started = time.monotonic()
            try:
                row(guest)
                result = f"ok {row.__name__}"
            except Exception as error:  # A row that breaks in any way has failed; the others go on.
                failed += 1
                result = f"FAIL {row.__name__}: {error}"
                if options.verbose:
                    traceback.print_exc()
            print(f"{result}  ({time.monotonic() - started:.1f} s)", flush=True)
        if options.capture:
            capture(guest, options.capture)
        if failed and options.verbose:
            print(guest.get("/"), guest.read("/tmp/out")[-3000:], guest.messages()[-3000:])
    finally:
        guest.close()
    return failed


def main():
    parser = argparse.ArgumentParser(description="vitals in a virtual machine")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--kernel", action="append", help="a package of Debian's (default linux-image-amd64)")
    parser.add_argument("--only", action="append", default=[], help="run this row")
    parser.add_argument("--folder", default=".build/virtual-machine", help="where packages are unpacked")
    parser.add_argument("--capture", help="a file for those of its cgroups at the end")
    parser.add_argument("--verbose", action="store_true", help="traces of failed rows, and what the guest says")
    options = parser.parse_args()
    failed = sum(run(kernel, options) for kernel in options.kernel or ["linux-image-amd64"])
    print(f"{failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
