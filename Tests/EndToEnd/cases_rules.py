# A configuration: what it says is done, what is wrong with it is said where it stands, and its rules count what a real
# file gets, in JSON and in pairs, to the last line.
# SPDX-License-Identifier: Apache-2.0
import json
import re
import shutil
import signal
import subprocess
import time

import rules_model
from cases_prometheus import Prometheus
from harness import Agent, Skip, check, equal, until

CONFIG = """// a comment
{
  "log": ["api=%s"],   // one is enough
  "log-from": "start",
  "log_rules": [
    { "metric": "orders_total", "where": { "field": "event", "equals": "order_placed" },
      "labels": { "country": "customer.country" }, "zero": [ { "country": "FR" } ], "limit": 2 },
    { "metric": "order_value_euros", "type": "histogram", "value": "value", "buckets": [10, 100],
      "where": { "all": [ { "field": "event", "matches": "^order_" }, { "field": "value", "exists": true } ] } },
    { "metric": "jobs_in_flight", "type": "in_flight", "id": "job",
      "where": { "field": "event", "equals": "job_begin" }, "until": { "field": "event", "in": ["job_end", "job_failed"] } },
  ],
}
"""

LINES = [
    '{"event": "order_placed", "customer": {"country": "DE"}, "value": 5, "level": "info"}',
    '{"event": "order_placed", "customer.country": "DE", "value": 50, "level": "info"}',
    '{"event": "order_placed", "customer": {"country": "IT"}, "value": "500", "level": "info"}',
    '{"event": "order_failed", "value": "much", "level": "error"}',
    "level=info event=order_placed customer.country=ES value=7",
    '{"event": "job_begin", "job": 1, "level": "info"}', '{"event": "job_begin", "job": 2, "level": "info"}',
    '{"event": "job_end", "job": 1, "level": "info"}', '{"event": "job_end", "job": 9, "level": "info"}',
    '{"event": "order_placed", "customer": {"country": "DE"',
]


def rules(room):
    log, config = room.path("log"), room.path("json")
    with open(config, "w") as file:
        file.write(CONFIG % log)
    done = subprocess.run([room.vitals, "check", "--config", config], capture_output=True, text=True, timeout=10)
    equal((done.returncode, done.stdout), (0, f"{config}: 2 options and 3 log rules, no mistake\n"), "the check")
    with open(log, "w") as file:
        file.write("".join(line + "\n" for line in LINES))
    agent = Agent(room, "--config", config)
    until(lambda: agent.scrape().sum("vitals_tail_lines_total") == len(LINES), "the lines")
    scrape = agent.scrape()
    orders = {labels["country"]: value for labels, value in scrape.all("orders_total", service="api")}
    # The series at zero and the first country have the rule's room.
    equal(orders, {"FR": 0, "DE": 2, "other": 2}, "orders")
    equal(scrape.one("vitals_log_rule_folded_lines_total", rule="orders_total"), 2, "folded lines")
    buckets = {labels["le"]: value for labels, value in scrape.all("order_value_euros_bucket", service="api")}
    equal(buckets, {"10.0": 2, "100.0": 3, "+Inf": 4}, "values")
    equal(scrape.one("order_value_euros_sum", service="api"), 562, "the sum of values")
    equal(scrape.one("jobs_in_flight", service="api"), 1, "jobs")
    skipped = {
        (labels["rule"], labels["reason"]): value for labels, value in scrape.all("vitals_log_rule_skipped_lines_total")
    }
    equal(skipped, {("order_value_euros", "number"): 1, ("jobs_in_flight", "unpaired"): 1}, "skipped lines")
    equal(scrape.types["order_value_euros"], "histogram", "the type")


def model(room):
    """Every value of every rule equals a Python program's."""
    for seed in range(3):
        log, config = room.path("log"), room.path("json")
        with open(config, "w") as file:
            json.dump({"log": [f"api={log}"], "log-from": "start", "log_rules": rules_model.RULES}, file)
        models = [rules_model.Model(rule) for rule in rules_model.RULES]
        count = 2000
        with open(log, "w") as file:
            for line, fields in rules_model.lines(seed, count):
                file.write(line + "\n")
                for one in models:
                    one.read(fields)
        agent = Agent(room, "--config", config)
        until(lambda: agent.scrape().sum("vitals_tail_lines_total") == count, "the lines")
        scrape = agent.scrape()
        compared = 0
        for one in models:
            metric = one.rule["metric"]
            wanted = {(name, *sorted(labels.items())): value for name, labels, value in one.samples()}
            found = {}
            for name in {name for name, *_ in wanted}:
                for labels, value in scrape.all(name, service="api"):
                    if labels.get("le") != "+Inf":
                        labels = {key: value for key, value in labels.items() if key != "service"}
                        found[(name, *sorted(labels.items()))] = value
            equal({key: value for key, value in found.items() if wanted.get(key) != value},
                  {}, f"seed {seed}, {metric}, beside {[(key, wanted[key]) for key in wanted if found.get(key) != wanted[key]]}")
            equal(found.keys(), wanted.keys(), f"seed {seed}, {metric}")
            skipped = {labels["reason"]: value for labels, value in scrape.all("vitals_log_rule_skipped_lines_total", rule=metric)}
            equal(skipped, one.faults, f"seed {seed}, {metric}, skipped")
            equal(scrape.one("vitals_log_rule_folded_lines_total", rule=metric), one.folded, f"seed {seed}, {metric}, folded")
            compared += len(wanted)
        check(compared > 60, f"only {compared} samples")
        full = [(labels["rule"], labels["label"]) for labels, _ in scrape.all("vitals_log_rule_full")]
        equal(full, [("m_equals_total", "country")], "the rule that is full")
        agent.end()


