# Who sees what: the README's table of rights, identity by identity, as sets of what is there. The service's own user sees
# everything of it; another user sees what the kernel shows, and is told once what it does not.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess

from harness import PYTHON, Agent, Child, Service, Skip, check, equal, needs, needs_root, until
from load import Load

OWNER, OTHER = 12345, 12346
OPEN = [
    "cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "swap_bytes", "threads", "page_faults_total",
    "context_switches_total", "max_fds", "oom_score", "start_time_seconds",
]
IO = ["io_read_bytes_total", "io_written_bytes_total", "io_read_operations_total", "io_write_operations_total"]
SHARES = ["proportional_memory_bytes", "proportional_swap_bytes"]
CLOSED = IO + SHARES
# Off unless it is asked for.
WITH_SHARES = "--collect=default,proportional"
UNCOUNTED = "a watched service's sockets cannot be counted; they are absent"
DENIED = "a watched process may not be read; its figures are absent"


def as_user(number):
    return [needs("setpriv"), "--reuid", str(number), "--regid", str(number), "--clear-groups"]


def start(room, user, mode):
    needs_root()
    room.for_everybody()
    log = room.folder(mode, OWNER) + "/app.log"
    # The service leaves its port here.
    os.chmod(room.directory, 0o777)
    service = Service(room, log, prefix=as_user(OWNER))
    agent = Agent(room, "--log", f"api={log}", "--watch", f"api=pid:{service.pid}", WITH_SHARES,
                  prefix=as_user(user))
    load = Load(service.port, workers=2, requests=140)
    load.join()
    return service, agent, load


def own_user(room):
    service, agent, load = start(room, OWNER, 0o700)
    agent.counted("api", load.requests)
    for name in OPEN + CLOSED + ["open_fds"]:
        until(lambda: agent.scrape().all(f"vitals_process_{name}", service="api", pid=str(service.pid)), name)
    check(agent.scrape().sum("vitals_process_io_read_bytes_total") >= 0, "no input and output")
    until(lambda: agent.scrape().sum("vitals_service_sockets", service="api", state="listen") >= 1, "its listening socket")
    equal(agent.scrape().one("vitals_service_restarts_total", service="api"), 0, "restarts")
    equal(agent.events(UNCOUNTED), [], "warnings")
    equal(agent.events(DENIED), [], "warnings")


def other_user(room):
    service, agent, load = start(room, OTHER, 0o755)
    agent.counted("api", load.requests)
    for name in OPEN:
        until(lambda: agent.scrape().all(f"vitals_process_{name}", service="api", pid=str(service.pid)), name)
    ticks = agent.scrape().sum("vitals_ticks_total")
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= ticks + 3, "three more ticks")
    scrape = agent.scrape()
    for name in CLOSED:
        equal(scrape.all(f"vitals_process_{name}"), [], f"what may not be read: {name}")
    equal(scrape.all("vitals_service_sockets"), [], "sockets that may not be counted")
    equal(scrape.one("vitals_service_restarts_total", service="api"), 0, "restarts")
    equal(len(agent.events(UNCOUNTED)), 1, "said of sockets")
    said = sorted(event["file"] for event in agent.events(DENIED))
    # Since Linux 6.2 everybody may ask how many descriptors a process has; before, only who may list them.
    count = os.stat(f"/proc/{service.pid}/fd").st_size
    if count > 0:
        equal(scrape.one("vitals_process_open_fds", pid=str(service.pid)), count, "open descriptors")
        equal(said, ["/proc/PID/io", "/proc/PID/smaps_rollup"], "what was said")
    else:
        equal(scrape.all("vitals_process_open_fds"), [], "open descriptors that may not be counted")
        equal(said, ["/proc/PID/fd", "/proc/PID/io", "/proc/PID/smaps_rollup"], "what was said")
    check(scrape.sum("vitals_process_threads", pid=str(service.pid)) >= 2, "no threads")


# A process that forbids its memory to others of its user, by PR_SET_DUMPABLE; see prctl(2).
UNDUMPABLE = "import ctypes, time; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print('ready', flush=True); time.sleep(600)"
WAITED = "vitals_thread_wait_seconds_total"
MUTEX = "vitals_thread_mutex_wait_seconds_total"
ALL = {"figures", "descriptors", "io", "shares", "waits", "calls", "sockets", "port", "exe"}


