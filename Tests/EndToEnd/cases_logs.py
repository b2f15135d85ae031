# A service under load: what the agent counted is what the load generator knows, to the last request.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal

from harness import Agent, Service, check, equal, until
from load import Load


def counts(form):
    def case(room):
        log = room.path("log")
        service = Service(room, log, "--form", form)
        agent = Agent(room, "--log", f"api={log}", "--log-from", "start")
        load = Load(service.port, workers=6, requests=2100)
        load.join()
        agent.counted("api", load.requests)
        scrape = agent.scrape()
        for (method, path), count in load.durations().items():
            labels = {"service": "api", "method": method, "path": path}
            name = "http_request_duration_seconds"
            equal(scrape.one(name + "_count", **labels), count, f"{method} {path}: durations")
            equal(scrape.one(name + "_bucket", le="+Inf", **labels), count, f"{method} {path}: last bucket")
            buckets = sorted((float(own["le"]), value) for own, value in scrape.all(name + "_bucket", **labels))
            check(all(a[1] <= b[1] for a, b in zip(buckets, buckets[1:])), f"{path}: the buckets are not cumulative")
        slow = scrape.sum("http_request_duration_seconds_sum", path="/slow")
        number = scrape.sum("http_request_duration_seconds_count", path="/slow")
        check(0.03 * number <= slow <= 1.0 * number, f"{number} slow requests took {slow} s")
        errors = sum(count for (_, _, status), count in load.requests.items() if status == "500")
        equal(scrape.sum("http_requests_total", status="500"), errors, "errors")
        equal(scrape.one("cache_hits_total", service="api"), load.cache["hit"], "cache hits")
        equal(scrape.one("cache_misses_total", service="api"), load.cache["miss"], "cache misses")
        levels = {labels["level"]: value for labels, value in scrape.all("log_lines_total", service="api")}
        equal(levels, dict(load.levels), "lines by level")
        equal(scrape.sum("vitals_tail_lines_total"), sum(load.levels.values()), "lines")
        equal(scrape.sum("vitals_tail_read_bytes_total"), os.path.getsize(log), "bytes")
        equal(scrape.all("vitals_tail_invalid_lines_total"), [], "invalid lines")

        def shown():
            text = agent.get("/dashboard/service").text
            check("api" in text and "/orders/{id}" in text, "no endpoint of it")
            check("KeyError: 'price'" in text, "no error line of it")
            return True

        until(shown, "the dashboard shows the service", 5)

    return case


