# Without root: the service's own user sees everything of it; another user sees what the kernel shows, and is told once
# what it does not.
# SPDX-License-Identifier: Apache-2.0
import os

from harness import Agent, Service, check, equal, needs, needs_root, until
from load import Load

OWNER, OTHER = 12345, 12346
OPEN = ["cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "threads", "start_time_seconds"]
CLOSED = ["open_fds", "io_read_bytes_total", "io_written_bytes_total"]


def as_user(number):
    return [needs("setpriv"), "--reuid", str(number), "--regid", str(number), "--clear-groups"]


def start(room, user, mode):
    needs_root()
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
    for name in OPEN + CLOSED:
        until(lambda: agent.scrape().all(f"vitals_process_{name}", service="api", pid=str(service.pid)), name)
    check(agent.scrape().sum("vitals_process_io_read_bytes_total") >= 0, "no input and output")
    equal([event for event in agent.events() if event["level"] != "info"], [], "warnings")


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
    said = agent.events("a watched process may not be read; its figures are absent")
    equal(sorted(event["file"] for event in said), ["/proc/PID/fd", "/proc/PID/io"], "what was said")
    check(scrape.sum("vitals_process_threads", pid=str(service.pid)) >= 2, "no threads")


def cases(_):
    return [("own-user", own_user), ("other-user", other_user)]
