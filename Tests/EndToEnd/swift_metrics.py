# A Swift service that is instrumented by swift-metrics alone, with vitals as the backend: built as a package that depends
# on vitals with the trait SwiftMetrics, run, and scraped by a real Prometheus. Also: with the trait off nothing is fetched.
#
#     python3 Tests/EndToEnd/swift_metrics.py [--prometheus PATH] [--measure]
#
# Needs a Swift toolchain and, for swift-metrics itself, the network or SwiftPM's cache.
# SPDX-License-Identifier: Apache-2.0
import argparse
import http.client
import os
import shutil
import subprocess
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cases_prometheus import COMPLAINTS, Prometheus  # noqa: E402
from harness import HERE, Child, Room, Scrape, check, equal, free_port, until  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGE = os.path.join(HERE, "SwiftService")
REQUESTS = 1000
# What the service does with 1,000 requests, worked out by hand from its source.
WANTED = {
    'http_requests_total{path="/orders",http_status="200"}': 250,
    'http_requests_total{path="/items",http_status="200"}': 750,
    'http_requests_total{path="\\"odd\\"\\n\\\\",http_status=""}': 100,
    "sum(http_requests_total)": 1100,
    "count(http_requests_total)": 3,
    'http_request_seconds_count{path="/items"}': 750,
    'http_request_seconds_bucket{path="/items",le="0.005"}': 750,
    "sum(http_request_seconds_sum)": 5,
    "body_bytes_sum": 120000,
    'body_bytes_bucket{le="100.0"}': 0,
    'body_bytes_bucket{le="250.0"}': 1000,
    "credits_used_total": 500,
    "queue_length": 999,
    "pool_size": 3,
    'vitals_swift_metrics_detached_total{metric="http_requests_total",reason="conflict"}': 1,
}
ABSENT = ["gone_soon_total", "vitals_metrics_dropped_samples_total", "vitals_metrics_server_refused_requests_total"]


def run(*command, folder=PACKAGE):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    check(done.returncode == 0, f"{' '.join(command)}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def build():
    command = ["swift", "build", "-c", "release", "--scratch-path", os.path.join(ROOT, ".build-service")]
    run(*command)
    return os.path.join(run(*command, "--show-bin-path").strip(), "swift-service")


def nothing_is_fetched(room):
    """The package as it is, but with a dependency that nobody can fetch: the default build never asks for it."""
    copy = room.path("package")
    os.mkdir(copy)
    for name in ["Sources", "Tests"]:
        shutil.copytree(os.path.join(ROOT, name), os.path.join(copy, name), ignore=shutil.ignore_patterns(".build*"))
    with open(os.path.join(ROOT, "Package.swift")) as file:
        manifest = file.read()
    check("https://github.com/apple/swift-metrics" in manifest, "the manifest names another address")
    with open(os.path.join(copy, "Package.swift"), "w") as file:
        file.write(manifest.replace("https://github.com/apple/swift-metrics", "https://127.0.0.1:9/swift-metrics"))
    run("swift", "package", "resolve", folder=copy)
    text = run("swift", "package", "show-dependencies", folder=copy)
    check("No external dependencies found" in text, f"show-dependencies: {text}")
    failed = subprocess.run(
        ["swift", "package", "resolve", "--traits", "SwiftMetrics"], cwd=copy, capture_output=True, text=True)
    check(failed.returncode != 0 and "127.0.0.1" in failed.stderr, "with the trait it was not fetched either")


def get(port, accept):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/metrics", headers={"Accept": accept})
        answer = connection.getresponse()
        equal(answer.status, 200, "status of /metrics")
        return answer.read().decode("utf-8")
    finally:
        connection.close()


def scraped(room, program):
    port = free_port()
    service = Child(room, [program, "--port", str(port), "--requests", str(REQUESTS)])
    text = until(lambda: get(port, "text/plain"), "the service answers", 15)
    Scrape(text)
    check(get(port, "application/openmetrics-text").endswith("# EOF\n"), "OpenMetrics was not negotiated")
    tool = shutil.which("promtool")
    if tool:
        lint = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True)
        equal((lint.returncode, lint.stdout + lint.stderr), (0, ""), "promtool check metrics")
    prometheus = Prometheus(room, room.prometheus, {"service": port})
    until(lambda: equal(prometheus.query("up"), {"service": 1.0}, "up") or True, "the target is up", 60, 0.5)

    def seen():
        for query, value in WANTED.items():
            found = list(prometheus.query(query).values())
            check(len(found) == 1 and abs(found[0] - value) < 1e-9, f"{query}: {found}, wanted {value}")
        return True

    until(seen, "Prometheus has the service's values", 20, 0.5)
    for name in ABSENT:
        equal(prometheus.query(name), {}, name)
    check(prometheus.query("process_resident_memory_bytes")["service"] > 1e6, "no process metrics")
    equal(prometheus.query("min_over_time(up[1m])"), {"service": 1.0}, "scrapes that failed")
    for target in prometheus.api("targets", state="active")["activeTargets"]:
        equal(target["lastError"], "", "last error of the target")
    complaints = [line for line in prometheus.err.splitlines() if COMPLAINTS.search(line)]
    check(not complaints, f"Prometheus's log: {complaints[:1]}")
    check(service.alive(), "the service ended: " + service.err[-500:])


def main():
    parser = argparse.ArgumentParser(description="a Swift service with swift-metrics, scraped by Prometheus")
    parser.add_argument("--prometheus", default="prometheus", help="the Prometheus binary (default: of PATH)")
    parser.add_argument("--measure", action="store_true", help="also print what the instruments cost")
    options = parser.parse_args()
    prometheus = shutil.which(options.prometheus)
    if not prometheus:
        parser.error(f"--prometheus {options.prometheus}: no program")
    room = Room(vitals=None, prometheus=prometheus)
    failed = 0
    try:
        program = build()
        for name, case in [
            ("with the trait off nothing is fetched", lambda: nothing_is_fetched(room)),
            ("Prometheus scrapes the service", lambda: scraped(room, program)),
        ]:
            try:
                case()
                print(f"ok {name}", flush=True)
            except Exception as error:  # A case that breaks in any way has failed; the other goes on.
                failed += 1
                traceback.print_exc()
                print(f"FAIL {name}: {error}", flush=True)
        if options.measure:
            print(run(program, "--measure"), end="")
    finally:
        room.close()
    return 1 if failed else 0


sys.exit(main())
