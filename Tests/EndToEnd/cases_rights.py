# Without root: the service's own user sees everything of it; another user sees what the kernel shows, and is told once
# what it does not.
# SPDX-License-Identifier: Apache-2.0
import os

from harness import Agent, Service, check, equal, needs, needs_root, until
from load import Load

OWNER, OTHER = 12345, 12346
OPEN = ["cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "threads", "start_time_seconds"]
CLOSED = ["io_read_bytes_total", "io_written_bytes_total"]
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
    agent = Agent(room, "--log", f"api={log}", "--watch", f"api=pid:{service.pid}", prefix=as_user(user))
    load = Load(service.port, workers=2, requests=140)
    load.join()
    return service, agent, load


def own_user(room):
    service, agent, load = start(room, OWNER, 0o700)
    agent.counted("api", load.requests)
    for name in OPEN + CLOSED + ["open_fds"]:
        until(lambda: agent.scrape().all(f"vitals_process_{name}", service="api", pid=str(service.pid)), name)
    check(agent.scrape().sum("vitals_process_io_read_bytes_total") >= 0, "no input and output")
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
    said = sorted(event["file"] for event in agent.events(DENIED))
    # Since Linux 6.2 everybody may ask how many descriptors a process has; before, only who may list them.
    count = os.stat(f"/proc/{service.pid}/fd").st_size
    if count > 0:
        equal(scrape.one("vitals_process_open_fds", pid=str(service.pid)), count, "open descriptors")
        equal(said, ["/proc/PID/io"], "what was said")
    else:
        equal(scrape.all("vitals_process_open_fds"), [], "open descriptors that may not be counted")
        equal(said, ["/proc/PID/fd", "/proc/PID/io"], "what was said")
    check(scrape.sum("vitals_process_threads", pid=str(service.pid)) >= 2, "no threads")


def cases(_):
    return [("own-user", own_user), ("other-user", other_user)]
