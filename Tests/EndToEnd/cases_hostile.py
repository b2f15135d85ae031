# Text of strangers: whatever stands in a log or in a process's name, the exposition stays one that Prometheus takes, and
# a dashboard stays text.
# SPDX-License-Identifier: Apache-2.0
import html.parser
import json
import os
import random
import subprocess
import unicodedata

from harness import HERE, PYTHON, Agent, Child, Service, check, equal, needs, until
from load import Load

NASTY = [
    'quo"te', "back\\slash", "new\nline", "nul\0byte", "\x1b[2J\x1b]0;owned\x07", "\u009b31m", "\u202egnp.exe",
    "zero\u200bwidth", "line\u2028sep", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</pre><b>x",
    "{id}", "}{", 'a="b",c="d"', "# EOF", "# TYPE x counter", "\r\nSet-Cookie: a=b", "%s%n", "\ud800", "\U0001f600" * 40,
    "e\u0301" * 30, "\ufeff", "{{.}}", "tab\there", "&lt;b&gt;", "trailing\\",
]
TAGS = {"html", "head", "meta", "title", "style", "body", "nav", "a", "pre", "span"}


def lines():
    """The log, as bytes."""
    made = []
    for number, text in enumerate(NASTY):
        base = {"method": "GET", "path": "/" + text, "status": 200, "duration_ms": 1, "level": "info"}
        for change in [
            {}, {"level": text}, {"method": text}, {"event": text, "level": "error"}, {"status": text},
            {"cache": text}, {"exception": text + "\n" + text, "level": "critical"}, {"timestamp": text},
            {"duration_ms": text}, {"msg": f"GET /{text} - 0.1s status=200", "status": None, "path": None},
            {text: text}, {"path": "/" + text * 2000},
        ]:
            row = {**base, **change}
            made.append(json.dumps(row).encode())
            made.append(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    valid = {"method": "GET", "path": "/x", "status": 200, "level": "info"}
    for value in [1e308, -1, 0, -0.0, 99, 600, 1e400, 200.5, True, [], {}, None, "200 ", "0x10"]:
        made.append(json.dumps({**valid, "status": value}).encode())
        made.append(json.dumps({**valid, "duration_ms": value}).encode())
    made += [b"\xff\xfe\xc0\x80" * 20, b'{"method":"GET","path":"/\xff\xfe","status":200,"level":"\xc3"}']
    made += [b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"path":"/deep","a":' + b"[" * 9000]
    made += [json.dumps({**valid, "path": "/" + "x" * 100_000}).encode(), b"y" * 100_000, b'{"a":"' + b"\\u00" * 25_000]
    made += [b"z" * 300_000, b"\0" * 5000, b"", b"   ", b"null", b"{}", b"{", b'"', b"\x1b[2J" * 50, b"\r", b"{}\r"]
    noise = random.Random(7)
    for _ in range(200):
        made.append(bytes(noise.randrange(256) for _ in range(noise.randrange(400))).replace(b"\n", b""))
        torn = bytearray(json.dumps(valid).encode())
        torn[noise.randrange(len(torn))] = noise.choice(b'"\\{}[]:,\0\x1b\xff0')
        made.append(bytes(torn))
    for number in range(2000):
        made.append(json.dumps({**valid, "path": f"/scan{noise.random()}/{noise.random()}.php"}).encode())
        made.append(json.dumps({**valid, "level": f"level{number}"}).encode())
    return made


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}


def is_harmful(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co")


def promtool(text):
    """The complaints of `promtool check metrics`: lines of stderr, and its exit status."""
    done = subprocess.run(
        [needs("promtool"), "check", "metrics"], input=text.encode("utf-8", "surrogateescape"), capture_output=True,
        timeout=30)
    return done.returncode, [line for line in done.stderr.decode().splitlines() if line]


def hostile(room):
    log = room.path("log")
    name = 'na"me\\<b>\x1b[31m\n{}'
    service = Child(room, [PYTHON, "-c", "import sys, time\nopen('/proc/self/comm', 'wb').write(sys.argv[1].encode())\n"
                           "time.sleep(300)", '<b>"\x1b[31m\n\\x{}'])
    agent = Agent(room, "--log", f"{name}={log}", "--log-from", "start", "--watch", f"{name}=pid:{service.pid}")
    # The good path comes first: where strangers have filled a position with names, a new one counts as {id}.
    good = b'{"method":"GET","path":"/good","status":201,"duration_ms":1,"level":"info"}'
    with open(log, "wb") as file:
        file.write(b"\n".join([good, *lines(), good]) + b"\n")
    wanted = os.path.getsize(log)
    until(lambda: agent.tail("read_bytes_total") == wanted, "the hostile log is read", 20)
    scrape = agent.scrape()
    equal(scrape.sum("http_requests_total", path="/good", status="201"), 2, "good lines before and after")
    equal({labels["service"] for labels, _ in scrape.all("http_requests_total")}, {name}, "the service's name")
    check(len(scrape.all("http_requests_total")) < 1000, "the paths are not bounded")
    check(len(scrape.all("log_lines_total")) <= 17, "the levels are not bounded")
    check(scrape.sum("vitals_tail_invalid_lines_total") > 100, "hardly a line was refused")
    status, complaints = promtool(agent.get("/metrics").text)
    errors = [line for line in complaints if line.lower().startswith("error") or status == 1]
    check(not errors, f"promtool: {errors[:1]}")
    until(lambda: 'na"me' in agent.get("/dashboard/service").text, "the dashboard shows the service")
    for path in ["/", "/dashboard/service", "/dashboard/host", "/dashboard/service?width=60"]:
        text = agent.get(path).body.decode("utf-8", "strict")
        bad = {hex(ord(character)) for character in text if is_harmful(character)}
        check(not bad, f"{path} holds control characters: {sorted(bad)[:5]}")
    for path in ["/", "/dashboard/service"]:
        page = Page(agent.get(path, Accept="text/html").body.decode("utf-8", "strict"))
        check(page.tags <= TAGS, f"{path} holds elements of strangers: {page.tags - TAGS}")
        check(not any(name.startswith("on") for name in page.attributes), f"{path} holds handlers")
    colours = agent.get("/dashboard/service?color=1").text
    check("\x1b]" not in colours and "\x1b[2J" not in colours, "escape sequences of strangers in the colours")
    for event in agent.events():
        check(all(ord(character) >= 32 for character in json.dumps(event)), "control characters in the agent's log")
    check(agent.alive(), "the agent is dead")


def openmetrics_hostile(room):
    """The same text in OpenMetrics keeps its line structure."""
    log = room.path("log")
    with open(log, "wb") as file:
        file.write(b"\n".join(lines()) + b"\n")
    agent = Agent(room, "--log", f"api={log}", "--log-from", "start")
    until(lambda: agent.tail("read_bytes_total") == os.path.getsize(log), "the hostile log is read", 20)
    text = agent.get("/metrics", Accept="application/openmetrics-text;version=1.0.0").body.decode("utf-8", "strict")
    check(text.endswith("\n# EOF\n") and text.count("\n# EOF\n") == 1, "the end is not where it belongs")
    names = set()
    for line in text.split("\n")[:-2]:
        check(line.startswith(("# TYPE ", "# HELP ", "# UNIT ")) or line[0].isalpha(), f"a torn line: {line[:80]!r}")
        if not line.startswith("#"):
            series = line.rsplit(" ", 1)[0]
            check(series not in names, f"duplicate series: {series}")
            names.add(series)


def borrowed_names():
    with open(os.path.join(HERE, "borrowed-names.txt")) as file:
        names = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    foreign = [name for name in names if not name.startswith(("node_", "container_", "namedprocess_"))]
    check(not foreign, f"borrowed-names.txt holds names that are ours: {foreign}")
    return set(names)


def lint(room):
    """promtool finds nothing on a live scrape but in names that are node_exporter's, cAdvisor's or process-exporter's."""
    needs("promtool")
    borrowed = borrowed_names()
    log = room.path("log")
    service = Service(room, log, "--children", "1")
    agent = Agent(room, "--log", f"api={log}", "--watch", f"api=pid:{service.pid}")
    load = Load(service.port, requests=210)
    load.join()
    agent.counted("api", load.requests)
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= 3, "three ticks")
    agent.get("/nothing")
    status, complaints = promtool(agent.get("/metrics").text)
    foreign = [line for line in complaints if line.split(" ")[0] not in borrowed]
    check(not foreign, f"promtool: {'; '.join(foreign[:5])}")
    check(status in (0, 3), f"promtool ended with {status}")


def cases(_):
    return [("hostile-text", hostile), ("hostile-openmetrics", openmetrics_hostile), ("lint", lint)]
