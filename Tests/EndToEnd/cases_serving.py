# The agent alone: its addresses, forms and headers, and the dashboard command beside it.
# SPDX-License-Identifier: Apache-2.0
import gzip
import os
import signal
import socket
import subprocess

from harness import Agent, Scrape, Service, Skip, check, equal, until

# What Prometheus 2.42 and 3 ask for.
ACCEPTS = [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
]


def addresses(room):
    agent = Agent(room)
    for path in ["/", "/dashboard/overview", "/dashboard/host", "/dashboard/service", "/metrics", "/healthz", "/readyz"]:
        answer = agent.get(path)
        equal(answer.status, 200, f"status of {path}")
        check(answer.headers["Content-Type"].startswith("text/plain"), f"{path}: {answer.headers['Content-Type']}")
    equal(agent.get("/nothing").status, 404, "status of /nothing")
    equal(agent.get("/", method="POST").status, 405, "status of POST")
    equal(agent.get("/dashboard/host?width=9").status, 400, "status of a bad width")
    scrape = until(lambda: (s := agent.scrape()) and s.sum("vitals_ticks_total") >= 2 and s, "two ticks")
    check(scrape.sum("node_cpu_seconds_total") > 0, "no CPU time")
    check(scrape.one("node_memory_MemTotal_bytes") > 0, "no memory")
    check(scrape.one("process_resident_memory_bytes") > 0, "no memory of its own")
    check(not any(name == "http_requests_total" for name, _ in scrape.samples), "requests without a log")


