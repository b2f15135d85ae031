# Rules for logs, again, as the plainest program that computes the same: a random log in JSON, pairs and access lines, a
# rule of each type with each condition, label form and unit, and what they must add up to. Values are quarters, so that
# sums are exact.
# SPDX-License-Identifier: Apache-2.0
import json
import random
import re
import time

EVENTS = ["order_placed", "order_failed", "job_begin", "job_end", "job_failed", "query"]
NAMES = ["DE", "fr", "It", "Übersee", 'a "quoted" one', "back\\slash"]

RULES = [
    {"metric": "m_lines_total"},
    {"metric": "m_equals_total", "where": {"field": "event", "equals": "order_placed"},
     "labels": {"country": "customer.country", "kind": {"constant": "x"}}, "limit": 4},
    {"metric": "m_number_total", "where": {"field": "status", "equals": 503}},
    {"metric": "m_flag_total", "where": {"field": "paid", "equals": True}},
    {"metric": "m_null_total", "where": {"field": "paid", "equals": None}},
    {"metric": "m_in_total", "where": {"field": "status", "in": [200, "404", 503]}, "labels": {"status": "status"}},
    {"metric": "m_matches_total", "where": {"field": "event", "matches": "^order_(placed|failed)$"},
     "labels": {"country": {"field": "customer.country", "as": "lower", "missing": "none"}}},
    {"metric": "m_group_total", "where": {"any": [
        {"field": "event", "matches": "^(?P<what>order|job)_(?P<how>.*?)(?P<end>ed|n)?$"},
        {"all": [{"field": "customer.country", "matches": "(?P<how>[Ü\"].)"}, {"not": {"field": "value", "exists": True}}]}]},
     "labels": {"what": {"group": "what", "missing": "none"}, "how": {"group": "how"}, "end": {"group": "end", "missing": "?"}}},
    {"metric": "m_taken_total", "value": {"group": "number", "scale": 2}, "where": {"field": "path", "matches": "^/(?P<name>.*)/(?P<number>.*)$"},
     "labels": {"name": {"group": "name"}}},
    {"metric": "m_exists_total", "where": {"all": [{"field": "value", "exists": True}, {"field": "paid", "exists": False}]}},
    {"metric": "m_range_total", "where": {"field": "value", "above": 10, "at_most": 40}},
    {"metric": "m_not_total", "where": {"not": {"any": [{"field": "value", "below": 10}, {"field": "value", "at_least": 40}]}}},
    {"metric": "m_class_total", "where": {"field": "status", "exists": True},
     "labels": {"class": {"field": "status", "as": "status_class"}, "route": {"field": "path", "as": "route"}},
     "zero": [{"class": "5xx", "route": "/never"}]},
    {"metric": "m_value_total", "value": "value", "where": {"field": "value", "exists": True}},
    {"metric": "m_gauge", "type": "gauge", "value": {"field": "value", "scale": 0.5}, "labels": {"event": "event"}},
    {"metric": "m_query_seconds", "type": "histogram", "value": {"field": "duration_ms", "unit": "milliseconds"},
     "where": {"field": "query", "exists": True}, "labels": {"statement": {"field": "statement", "missing": "other"}},
     "buckets": [0.25, 1, 4]},
    {"metric": "m_access_seconds", "type": "histogram", "value": "duration", "labels": {"method": "method"}, "buckets": [1]},
    {"metric": "m_bytes_total", "value": "bytes", "where": {"field": "remote", "equals": "192.0.2.7"}},
    {"metric": "m_jobs", "type": "in_flight", "id": "job", "where": {"field": "event", "equals": "job_begin"},
     "until": {"field": "event", "in": ["job_end", "job_failed"]}, "labels": {"queue": "queue"}},
]


class Text(str):
    """A value that is text; a JSON number is a Number, which keeps how it stands."""


class Number(str):
    pass


