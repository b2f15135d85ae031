# A configuration: what it says is done, what is wrong with it is said where it stands, and its rules count what a real
# file gets, in JSON and in pairs, to the last line.
# SPDX-License-Identifier: Apache-2.0
import subprocess

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
    return [("rules", rules), ("mistakes", mistakes)]