def forms(room):
    agent = Agent(room)
    text = agent.get("/").text
    check("\x1b" not in text and socket.gethostname()[:8] in text, "the text is no plain frame of this machine")
    check("\x1b[" in agent.get("/?color=1").text, "color=1 has no colours")
    page = agent.get("/", Accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    check(page.headers["Content-Type"].startswith("text/html"), "a browser gets no HTML")
    check(page.text.startswith("<!DOCTYPE html>") and "</html>" in page.text, "the page is no page")
    check("default-src 'none'" in page.headers["Content-Security-Policy"], "the page has no content policy")
    for accept in ACCEPTS:
        openmetrics = agent.get("/metrics", Accept=accept)
        check(openmetrics.headers["Content-Type"].startswith("application/openmetrics-text"), "no OpenMetrics")
        check(openmetrics.text.endswith("# EOF\n"), "OpenMetrics without its end")
    check("version=0.0.4" in agent.get("/metrics").headers["Content-Type"], "the text format has no version")


def transfer(room):
    agent = Agent(room)
    packed = agent.get("/metrics", Accept_Encoding="gzip")
    equal(packed.headers["Content-Encoding"], "gzip", "encoding")
    Scrape(gzip.decompress(packed.body).decode())
    plain = agent.get("/metrics", Accept_Encoding="identity")
    equal(plain.headers["Content-Encoding"], None, "encoding when none is wanted")
    for path in ["/", "/metrics", "/healthz"]:
        head = agent.get(path, method="HEAD")
        equal((head.status, head.body), (200, b""), f"HEAD {path}")
        check(int(head.headers["Content-Length"]) > 0, f"HEAD {path} tells no length")
    with socket.create_connection(("127.0.0.1", agent.port), 5) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        got = b""
        while got.count(b"HTTP/1.1 200 OK") < 3 or not got.endswith(b"ok\n"):
            piece = one.recv(4096)
            check(piece, "the connection ended before three pipelined answers")
            got += piece
    equal(agent.get("/", Host="rebound.example").status, 403, "status for a strange Host")


def chosen_port(room):
    """Port 0 leaves the choice to the kernel; the agent's log says what it chose."""
    agent = Agent(room, "--listen", "127.0.0.1:0", ready=False)
    started = until(lambda: agent.events("started"), "the agent says where it listens")
    host, port = started[0]["listen"].split(":")
    equal(host, "127.0.0.1", "address")
    check(int(port) > 0, "the log does not say the port")
    agent.port = int(port)
    until(agent.is_ready, "the agent is ready")


def unix_socket(room):
    path = room.path("socket")
    agent = Agent(room, "--listen", f"unix:{path}", ready=False)

    def answer():
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(path)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return client.recv(4096).startswith(b"HTTP/1.1 200")

    until(answer, "the socket answers")
    equal(agent.end(), 0, "exit status")
    check(not os.path.exists(path), "the socket's file remains")
    for _ in range(2):
        # The second one finds the file of the first, which was killed.
        agent = Agent(room, "--listen", f"unix:{path}", ready=False)
        until(answer, "the socket answers")
        agent.end(signal.SIGKILL)
        check(os.path.exists(path), "a killed agent's file is gone")


def dashboard(room, *arguments):
    done = subprocess.run(
        [room.vitals, "dashboard", "--once", *arguments], capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
    equal((done.returncode, done.stderr), (0, b""), "status and stderr of dashboard --once")
    text = done.stdout.decode("utf-8", "strict")
    check("\x1b" not in text, "a pipe gets colours")
    check(text.startswith("vitals " + socket.gethostname()[:8]), f"no frame: {text[:80]!r}")
    return text


def dashboard_of_agent(room):
    agent = Agent(room)
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= 2, "two ticks")
    for name in ["overview", "host", "service"]:
        text = dashboard(room, "--url", f"http://127.0.0.1:{agent.port}", "--width", "80", name)
        check(max(map(len, text.splitlines())) <= 80, f"{name} is wider than 80 columns")
    agent.end()
    done = subprocess.run(
        [room.vitals, "dashboard", "--once", "--url", f"http://127.0.0.1:{agent.port}"], capture_output=True, timeout=20)
    equal((done.returncode, done.stderr.count(b"\n")), (2, 1), "status and lines of stderr for an agent that is gone")


def no_options(room):
    """The default port: a dashboard without an agent, the agent without an option, a dashboard of that."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 9977)) == 0:
            raise Skip("port 9977 is taken")
    alone = dashboard(room)
    check("CPU" in alone, "no CPU in the frame without an agent")
    agent = Agent(room, "--listen", "127.0.0.1:9977", port=9977)
    agent.end()
    agent = Agent.__new__(Agent)
    agent.port = 9977
    super(Agent, agent).__init__(room, [room.vitals])
    until(agent.is_ready, "the agent without options is ready")
    check("CPU" in dashboard(room), "no CPU in the frame of the agent")
    until(lambda: agent.scrape().sum("vitals_http_responses_total", code="200") >= 3, "the dashboard asked the agent")
    equal(agent.end(), 0, "exit status")


def unnamed(room):
    """Without a word on the command line a service that listens is found, named after its script, and shown first."""
    log = room.path("log")
    service = Service(room, log, "--children", "2")
    agent = Agent(room)
    name = "service.py"
    until(lambda: agent.scrape().all("vitals_service_processes", service=name), "the service")
    pids = lambda: {int(labels["pid"]) for labels, _ in agent.scrape().all("vitals_process_threads", service=name)}
    # Others of the machine may run the same script, and are then part of it.
    until(lambda: service.pid in pids() and len(pids()) >= 3, "the service with its children")
    check(agent.pid not in pids(), "the agent is part of a service")
    until(lambda: name in agent.get("/").text, "the dashboard shows it")
    named = Agent(room, "--watch", f"api=pid:{service.pid}")
    until(lambda: named.scrape().all("vitals_process_threads", service="api"), "the named service")
    services = {labels["service"] for labels, _ in named.scrape().all("vitals_service_processes")}
    equal(services, {"api"}, "services when one is named")
    both = Agent(room, "--watch", f"api=pid:{service.pid}", "--watch", "auto")
    until(lambda: both.scrape().all("vitals_process_threads", service="api"), "the named service beside others")
    found = {int(labels["pid"]): labels["service"] for labels, _ in both.scrape().all("vitals_process_threads")}
    equal(found[service.pid], "api", "the service that is named")


def cases(_):
    return [
        ("addresses", addresses), ("forms", forms), ("transfer", transfer), ("chosen-port", chosen_port),
        ("unix-socket", unix_socket),
        ("dashboard-of-agent", dashboard_of_agent), ("no-options", no_options), ("unnamed", unnamed),
    ]
