# Real Prometheus scrapes native histograms by protobuf, and its queries give what went in.
#
#     python3 Tests/EndToEnd/native_histograms.py --serve .build/debug/vitals-serve-sample [--prometheus PATH]
#
# Python's standard library only; every wait has a deadline. What the sample holds is in ServeSample/main.swift.
# SPDX-License-Identifier: Apache-2.0
import argparse
import math
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cases_prometheus import COMPLAINTS, Prometheus  # noqa: E402
from harness import Child, Room, check, equal, free_port, needs, until  # noqa: E402

# Query, value, and how far off it may be, as a part of the value: half a bucket at most.
QUERIES = [
    ("histogram_count(sample_alone_seconds)", 1000, 0),
    ("histogram_sum(sample_alone_seconds)", 500.5, 1e-12),
    ("histogram_sum(sample_alone_seconds) / histogram_count(sample_alone_seconds)", 0.5005, 1e-12),
    *((f"histogram_quantile({part}, sample_alone_seconds)", part, 0.05) for part in (0.1, 0.25, 0.5, 0.9, 0.99)),
    ("histogram_fraction(0, 0.5, sample_alone_seconds)", 0.5, 1e-9),
    ("histogram_count(sample_both_seconds)", 1000, 0),
    *((f"histogram_quantile({part}, sample_both_seconds)", part, 0.012) for part in (0.1, 0.5, 0.9, 0.99)),
    ("histogram_count(sample_signs)", 201, 0),
    ("histogram_sum(sample_signs)", 0, 0),
    ("histogram_quantile(0.5, sample_signs)", 0, 0),
    ("histogram_quantile(0.25, sample_signs)", -50, 0.05),
    ("histogram_quantile(0.75, sample_signs)", 50, 0.05),
    ("histogram_count(sample_few)", 1000, 0),
    ("histogram_sum(sample_few)", 500500, 0),
    ("histogram_count(sample_empty)", 0, 0),
    ("sample_classic_count", 1, 0),
    ('sample_classic_bucket{le="1.0"}', 0, 0),
    ('sample_classic_bucket{le="2.0"}', 1, 0),
    ('sample_classic_bucket{le="+Inf"}', 1, 0),
    ('sample_jobs_total{queue="a\\"ü\\n"}', 42, 0),
    ("sample_wait_seconds_sum", 40, 0),
    ("sample_wait_seconds_count", 10, 0),
    ('sample_wait_seconds{quantile="0.9"}', 7, 0),
    ('sample_build_info{version="1"}', 1, 0),
    ("sample_unknown", -2.5, 0),
]


def how_to_ask(binary):
    """The options and the configuration that make this Prometheus scrape native histograms."""
    text = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"version (\d+)\.(\d+)", text.stdout + text.stderr)
    if (int(version[1]), int(version[2])) >= (3, 8):
        return [], "    scrape_native_histograms: true\n"
    return ["--enable-feature=native-histograms"], ""


def knows_empty(binary):
    """Whether this Prometheus takes a native histogram without an observation for one."""
    text = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    return " version 2." not in text.stdout + text.stderr


def ask(prometheus, text):
    found = prometheus.query(text)
    equal(list(found), ["sample"], f"the series of {text}")
    return found["sample"]


def case(room, serve, binary):
    port = free_port()
    sample = Child(room, [serve, str(port)])
    options, scraping = how_to_ask(binary)
    prometheus = Prometheus(room, binary, {"sample": port}, *options, scraping=scraping)
    until(lambda: equal(prometheus.query("up"), {"sample": 1.0}, "up") or True, "the sample is up", 60, 0.5)
    for text, wanted, part in QUERIES:
        if "sample_empty" in text and not knows_empty(binary):
            print("skipped: an empty native histogram, which Prometheus 2 takes for a classic one")
            continue
        found = ask(prometheus, text)
        check(math.isclose(found, wanted, rel_tol=part, abs_tol=1e-9), f"{text}: {found}, wanted {wanted}")
        print(f"ok {text} = {found:g}, wanted {wanted:g}")
    for target in prometheus.api("targets", state="active")["activeTargets"]:
        equal(target["lastError"], "", "last error")
    complaints = [line for line in prometheus.err.splitlines() if COMPLAINTS.search(line)]
    check(not complaints, f"Prometheus's log: {complaints[:1]}")
    answers = set(sample.out.splitlines())
    check(answers and all(one.startswith("application/vnd.google.protobuf;") for one in answers), f"answers: {answers}")
    print("ok every scrape was answered with", *answers)


def main():
    parser = argparse.ArgumentParser(description="native histograms in Prometheus")
    parser.add_argument("--serve", required=True, help="the built vitals-serve-sample")
    parser.add_argument("--prometheus", default="prometheus", help="the Prometheus binary")
    options = parser.parse_args()
    room = Room(None, [])
    try:
        case(room, os.path.abspath(options.serve), needs(options.prometheus))
    finally:
        room.close()


main()