def known_paths(room):
    """A known route stands at zero before its first request, and wins over learning."""
    log, config = room.path("log"), room.path("json")
    with open(config, "w") as file:
        json.dump({"log": [f"api={log}"], "log-from": "start",
                   "paths": ["/orders/{order}", {"path": "POST /orders", "statuses": [201, 500]}]}, file)
    with open(log, "w") as file:
        file.write('{"level": "info", "event": "x", "method": "GET", "path": "/orders/17", "status": 200}\n')
        file.write('{"level": "error", "event": "order 17 of \'x\' failed", "exception": "Traceback (most recent call last):\\nKeyError: 3"}\n')
        file.write('{"level": "info", "event": "x", "model": "m", "usage": {"input_tokens": 3, "output_tokens": 4}}\n')
    agent = Agent(room, "--config", config)
    until(lambda: agent.scrape().sum("vitals_tail_lines_total") == 3, "the lines")
    scrape = agent.scrape()
    found = {(labels["method"], labels["path"], labels["status"]): value for labels, value in scrape.all("http_requests_total")}
    wanted = {("GET", "/orders/{order}", "200"): 1, ("POST", "/orders", "201"): 0, ("POST", "/orders", "500"): 0}
    equal(found, wanted, "requests")
    equal([(labels["fingerprint"], value) for labels, value in scrape.all("log_errors_total")],
          [("order {n} of '{text}' failed: KeyError: {n}", 1)], "errors")
    tokens = {labels["type"]: value for labels, value in scrape.all("ai_api_tokens_total", model="m")}
    equal(tokens, {"input": 3, "output": 4}, "tokens")
    text = agent.get("/dashboard/service?format=text").text
    check("order {n} of '{text}' failed" in text and "order 17 of 'x' failed: KeyError: 3" in text, text)


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03}Z"


MEANWHILE = [
    {"metric": "orders_total", "labels": {"shop": "shop"}}, {"metric": "value_euros", "type": "histogram", "value": "value"},
    {"metric": "jobs", "type": "in_flight", "id": "job", "where": {"field": "job", "exists": True},
     "until": {"field": "ended", "exists": True}, "timeout_seconds": 100},
]


def meanwhile(room):
    """What was logged while the agent was down is in the rules' history at its own second: a steady rate, no spike."""
    log, config, checkpoint = room.path("log"), room.path("json"), room.path("checkpoint")
    with open(config, "w") as file:
        json.dump({"log": [f"api={log}"], "log-from": "start", "checkpoint": checkpoint, "log_rules": MEANWHILE}, file)
    open(log, "w").close()
    agent = Agent(room, "--config", config)
    until(lambda: agent.scrape().all("vitals_checkpoint_writes_total"), "the checkpoint is written", 15)
    agent.end(signal.SIGTERM)
    now = time.time()
    with open(log, "a") as file:
        for second in range(300, 0, -1):
            at = moment(now - second + 0.5)
            for shop in ("a", "b"):
                file.write(json.dumps({"level": "info", "timestamp": at, "shop": shop, "value": 7}) + "\n")
            # Begins at 290 s and never ends: it is over its time long since.
            if second == 290:
                file.write(json.dumps({"level": "info", "timestamp": at, "job": 1, "shop": "a", "value": 7}) + "\n")
    agent = Agent(room, "--config", config)
    until(lambda: equal(agent.scrape().sum("orders_total"), 601, "orders") or True, "the lines", 15)
    equal(agent.scrape().one("jobs", service="api"), 0, "jobs")
    # Five seconds into its life the last minute has some 55 seconds of lines, at 2 a second.
    text = until(lambda: agent.get("/dashboard/service?width=120&format=text").text, "a dashboard")
    line = next((line for line in text.split("\n") if "orders_total" in line), "")
    rate = re.search(r"per second +([\d.]+)", line)
    check(rate and 1.4 <= float(rate[1]) <= 2.1, f"no rate of about two a second: {line!r} in {text}")