def processes(room):
    """The same service watched in each of the ways; two children are counted with it."""
    log, log2 = room.path("log"), room.path("log")
    one = Service(room, log, "--children", "2", "--name", "e2e-by-name")
    two = Service(room, log2, "--children", "1")
    agent = Agent(
        room, "--watch", "named=name:e2e-by-name", "--watch", f"globbed=cmd:*service.py --log {log2} *")
    by_id = Agent(room, "--watch", f"numbered=pid:{one.pid}", "--watch", f"ported=port:{two.port}")
    bare = Agent(room, "--watch", "bare=e2e-by-name", "--watch", f"nobody=pid:{2 ** 22 - 1}")
    wanted = [(agent, "named", one, 3), (agent, "globbed", two, 2), (by_id, "numbered", one, 3),
              (by_id, "ported", two, 2), (bare, "bare", one, 3)]
    for where, name, service, number in wanted:
        until(
            lambda: equal(where.scrape().one("vitals_service_processes", service=name), number, name) or True,
            f"processes of {name}")
        scrape = where.scrape()
        pids = {labels["pid"] for labels, _ in scrape.all("vitals_process_threads", service=name)}
        equal(len(pids), number, f"{name}: processes with threads")
        check(str(service.pid) in pids, f"{name}: the service itself is not among {pids}")
        resident = scrape.sum("vitals_process_resident_memory_bytes", service=name, pid=str(service.pid))
        with open(f"/proc/{service.pid}/status") as file:
            truth = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))
        check(abs(resident - truth) <= 0.2 * truth, f"{name}: {resident} bytes resident, the kernel says {truth}")
    started = agent.scrape().one("vitals_process_start_time_seconds", service="named", pid=str(one.pid))
    check(abs(started - os.stat(one.err_path).st_ctime) < 60, f"{started} is not when the service started")
    equal(bare.scrape().one("vitals_service_processes", service="nobody"), 0, "processes of a service that is none")
    load = Load(one.port, requests=700)
    load.join()
    ticks = os.sysconf("SC_CLK_TCK")

    def used():
        with open(f"/proc/{one.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        truth = (int(fields[11]) + int(fields[12])) / ticks
        found = agent.scrape().sum("vitals_process_cpu_seconds_total", service="named", pid=str(one.pid))
        return equal(round(found, 2), round(truth, 2), "CPU seconds") or truth > 0

    until(used, "the agent and the kernel agree on the CPU time")
    two.end(signal.SIGKILL)
    until(lambda: agent.scrape().sum("vitals_service_processes", service="globbed") == 0, "a killed service is gone")


def two_services(room):
    """Two logs of one service add up; a second service stands apart."""
    logs = [room.path("log") for _ in range(3)]
    forms = ["structlog", "stdlib", "structlog"]
    services = [Service(room, log, "--form", form) for log, form in zip(logs, forms)]
    agent = Agent(
        room, "--log", f"api={logs[0]}", "--log", f"api={logs[1]}", "--log", logs[2], "--log-from", "start")
    loads = [Load(service.port, workers=2, requests=350) for service in services]
    for load in loads:
        load.join()
    agent.counted("api", loads[0].requests + loads[1].requests)
    agent.counted(os.path.basename(logs[2]), loads[2].requests)


def told_twice(room):
    """A server's access log and the service's own lines tell each request twice; it counts once, also after a restart."""
    access, own, checkpoint = room.path("access"), room.path("own"), room.path("checkpoint")
    options = ["--log", f"api={access}", "--log", f"api={own}", "--log-from", "start", "--checkpoint", checkpoint]
    name = "http_request_duration_seconds_count"
    with open(access, "w", buffering=1) as servers, open(own, "w", buffering=1) as service:
        def tell(count, to):
            for number in range(count):
                if servers in to:
                    servers.write(f'INFO:     127.0.0.1:5 - "GET /orders/{number} HTTP/1.1" 200 OK\n')
                if service in to:
                    service.write(
                        f'{{"event":"request_completed","level":"info","method":"GET","path":"/orders/{number}",'
                        '"status":200,"duration_ms":12.5}\n')

        def total(agent, requests, repeated, durations):
            agent.counted("api", {("GET", "/orders/{id}", "200"): requests})
            until(
                lambda: equal(agent.scrape().one("vitals_tail_repeated_requests_total", service="api"), repeated,
                              "repeated") or True, "repeated lines are counted", 5, 0.1)
            equal(agent.scrape().one(name, service="api", method="GET", path="/orders/{id}"), durations, "durations")

        tell(300, [servers, service])
        agent = Agent(room, *options)
        total(agent, 300, 300, 300)
        tell(200, [servers])
        total(agent, 500, 300, 300)
        tell(250, [service])
        total(agent, 550, 500, 550)
        agent.end()
        tell(100, [service, servers])
        total(Agent(room, *options), 100, 100, 100)


def start_or_end(room):
    """A log that is there already counts from its end, or from its start when that is asked for."""
    log = room.path("log")
    service = Service(room, log)
    before = Load(service.port, workers=2, requests=140)
    before.join()
    from_end = Agent(room, "--log", f"api={log}")
    from_start = Agent(room, "--log", f"api={log}", "--log-from", "start")
    until(lambda: from_end.events("log is open"), "the log is open")
    after = Load(service.port, workers=2, requests=210)
    after.join()
    from_end.counted("api", after.requests)
    from_start.counted("api", before.requests + after.requests)


def late(room):
    """A log that appears later is read from its start, even in a folder that appears later."""
    folder = room.path("later")
    log = folder + "/app.log"
    agent = Agent(room, "--log", f"api={log}")
    until(lambda: agent.events("log is not there, waiting for it"), "the agent says that it waits")
    shutil.copytree(room.folder(), folder)
    service = Service(room, log)
    load = Load(service.port, workers=2, requests=210)
    load.join()
    agent.counted("api", load.requests)
    equal(len(agent.events("log is not there, waiting for it")), 1, "how often it was said")


def cases(_):
    return [
        ("structlog", counts("structlog")), ("processes", processes), ("two-services", two_services),
        ("told-twice", told_twice),
        ("start-or-end", start_or_end), ("late", late), ("stdlib", counts("stdlib")),
    ]