def lines(seed, count):
    """Random lines, each with its fields by path."""
    dice = random.Random(seed)
    for _ in range(count):
        fields = {"level": "info", "event": dice.choice(EVENTS)}
        if dice.random() < 0.6:
            fields["value"] = dice.choice([dice.randrange(-20, 240) / 4, "12.5", "much", None])
        if dice.random() < 0.5:
            fields["paid"] = dice.choice([True, False, None])
        if dice.random() < 0.5:
            fields["customer.country"] = dice.choice(NAMES)
        if dice.random() < 0.5:
            fields["status"] = dice.choice([200, 204, 404, 500, 503, "503", "abc", 99])
            fields["path"] = dice.choice(["/orders/17", "/orders/x", "/search?q=1", "/"])
        if fields["event"] == "query":
            fields.update({"query": "select 1", "duration_ms": dice.randrange(0, 40) * 250, "statement": dice.choice(["a", "b"])})
        if fields["event"].startswith("job_"):
            fields.update({"job": dice.randrange(0, 30), "queue": dice.choice(["q", "r"])})
        form = dice.randrange(10)
        if form == 0:
            yield access(dice)
        elif form <= 2:
            yield pairs(fields)
        else:
            yield as_json(fields, dice)


def access(dice):
    method, path, status = dice.choice(["GET", "PUT"]), dice.choice(["/orders/17", "/a b"]), dice.choice(["200", "503"])
    remote, size, took = dice.choice(["192.0.2.7", "192.0.2.8"]), dice.randrange(100), dice.randrange(0, 20) / 4
    # Of this moment: what began longer ago than a rule's timeout, by the time of its line, is forgotten.
    at = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    line = f'{remote} - - [{at}] "{method} {path} HTTP/1.1" {status} {size} "-" "curl" rt={took}'
    found = {"method": method, "path": path, "status": status, "remote": remote, "bytes": str(size), "duration": str(took)}
    return line, {name: Text(value) for name, value in found.items()}


def pairs(fields):
    kept = {name: str(value) for name, value in fields.items()
            if value is not None and not isinstance(value, bool) and not re.search(r'[ "\\]', str(value))}
    return " ".join(f"{name}={value}" for name, value in kept.items()), {name: Text(value) for name, value in kept.items()}


def as_json(fields, dice):
    tree, found = {}, {}
    for name, value in fields.items():
        if name == "customer.country" and dice.random() < 0.5:
            tree["customer"] = {"country": value}
        else:
            tree[name] = value
        if isinstance(value, bool):
            found[name] = value
        elif isinstance(value, (int, float)):
            found[name] = Number(json.dumps(value))
        elif value is not None:
            found[name] = Text(value)
    return json.dumps(tree, ensure_ascii=dice.random() < 0.5), found


def number(value):
    if isinstance(value, (Text, Number)) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    return None


def equals(value, wanted):
    if wanted is None or value is None:
        return wanted is value
    if isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, str):
        return isinstance(value, Text) and value == wanted
    return number(value) == wanted


def passes(test, line):
    if test is None:
        return True
    if "all" in test:
        return all(passes(part, line) for part in test["all"])
    if "any" in test:
        return any(passes(part, line) for part in test["any"])
    if "not" in test:
        return not passes(test["not"], line)
    value = line.get(test["field"])
    size = number(value)
    questions = {
        "equals": lambda wanted: equals(value, wanted), "in": lambda wanted: any(equals(value, one) for one in wanted),
        "matches": lambda wanted: value is not None and re.search(wanted, text(value)) is not None,
        "exists": lambda wanted: (value is not None) == wanted, "above": lambda bound: size is not None and size > bound,
        "below": lambda bound: size is not None and size < bound, "at_least": lambda bound: size is not None and size >= bound,
        "at_most": lambda bound: size is not None and size <= bound,
    }
    return all(questions[name](wanted) for name, wanted in test.items() if name != "field")