EXAMPLES = [
    {"metric": "query_seconds", "type": "histogram", "value": {"field": "query_ms", "unit": "milliseconds"},
     "where": {"field": "query_ms", "exists": True}, "exemplar": "traceparent", "buckets": [0.01, 1]},
    {"metric": "slow_seconds", "type": "histogram", "value": {"group": "ms", "unit": "milliseconds"}, "buckets": [1],
     "where": {"field": "message", "matches": "^shop (?<shop>[a-z]+): (?<id>\\S+) took (?<ms>[0-9.]+) ms$"},
     "labels": {"shop": {"group": "shop"}}, "exemplar": {"group": "id"}},
]


def exemplars(binary):
    def case(room):
        """Prometheus stores the exemplars of requests and of rules and gives them back."""
        if not shutil.which(binary):
            raise Skip(f"no {binary} here")
        log, config = room.path("log"), room.path("json")
        with open(config, "w") as file:
            json.dump({"log": [f"api={log}"], "log-from": "start", "log_rules": EXAMPLES}, file)
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        request = {"level": "info", "method": "GET", "path": "/x", "status": 200}
        open(log, "w").close()
        agent = Agent(room, "--config", config)
        prometheus = Prometheus(room, shutil.which(binary), {"vitals": agent.port}, "--enable-feature=exemplar-storage")
        start = time.time() - 60

        def write():
            at = moment(time.time())
            lines = [
                json.dumps({**request, "timestamp": at, "duration_ms": 7, "trace_id": "t-7"}),
                json.dumps({**request, "timestamp": at, "duration_ms": 300, "request_id": "r-300"}),
                json.dumps({**request, "timestamp": at, "duration_ms": 3, "trace_id": 'no "id"\n\u00e9'}),
                json.dumps({"level": "info", "timestamp": at, "query_ms": 5, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}),
                json.dumps({"level": "info", "timestamp": at, "message": "shop bar: job-17 took 2.5 ms"}),
            ]
            with open(log, "a") as file:
                file.write("".join(line + "\n" for line in lines))

        def found():
            write()
            data = prometheus.api("query_exemplars", query='{service="api"}', start=start, end=time.time() + 60)
            return {
                (one["seriesLabels"]["__name__"], one["seriesLabels"]["le"], *sorted(example["labels"].items()), float(example["value"]))
                for one in data for example in one["exemplars"]
            }

        name = "http_request_duration_seconds_bucket"
        wanted = {
            (name, "0.01", ("trace_id", "t-7"), 0.007), (name, "0.5", ("request_id", "r-300"), 0.3),
            ("query_seconds_bucket", "0.01", ("trace_id", trace), 0.005),
            ("slow_seconds_bucket", "1.0", ("trace_id", "job-17"), 0.0025),
        }
        until(lambda: equal(found(), wanted, "exemplars") or True, "Prometheus has the exemplars", 60, 1)
        equal(agent.scrape().one("slow_seconds_count", shop="bar") > 0, True, "the group's label")
        until(lambda: prometheus.query("up") == {"vitals": 1.0}, "the last scrape went well")
        bad = [line for line in prometheus.err.splitlines() if re.search("level=(warn|error).*xemplar", line, re.I)]
        check(not bad, f"Prometheus's log: {bad[:1]}")

    return case


def mistakes(room):
    config = room.path("json")
    with open(config, "w") as file:
        file.write('{\n  "lissen": "x",\n  "log_rules": [ { "metric": "a", "where": { "field": "x", "matches": "(" } } ]\n}\n')
    done = subprocess.run([room.vitals, "check", "--config", config], capture_output=True, text=True, timeout=10)
    lines = done.stdout.splitlines()
    equal((done.returncode, len(lines)), (1, 2), f"the check says {lines}")
    check(lines[0] == f"{config}:2:3: unknown key 'lissen'; did you mean 'listen'?", lines[0])
    check(lines[1].startswith(f"{config}:3:") and "missing )" in lines[1], lines[1])
    done = subprocess.run([room.vitals, "--config", config], capture_output=True, text=True, timeout=10)
    equal((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
    check("and 1 more" in done.stderr, done.stderr)


def cases(binaries):
    return [
        ("rules", rules), ("rules-model", model), ("known-paths", known_paths), ("mistakes", mistakes),
        ("rules-meanwhile", meanwhile),
        *((f"exemplars-{binary}", exemplars(binary)) for binary in ["prometheus", *binaries]),
    ]