def yama():
    """kernel.yama.ptrace_scope; 0 where the kernel has no Yama."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as file:
            return int(file.read())
    except OSError:
        return 0


def asks_descriptors(pid):
    """Whether everybody may ask how many descriptors a process has, as since Linux 6.2."""
    return {"descriptors"} if os.stat(f"/proc/{pid}/fd").st_size > 0 else set()


def seen(agent, pid, port=None, exe=None):
    """What the agent shows of a process watched as `one`, and whether the others were found as `port` and `exe`."""
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= 4, "four ticks")
    scrape = agent.scrape()

    def has(name, **labels):
        return bool(scrape.all(name, pid=str(pid), **labels))

    found = {
        "figures": all(has(f"vitals_process_{name}") for name in OPEN),
        "descriptors": has("vitals_process_open_fds"), "io": all(has(f"vitals_process_{name}") for name in IO),
        "shares": all(has(f"vitals_process_{name}") for name in SHARES),
        "sockets": scrape.all("vitals_service_sockets", service="one"),
        "waits": has(WAITED, kind="poll"), "calls": has(MUTEX),
        "port": port and scrape.all("vitals_process_threads", service="port", pid=str(port)),
        "exe": exe and scrape.all("vitals_process_threads", service="exe", pid=str(exe)),
    }
    if found["figures"]:
        check(has(WAITED, kind="run"), "time on a CPU is not told")
    return {name for name, isThere in found.items() if isThere}


def identity(prefix, wanted):
    """A case: an agent under `prefix` sees `wanted` of three services of the owner's; `wanted` is asked with a pid."""
    def case(room):
        needs_root()
        room.for_everybody()
        os.chmod(room.directory, 0o777)
        one, port, exe = (Service(room, room.folder(0o700, OWNER) + "/app.log", prefix=as_user(OWNER)) for _ in range(3))
        agent = Agent(
            room, WITH_SHARES, "--watch", f"one=pid:{one.pid}", "--watch", f"port=port:{port.port}",
            "--watch", "exe=exe:" + os.path.realpath(f"/proc/{exe.pid}/exe"), prefix=prefix())
        equal(sorted(seen(agent, one.pid, port.pid, exe.pid)), sorted(wanted(one.pid)), "what is seen")
    return case


def with_ptrace(number, further=""):
    """As a user, with CAP_SYS_PTRACE and no other capability but `further`."""
    capabilities = "+sys_ptrace" + further
    return as_user(number) + ["--inh-caps", capabilities, "--ambient-caps", capabilities]


def undumpable(room):
    needs_root()
    room.for_everybody()
    program = Child(room, as_user(OWNER) + [PYTHON, "-c", UNDUMPABLE])
    until(lambda: "ready" in program.out, "the program")
    agent = Agent(room, WITH_SHARES, "--watch", f"one=pid:{program.pid}", prefix=as_user(OWNER))
    equal(sorted(seen(agent, program.pid)), sorted({"figures"} | asks_descriptors(program.pid)), "what is seen")


def hidden(room):
    """/proc is mounted so that others' processes are not there at all."""
    needs_root()
    room.for_everybody()
    proc = room.folder(0o755)
    if subprocess.run(["mount", "-t", "proc", "-o", "hidepid=2", "proc", proc], capture_output=True).returncode:
        raise Skip("a /proc with hidepid cannot be mounted here")
    room.mounts.append(proc)
    os.chmod(room.directory, 0o777)
    service = Service(room, room.folder(0o700, OWNER) + "/app.log", prefix=as_user(OWNER))
    for user, wanted in [(OWNER, ALL - {"port", "exe"} - ({"calls"} if yama() else set())), (OTHER, set())]:
        agent = Agent(room, WITH_SHARES, "--proc", proc, "--watch", f"one=pid:{service.pid}", prefix=as_user(user))
        equal(sorted(seen(agent, service.pid)), sorted(wanted), f"what {user} sees")


def cases(_):
    own = ALL - ({"calls"} if yama() else set())
    return [
        ("own-user", own_user), ("other-user", other_user),
        ("sees-root", identity(lambda: [], lambda _: ALL)),
        ("sees-own-user", identity(lambda: as_user(OWNER), lambda _: own)),
        ("sees-own-user-ptrace", identity(lambda: with_ptrace(OWNER), lambda _: ALL)),
        ("sees-other-user-ptrace", identity(
            lambda: with_ptrace(OTHER), lambda pid: {"figures", "shares", "waits", "exe"} | asks_descriptors(pid))),
        ("sees-other-user-both", identity(lambda: with_ptrace(OTHER, ",+dac_read_search"), lambda _: ALL)),
        ("sees-other-user", identity(lambda: as_user(OTHER), lambda pid: {"figures"} | asks_descriptors(pid))),
        ("sees-undumpable", undumpable), ("sees-hidepid", hidden),
    ]