def groups(test, line):
    """What the groups of a passed condition took, the first pattern first."""
    if test is None or "not" in test:
        return {}
    found = {}
    for part in test.get("all", test.get("any", [])):
        found = {**groups(part, line), **found}
    if "matches" in test and line.get(test["field"]) is not None:
        match = re.search(test["matches"], text(line[test["field"]]))
        found = {name: value for name, value in match.groupdict().items() if value is not None} if match else {}
    return found


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def label(source, line, taken):
    source = {"field": source} if isinstance(source, str) else source
    if "constant" in source:
        return source["constant"]
    value = taken.get(source["group"]) if "group" in source else line.get(source["field"])
    if value is None:
        return source.get("missing", "")
    value, form = text(value), source.get("as")
    if form == "lower":
        return re.sub("[A-Z]", lambda letter: letter[0].lower(), value)
    if form == "status_class":
        return value[0] + "xx" if re.fullmatch(r"[1-5]\d\d", value) else value
    if form == "route":
        return re.sub(r"/\d+", "/{id}", value.split("?")[0])
    return value


class Model:
    """One rule's series."""

    def __init__(self, rule):
        self.rule, self.labels = rule, rule.get("labels", {})
        self.series, self.open, self.faults, self.folded = {}, {}, {}, 0
        for row in rule.get("zero", []):
            self.series[tuple(row[name] for name in self.labels)] = self.fresh()

    def fresh(self):
        return {"count": 0, "sum": 0.0, "buckets": [0] * len(self.rule.get("buckets", []))}

    def fault(self, reason):
        self.faults[reason] = self.faults.get(reason, 0) + 1

    def key(self, line):
        key = tuple(label(source, line, groups(self.rule.get("where"), line)) for source in self.labels.values())
        if key not in self.series and len(self.series) >= self.rule.get("limit", 500):
            self.folded += 1
            key = tuple(source["constant"] if isinstance(source, dict) and "constant" in source else "other"
                        for source in self.labels.values())
        self.series.setdefault(key, self.fresh())
        return key

    def pair(self, line):
        begins = passes(self.rule["where"], line)
        if not begins and not passes(self.rule["until"], line):
            return
        name = line.get(self.rule["id"])
        if name is None:
            return self.fault("missing")
        if begins:
            key = self.key(line)
            if name in self.open:
                self.series[self.open[name]]["sum"] -= 1
            self.open.pop(name, None)
            self.open[name] = key
            self.series[key]["sum"] += 1
        elif name in self.open:
            self.series[self.open.pop(name)]["sum"] -= 1
        else:
            self.fault("unpaired")

    def read(self, line):
        kind = self.rule.get("type", "counter")
        if kind == "in_flight":
            return self.pair(line)
        if not passes(self.rule.get("where"), line):
            return
        value = 1.0
        if "value" in self.rule:
            source = self.rule["value"]
            source = {"field": source} if isinstance(source, str) else source
            found = groups(self.rule.get("where"), line).get(source["group"]) if "group" in source else line.get(source["field"])
            if found is None:
                return self.fault("missing")
            value = number(Text(found) if "group" in source else found)
            if value is None:
                return self.fault("number")
            value *= 0.001 if source.get("unit") == "milliseconds" else source.get("scale", 1)
            if kind == "counter" and value < 0:
                return self.fault("negative")
        one = self.series[self.key(line)]
        one["count"] += 1
        one["sum"] = value if kind == "gauge" else one["sum"] + value
        for place, bound in enumerate(self.rule.get("buckets", [])):
            one["buckets"][place] += value <= bound

    def samples(self):
        """Name and labels of each sample, with its value."""
        metric, histogram = self.rule["metric"], self.rule.get("type") == "histogram"
        for key, one in self.series.items():
            labels = {name: value for name, value in zip(self.labels, key) if value}
            if not histogram:
                yield metric, labels, one["sum"]
                continue
            yield metric + "_count", labels, one["count"]
            yield metric + "_sum", labels, one["sum"]
            for bound, count in zip(self.rule["buckets"], one["buckets"]):
                yield metric + "_bucket", {**labels, "le": str(float(bound))}, count
