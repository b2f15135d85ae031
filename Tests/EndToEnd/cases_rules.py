# A configuration: what it says is done, what is wrong with it is said where it stands, and its rules count what a real
# file gets, in JSON and in pairs, to the last line.
# SPDX-License-Identifier: Apache-2.0
import json
import subprocess

import rules_model
from harness import Agent, check, equal, until

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


def cases(_):
    return [("rules", rules), ("rules-model", model), ("known-paths", known_paths), ("mistakes", mistakes)]
