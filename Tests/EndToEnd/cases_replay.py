# `vitals replay` against a plain program that reads the same logs: every count is equal, every quantile within the stated
# error. The logs hold what logs hold: several forms, rotated and compressed files, torn lines, silences, lines that are
# late, too long, without a time or without a line feed.
# SPDX-License-Identifier: Apache-2.0
import collections
import datetime
import gzip
import json
import math
import os
import random
import re
import signal
import subprocess

from harness import check, equal, needs, until, Scrape

ERROR = 1 / 129
LONGEST = 256 << 10
START = datetime.datetime(2026, 11, 20, 12, 0, 0, tzinfo=datetime.timezone.utc)
LEVELS = {"WARN": "warning", "fatal": "critical"}
PATHS = ["/search", "/ai/chat", "/healthz", "/orders/%d", "/orders/%d/items?page=%d", "/users/%s"]


# The logs.

def moments(number, seed):
    """Times that run on, with two silences, and now and then one that is late."""
    dice = random.Random(seed)
    now = START
    for place in range(number):
        now += datetime.timedelta(milliseconds=dice.randint(0, 20))
        if place in (number // 3, number // 2):
            now += datetime.timedelta(seconds=dice.randint(15, 90))
        late = datetime.timedelta(seconds=dice.random() * 3) if dice.random() < 0.01 else datetime.timedelta()
        yield now - late


def path(dice):
    text = dice.choice(PATHS)
    uuid = "%08x-%04x-4%03x-8%03x-%012x" % tuple(dice.getrandbits(bits) for bits in (32, 16, 12, 12, 48))
    if "%s" in text:
        return text % uuid
    return text % tuple(dice.randint(1, 9999) for _ in range(text.count("%d")))


def json_line(dice, now):
    status = dice.choices([200, 201, 404, 422, 500, 503], [90, 4, 2, 2, 1, 1])[0]
    level = "error" if status >= 500 else dice.choices(["info", "debug", "warning", "WARN", "fatal"], [95, 2, 1, 1, 1])[0]
    line = {"method": dice.choice(["GET", "POST"]), "path": path(dice), "status": status,
            "duration_ms": round(dice.lognormvariate(3, 1.5), 3), "event": "request_completed",
            "request_id": "%016x" % dice.getrandbits(64), "level": level, "timestamp": now.isoformat()}
    if dice.random() < 0.3:
        line["cache"] = dice.choice(["hit", "hit", "hit", "miss"])
    if dice.random() < 0.02:
        del line["timestamp"]
    if dice.random() < 0.02:
        line["event"] = "grüße \"quoted\" \\ \u2028"
    roll = dice.random()
    if roll < 0.02:
        line = {"event": "llm_call", "model": dice.choice(["gpt-4o", "claude-sonnet-4"]), "duration_ms": dice.randint(200, 9000),
                "prompt_tokens": dice.randint(1, 2000), "completion_tokens": dice.randint(1, 500), "level": "info",
                "status": dice.choice(["ok", "ok", "timeout"]), "timestamp": now.isoformat()}
    elif roll < 0.3:
        line = {"event": "request_started", "path": line["path"], "level": "info", "timestamp": now.isoformat()}
    elif roll < 0.305:
        line["method"] = ""
    elif roll < 0.31:
        line["status"] = 99
    elif roll < 0.315:
        line["duration_ms"] = -1
    text = json.dumps(line)
    if 0.32 < roll < 0.325:
        text = text[: len(text) // 2]
    elif 0.325 < roll < 0.33:
        text += text
    elif 0.33 < roll < 0.332:
        text = "Traceback (most recent call last):"
    elif 0.332 < roll < 0.334:
        text = ""
    elif 0.334 < roll < 0.336:
        text += "\r"
    return text


def write_logs(room):
    """Files of two services, with everything in them; their names in the order of time."""
    dice = random.Random(11)
    folder = room.folder()
    lines = [json_line(dice, now) for now in moments(20_000, 5)]
    lines[7_000] = '{"event": "' + "x" * LONGEST + '"}'
    lines[14_001] = '{"event": "' + "y" * (2 * LONGEST) + '"}'
    parts = [lines[:8_000], lines[8_000:14_000], lines[14_000:]]
    names = [f"{folder}/api.log.2.gz", f"{folder}/api.log.1", f"{folder}/api.log"]
    data = ["".join(line + "\n" for line in part).encode() for part in parts]
    with open(names[0], "wb") as file:  # Two members, as appending to a compressed file makes them.
        file.write(gzip.compress(data[0][:300_001]) + gzip.compress(data[0][300_001:]))
    with open(names[1], "wb") as file:
        file.write(b"\0" * 5_000 + data[1])
    with open(names[2], "wb") as file:
        file.write(data[2][:-1])  # Its last line does not end.
    web = f"{folder}/web.log"
    with open(web, "w") as file:
        for now in moments(3_000, 6):
            stamp = now.strftime("%d/%b/%Y:%H:%M:%S +0000")
            file.write(f'10.0.0.{dice.randint(1, 99)} - - [{stamp}] "GET {path(dice)} HTTP/1.1" '
                       f'{dice.choice([200, 200, 304, 404, 502])} {dice.randint(1, 9999)} "-" "curl/8"\n')
    jobs = f"{folder}/jobs.log"
    with open(jobs, "w") as file:
        for now in moments(2_000, 7):
            stamp = now.strftime("%Y-%m-%d %H:%M:%S,") + "%03d" % (now.microsecond // 1000)
            if dice.random() < 0.1:
                file.write(f"{stamp} ERROR jobs.run: job {dice.randint(1, 99)} failed\nTraceback (most recent call last):\n"
                           '  File "jobs.py", line 3, in run\n    work()\nValueError: no such thing\n')
            else:
                file.write(f"{stamp} INFO jobs.run: done\n")
    return names, web, jobs


# The plain program.

def contents(name):
    with (gzip.open if name.endswith(".gz") else open)(name, "rb") as file:
        return file.read()


class Reading:
    """What the logs say, read line by line."""

    ACCESS = re.compile(r'\S+ - - \[([^]]+)\] "(\S+) (\S+) HTTP/1\.1" (\d+) ')
    TEXT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (ERROR|INFO) ")

    def __init__(self):
        self.lines = self.untimed = self.late = self.continued = 0
        self.most_late = datetime.timedelta()
        self.refused, self.forms, self.levels, self.cache = {}, collections.Counter(), collections.Counter(), collections.Counter()
        self.statuses = collections.defaultdict(collections.Counter)
        self.durations = collections.defaultdict(list)
        self.buckets = collections.defaultdict(lambda: [0, 0, 0, None])
        self.times, self.slow = [], []
        self.calls, self.tokens = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)

    def file(self, name, service, data=None):
        latest = None
        for number, line in enumerate((data or contents(name)).split(b"\n"), 1):
            line = line.lstrip(b"\0").removesuffix(b"\r")
            if not line:
                continue
            self.lines += 1
            if len(line) > LONGEST:
                self.refuse("too_long", name, number)
                continue
            now = self.line(line.decode("utf-8", "replace"), name, number, service)
            if now and latest and now < latest:
                self.late += 1
                self.most_late = max(self.most_late, latest - now)
            latest = max(filter(None, (latest, now)), default=None)

    def refuse(self, reason, name, number):
        self.refused.setdefault(reason, [0, name, number])[0] += 1

    def line(self, line, name, number, service):
        if service == "web":
            stamp, method, target, status = self.ACCESS.match(line).groups()
            now = datetime.datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")
            self.forms["access log"] += 1
            self.levels["unknown"] += 1
            return self.count(now, service, method, target, int(status), None, name, number, None)
        if service == "jobs":
            match = self.TEXT.match(line)
            if not match:
                self.continued += 1
                return None
            self.forms["text"] += 1
            self.levels[match[2].lower()] += 1
            return self.count(datetime.datetime.strptime(match[1] + "+0000", "%Y-%m-%d %H:%M:%S,%f%z"))
        if not line.startswith("{"):
            return self.refuse("not_object", name, number)
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            return self.refuse("trailing" if error.msg == "Extra data" else "unterminated", name, number)
        self.forms["JSON"] += 1
        self.levels[LEVELS.get(record["level"], record["level"])] += 1
        if "cache" in record:
            self.cache[record["cache"]] += 1
        now = datetime.datetime.fromisoformat(record["timestamp"]) if "timestamp" in record else None
        if "model" in record:
            self.calls[record["model"]][record["status"]] += 1
            self.tokens[record["model"]].update(input=record["prompt_tokens"], output=record["completion_tokens"])
            return self.count(now)
        if "status" not in record:
            return self.count(now)
        if not record["method"] or not 100 <= record["status"] < 600:
            self.refuse("method" if not record["method"] else "status", name, number)
            return self.count(now)
        seconds = record["duration_ms"] / 1000
        if seconds < 0:
            self.refuse("duration", name, number)
            seconds = None
        return self.count(now, service, record["method"], record["path"], record["status"], seconds, name, number,
                          record["request_id"])

    def count(self, now, service=None, method=None, target=None, status=None, seconds=None, name=None, number=None,
              request_id=None):
        if now:
            self.times.append(now)
            bucket = self.buckets[int(now.timestamp())]
            bucket[0] += 1
            if method:
                bucket[1] += 1
                bucket[2] += status >= 500
                bucket[3] = seconds if bucket[3] is None else max(bucket[3], seconds if seconds is not None else -1)
        else:
            self.untimed += 1
        if method:
            route = re.sub(r"/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)", "/{id}", target.split("?")[0])
            self.statuses[service, method, route][str(status)] += 1
            if seconds is not None:
                self.durations[service, method, route].append(seconds)
                self.slow.append((seconds, name, number, target, request_id))
        return now

    def gaps(self):
        """As the README says it: by the share of seconds in use on the quieter side."""
        used, found = sorted(self.buckets), []

        def side(place, step):
            own, end = used[place], used[0] if step < 0 else used[-1]
            length = min(60, abs(own - end) + 1)
            near = [second for second in used if 0 <= (second - own) * step < length]
            return (len(near) / 61 if len(near) >= 10 else 0), sum(self.buckets[second][0] for second in near) / length

        for place in range(1, len(used)):
            empty = used[place] - used[place - 1] - 1
            if empty < 2:
                continue
            before, after = side(place - 1, -1), side(place, 1)
            if (1 - min(before[0], after[0])) ** empty < 1e-6:
                found.append((used[place - 1] + 1, used[place], min(before[1], after[1]) * empty))
        return found


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def compare_durations(found, values, what):
    ordered = sorted(values)
    equal(found["count"], len(ordered), f"{what}: durations")
    check(math.isclose(found["max_seconds"], ordered[-1], abs_tol=1e-9), f"{what}: the longest")
    check(math.isclose(found["sum_seconds"], sum(ordered), rel_tol=1e-9), f"{what}: the sum")
    for rank in (50, 90, 95, 99):
        exact = ordered[max(0, math.ceil(rank / 100 * len(ordered)) - 1)]
        value = found[f"p{rank}_seconds"]
        check(abs(value - exact) <= ERROR * exact + 1e-9, f"{what}: P{rank} {value}, exactly {exact}")


def compare(found, reading):
    """Everything that both know."""
    lines = found["lines"]
    equal(lines["count"], reading.lines, "lines")
    equal(lines["without_time"], reading.untimed, "lines without a time")
    equal(lines["continued"], reading.continued, "lines that belong to others")
    equal(lines["out_of_order"], reading.late, "lines that are late")
    if reading.late:
        check(abs(lines["out_of_order_seconds"] - reading.most_late.total_seconds()) < 1e-6, "how late they are")
    equal({one["form"]: one["lines"] for one in found["forms"]}, dict(reading.forms), "forms")
    equal(found["levels"], dict(reading.levels), "levels")
    equal({one["reason"]: [one["count"], one["file"], one["line"]] for one in found["refused"]}, reading.refused, "refused")
    equal(sum(one["count"] for one in found["errors"]), reading.levels["error"] + reading.levels["critical"], "errors")
    equal({one["model"]: one["statuses"] for one in found.get("models", [])}, {k: dict(v) for k, v in reading.calls.items()},
          "calls to models")
    equal({one["model"]: one["tokens"] for one in found.get("models", [])}, {k: dict(v) for k, v in reading.tokens.items()},
          "tokens")
    if reading.cache:
        equal((found["cache"]["hits"], found["cache"]["misses"]), (reading.cache["hit"], reading.cache["miss"]), "caches")
    endpoints = {(one["service"], one["method"], one["path"]): one for one in found["endpoints"]}
    equal({key: one["statuses"] for key, one in endpoints.items()}, {k: dict(v) for k, v in reading.statuses.items()},
          "endpoints")
    for key, one in endpoints.items():
        equal("durations" in one, key in reading.durations, f"{key}: whether it has durations")
        if key in reading.durations:
            compare_durations(one["durations"], reading.durations[key], str(key))
    everything = [seconds for values in reading.durations.values() for seconds in values]
    if everything:
        compare_durations(found["requests"]["durations"], everything, "all")
    equal(found["requests"]["count"], sum(sum(one.values()) for one in reading.statuses.values()), "requests")
    check(abs(seconds_of(found["start"]) - min(reading.times).timestamp()) < 0.002, "the first time")
    check(abs(seconds_of(found["end"]) - max(reading.times).timestamp()) < 0.002, "the last time")
    course = {int(seconds_of(one["start"])): [one["lines"], one["requests"], one["errors"]] for one in found["course"]}
    equal(course, {second: bucket[:3] for second, bucket in reading.buckets.items()}, "the course of time")
    equal(found["bucket_seconds"], 1, "the width of its buckets")
    slowest = sorted(reading.slow, key=lambda one: -one[0])[:10]
    equal([(one["seconds"], one["file"], one["line"], one["path"], one.get("id")) for one in found["slowest"]],
          [(round(seconds, 9), *rest) for seconds, *rest in slowest], "the slowest")
    gaps = [(int(seconds_of(one["start"])), int(seconds_of(one["end"]))) for one in found["gaps"]]
    wanted = reading.gaps()
    equal(sorted(gaps), [(start, end) for start, end, _ in wanted], "silences")
    equal(sorted(one["expected_lines"] for one in found["gaps"]), sorted(math.floor(lines + 0.5) for *_, lines in wanted),
          "lines that were to be expected")


def run(room, *arguments, status=0, stdin=b"", errors=""):
    done = subprocess.run([room.vitals, "replay", *arguments], input=stdin, capture_output=True, timeout=60)
    equal((done.returncode, done.stderr.decode()), (status, errors), f"replay {arguments}")
    return done.stdout.decode()


def document(room, *arguments, **options):
    return json.loads(run(room, "--format", "json", *arguments, **options))


# The cases.

def agrees(room):
    """All counts of all files are a plain program's, whatever the order of the arguments."""
    names, web, jobs = write_logs(room)
    reading = Reading()
    for name in sorted([*names, web, jobs], key=lambda name: ([*names, jobs, web].index(name))):
        reading.file(name, os.path.basename(name).split(".")[0])
    found = document(room, *names, web, jobs)
    reading.slow.sort(key=lambda one: [file["file"] for file in found["files"]].index(one[1]))
    reading.refused = first_places(found, names, web, jobs)
    compare(found, reading)
    job = [one for one in found["errors"] if one["service"] == "jobs"]
    equal([(one["fingerprint"], one["count"]) for one in job],
          [("jobs.run: job {n} failed: ValueError: no such thing", contents(jobs).count(b"ERROR"))], "the job's errors")
    text = run(room, "--format", "json", *names, web, jobs)
    for seed in range(3):
        order = [*names, web, jobs]
        random.Random(seed).shuffle(order)
        equal(run(room, "--format", "json", *order), text, f"in the order {order}")


def first_places(found, names, web, jobs):
    """The refused lines, read again in the order in which the files were read."""
    again = Reading()
    for file in found["files"]:
        again.file(file["file"], os.path.basename(file["file"]).split(".")[0])
    return again.refused


def one_stream(room):
    """A file, its compressed form and both by stdin are one and the same."""
    names, _, _ = write_logs(room)
    data = contents(names[0])
    reading = Reading()
    reading.file("stdin", "api", data)
    plain = document(room, "api=-", stdin=data)
    compare(plain, reading)
    with open(names[0], "rb") as file:
        equal(document(room, "api=-", stdin=file.read()), plain, "compressed, by stdin")
    equal(document(room, "api=/dev/stdin", stdin=data)["requests"], plain["requests"], "a pipe by its name")
    for key, value in document(room, names[0]).items():
        if key not in ("files", "refused", "slowest"):
            equal(value, plain[key], f"the file's {key}")


def between(room):
    """--from and --to leave out what is outside, and numbers of lines stay the file's."""
    names, _, _ = write_logs(room)
    start = START + datetime.timedelta(seconds=60)
    end = START + datetime.timedelta(seconds=90)
    kept, inside = [], False
    for line in contents(names[0]).split(b"\n"):
        try:
            stamp = json.loads(line).get("timestamp") if len(line) <= LONGEST else None
        except ValueError:
            stamp = None
        if stamp:
            inside = start <= datetime.datetime.fromisoformat(stamp) < end
        kept.append(line if inside else b"")
    reading = Reading()
    reading.file(names[0], "api", b"\n".join(kept))
    found = document(room, "--from", "2026-11-20T12:01", "--to", "2026-11-20T12:01:30Z", names[0])
    reading.refused.pop("too_long", None)
    found["refused"] = [one for one in found["refused"] if one["reason"] != "too_long"]
    found["lines"]["count"] = reading.lines
    compare(found, reading)


def series(room):
    """The same as series: promtool has nothing to say, and the counts are those of the JSON. A rule counts too."""
    names, web, _ = write_logs(room)
    config = room.path("json")
    with open(config, "w") as file:
        file.write('{ "log_rules": [ { "metric": "started_total", "help": "Requests that began.", "service": "api",\n'
                   '  "where": { "field": "event", "equals": "request_started" } } ] }')
    text = run(room, "--format", "prometheus", "--config", config, *names, web)
    found = document(room, *names, web)
    scrape = Scrape(text)
    for one in found["endpoints"]:
        for status, count in one["statuses"].items():
            labels = {key: one[key] for key in ("service", "method", "path")}
            equal(scrape.one("http_requests_total", status=status, **labels), count, f"{labels} {status}")
    started = sum(contents(name).count(b'"event": "request_started"') for name in names)
    torn = sum(b'"event": "request_started"' in line and not line.rstrip(b"\r").endswith(b"}")
               for name in names for line in contents(name).split(b"\n"))
    double = sum(line.count(b'"event": "request_started"') == 2 for name in names for line in contents(name).split(b"\n"))
    equal(scrape.one("started_total", service="api"), started - torn - 2 * double, "the rule's count")
    equal(scrape.one("vitals_replay_lines_total"), found["lines"]["count"], "lines")
    done = subprocess.run([needs("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, timeout=20)
    equal((done.returncode, done.stderr), (0, ""), "promtool")


def failures(room):
    """What is missing or damaged is said by name, and the others are read all the same."""
    names, web, _ = write_logs(room)
    missing = room.path("log")
    errors = f"vitals: {missing}: No such file or directory\n"
    found = document(room, missing, web, status=2, errors=errors)
    equal(found["requests"]["count"], 3_000, "requests of the other file")
    equal([one.get("error") for one in found["files"]], [None, errors[8:-1]], "what the files say")
    equal(run(room, missing, status=2, errors=errors), "", "nothing to read")
    folder = room.folder()
    run(room, folder, status=2, errors=f"vitals: {folder}: is a directory\n")
    run(room, web, web, status=2, errors=f"vitals: {web}: was given before, and its lines would count twice\n")
    link = room.path("link")
    os.symlink(web, link)
    done = subprocess.run([room.vitals, "replay", web, link], capture_output=True, text=True, timeout=20)
    check(done.returncode == 2 and "is the same file as" in done.stderr, f"a link: {done.stderr}")
    for arguments in (["--format", "xml", web], ["--from", "noon", web], ["--from", "2026-11-21", "--to", "2026-11-20", web]):
        done = subprocess.run([room.vitals, "replay", *arguments], capture_output=True, text=True, timeout=20)
        check(done.returncode == 2 and done.stderr.count("\n") == 1 and not done.stdout, f"{arguments}: {done.stderr}")
    with open(names[0], "rb") as file:
        data = file.read()
    cut = room.path("gz")
    with open(cut, "wb") as file:
        file.write(data[: len(data) * 3 // 4])
    why = f"{cut}: the gzip data is cut off or damaged; what was read before counts"
    found = document(room, cut, status=1, errors=f"vitals: {why}\n")
    check(0 < found["lines"]["count"] < 8_000, f"{found['lines']['count']} lines of a file that was cut")
    equal(found["files"][0]["error"], why, "the file's error")
    with open(web, "rb") as file, open(cut, "wb") as other:
        other.write(b"\x28\xb5\x2f\xfd" + file.read())
    run(room, cut, status=2, errors=f"vitals: {cut}: is compressed; try: zstd -dc {cut} | vitals replay -\n")
    equal(document(room, stdin=b"")["lines"]["count"], 0, "lines of nothing")


def ends(room):
    """SIGINT says what there is so far; a reader who has gone is no error that needs words."""
    names, web, _ = write_logs(room)
    process = subprocess.Popen(
        [room.vitals, "replay", "--format", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(web, "rb") as file:
        process.stdin.write(file.read())
        process.stdin.flush()
    # The pipe is empty when all was read.
    until(lambda: waits(process.pid), "the pipe's reader waits")
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    found = json.loads(out)
    equal((process.returncode, errors, found["partial"]), (-signal.SIGINT, b"", True), "after SIGINT")
    equal(found["requests"]["count"], 3_000, "requests so far")
    pipe = room.path("pipe")
    os.mkfifo(pipe)
    for data in (b"", gzip.compress(os.urandom(100_000))[:50_000]):
        process = subprocess.Popen([room.vitals, "replay", pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        writer = os.open(pipe, os.O_RDWR)
        os.write(writer, data)
        until(lambda: waits(process.pid), "the pipe's reader waits")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        equal((process.returncode, errors), (-signal.SIGINT, b""), "after SIGINT, while it waits for a pipe")
        os.close(writer)
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([room.vitals, "replay", web], stdout=write, stderr=subprocess.PIPE, timeout=20)
    os.close(write)
    equal((done.returncode, done.stderr), (1, b""), "a reader who has gone")


def waits(pid):
    """Whether a process sleeps in a pipe, or polls for one."""
    with open(f"/proc/{pid}/wchan") as file:
        channel = file.read()
    return "pipe" in channel or "poll" in channel


def text(room):
    """The text is safe to show, as wide as it was told, and has no colour in a pipe."""
    names, _, _ = write_logs(room)
    evil = room.path("log")
    with open(evil, "w") as file:
        file.write(json.dumps({"method": "GET", "path": "/\x1b]0;owned\x07\u202e", "status": 500, "duration_ms": 9e6,
                               "level": "error", "request_id": "\x1b[2J", "timestamp": START.isoformat()},
                              ensure_ascii=False).replace("\x1b", "\\u001b") + "\n")
    for width in (60, 80, 120, 240):
        shown = run(room, "--width", str(width), *names, evil)
        check(all(len(line) <= width for line in shown.split("\n")), f"a line longer than {width}")
        check(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown), "control characters")
        for part in ("Requests", "Where the time went", "Errors by endpoint", "Slowest requests", "Silences", "The log"):
            check(f"── {part}" in shown, f"no part '{part}' at {width}")


def cases(_):
    return [
        ("agrees", agrees), ("one-stream", one_stream), ("between", between), ("series", series), ("failures", failures),
        ("ends", ends), ("text", text),
    ]
