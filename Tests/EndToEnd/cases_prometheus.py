# Real Prometheus scrapes the agent every second, once in each format, while a load of known rate runs.
# SPDX-License-Identifier: Apache-2.0
import http.client
import http.server
import json
import os
import re
import shutil
import threading
import time
import urllib.parse

from harness import Agent, Child, Service, Skip, check, equal, free_port, until
from load import Load

RATE = 40
WINDOW = 10
COMPLAINTS = re.compile(r"duplicate|out.of.order|too old|append failed|error on ingesting|different value", re.I)


def text_door(agent):
    """A door to the agent that asks for the text format, whatever Prometheus prefers. Returns its port."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = agent.get(self.path, Accept="text/plain;version=0.0.4")
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *arguments):
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, request, address):
            """A scrape that was given up is seen in `up`."""

    server = Quiet(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Prometheus(Child):
    def __init__(self, room, binary, targets, *options, scraping=""):
        """`scraping` are further lines of every scrape configuration."""
        self.port = free_port()
        config = room.path("prometheus") + ".yml"
        jobs = "".join(
            f"  - job_name: {job}\n{scraping}    static_configs:\n      - targets: ['127.0.0.1:{port}']\n"
            for job, port in targets.items())
        with open(config, "w") as file:
            file.write("global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n" + jobs)
        super().__init__(room, [
            binary, f"--config.file={config}", f"--storage.tsdb.path={room.path('data')}",
            f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=debug", *options])

    def api(self, path, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        equal(answer["status"], "success", f"Prometheus's answer to {parameters}")
        return answer["data"]

    def query(self, text, at=None):
        """job -> value."""
        parameters = {"query": text, **({"time": at} if at else {})}
        return {
            one["metric"].get("job", ""): float(one["value"][1]) for one in self.api("query", **parameters)["result"]
        }


def scraped(binary):
    def case(room):
        if not shutil.which(binary):
            raise Skip(f"no {binary} here")
        log = room.path("log")
        service = Service(room, log)
        agent = Agent(room, "--log", f"api={log}", "--watch", f"api=pid:{service.pid}")
        door = text_door(agent)
        jobs = {"openmetrics": agent.port, "text": door.server_address[1]}
        prometheus = Prometheus(room, shutil.which(binary), jobs)
        try:
            watch(prometheus, agent, service, jobs)
        finally:
            door.shutdown()
            door.server_close()

    return case


def watch(prometheus, agent, service, jobs):
    load = Load(service.port, workers=4, rate=RATE)
    everywhere = {job: 1.0 for job in jobs}
    until(lambda: equal(prometheus.query("up"), everywhere, "up") or True, "both targets are up", 60, 0.5)
    # Only a series that was there at the window's start has a rate that can be compared.
    time.sleep(WINDOW + 3)
    at = time.time() - 1.5
    rates = until(lambda: prometheus.query(f"sum by (job) (rate(http_requests_total[{WINDOW}s]))", at), "rates")
    load.stop()
    truth = sum(1 for moment in load.times if at - WINDOW <= moment <= at) / WINDOW
    for job in jobs:
        found = rates.get(job, 0)
        check(abs(found - truth) <= 0.03 * truth, f"{job}: {found:.2f} requests a second, the load made {truth:.2f}")
    agent.counted("api", load.requests)
    wanted = {job: float(sum(load.requests.values())) for job in jobs}
    until(
        lambda: equal(prometheus.query("sum by (job) (http_requests_total)"), wanted, "requests") or True,
        "Prometheus has the load's count")
    for name in ["node_cpu_seconds_total", "process_resident_memory_bytes", "vitals_process_cpu_seconds_total",
                 "http_request_duration_seconds_bucket", "node_memory_MemAvailable_bytes"]:
        found = prometheus.query(f"count by (job) ({name})")
        check(set(found) == set(jobs) and len(set(found.values())) == 1, f"{name}: {found}")
    quantile = prometheus.query(
        'histogram_quantile(0.5, sum by (job, le) (http_request_duration_seconds_bucket{path="/slow"}))')
    check(all(0.02 <= quantile.get(job, 0) <= 0.2 for job in jobs), f"the median of /slow: {quantile}")
    equal(prometheus.query("min by (job) (min_over_time(up[20s]))"), everywhere, "scrapes that failed")
    for target in prometheus.api("targets", state="active")["activeTargets"]:
        equal(target["lastError"], "", f"last error of {target['labels']['job']}")
    # In OpenMetrics a counter's family has no suffix: so the formats can be told from what Prometheus has learned.
    families = {
        job: {one["metric"] for one in prometheus.api("targets/metadata", match_target=f'{{job="{job}"}}')}
        for job in jobs
    }
    check("http_requests" in families["openmetrics"], "OpenMetrics was not negotiated")
    check("http_requests_total" in families["text"], "the text format was not negotiated")
    complaints = [line for line in prometheus.err.splitlines() if COMPLAINTS.search(line)]
    check(not complaints, f"Prometheus's log: {complaints[:1]}")


def cases(binaries):
    return [
        ("prometheus" + (f"-{os.path.dirname(os.path.abspath(one))}" if one != "prometheus" else ""), scraped(one))
        for one in ["prometheus", *binaries]
    ]
