# Which logs are followed: patterns, directories, and those that a service holds open and nobody named.
# SPDX-License-Identifier: Apache-2.0
import os

from harness import Agent, Service, check, equal, until
from load import Load

LINE = '{"level":"info","method":"GET","path":"/x","status":200,"process_time":0.1}\n'


def append(path, lines):
    with open(path, "a") as file:
        file.write(LINE * lines)


def counted(agent, service, wanted):
    until(
        lambda: equal(agent.scrape().sum("http_requests_total", service=service), wanted, "requests") or True,
        f"{wanted} requests of {service}")


def pattern(room):
    """A file that comes later is taken within a second or so, from its start; one that is rotated is none of its own."""
    folder = room.folder()
    append(f"{folder}/old.log", 3)
    agent = Agent(room, "--log", f"api={folder}/*.log")
    until(lambda: agent.events("log is open"), "the log is open")
    append(f"{folder}/late.log", 2)
    until(lambda: len(agent.events("log is open")) == 2, "the late log is open", 3)
    counted(agent, "api", 2)
    os.rename(f"{folder}/late.log", f"{folder}/late-20261121.log")
    append(f"{folder}/late-20261121.log", 1)
    append(f"{folder}/late.log", 4)
    counted(agent, "api", 7)
    equal(agent.scrape().one("vitals_tail_files"), 2, "logs that are followed")


def directory(room):
    """Of a directory the logs are meant, not what was rotated, compressed or is no log."""
    folder = room.folder()
    names = ["a.log", "b.json", "a.log.1", "a.log-20261120", "a.log.2.gz", "c.db", "README"]
    for name in names:
        append(f"{folder}/{name}", 1)
    agent = Agent(room, "--log", f"{folder}/", "--log-from", "start")
    counted(agent, "a", 1)
    counted(agent, "b", 1)
    equal(agent.scrape().one("vitals_tail_files"), 2, "logs that are followed")
    os.symlink(f"{folder}/a.log", f"{folder}/link.log")
    until(lambda: agent.scrape().one("vitals_tail_left_out", reason="same_file") == 1, "the link is left out")
    equal(agent.scrape().one("vitals_tail_files"), 2, "logs that are followed")


def discovered(room):
    """With no word about logs those of services are followed; with 'none', none is."""
    log = room.path("log")
    service = Service(room, log)
    first = Load(service.port, workers=2, requests=70)
    first.join()
    agent = Agent(room, "--watch", f"api=port:{service.port}")
    silent = Agent(room, "--watch", f"api=port:{service.port}", "--log", "none")
    until(lambda: agent.events("log of a service was found by itself"), "the log is found", 20)
    until(lambda: agent.events("log is open"), "the log is open")
    equal(agent.events("log of a service was found by itself")[0]["path"], log, "the path")
    load = Load(service.port, workers=2, requests=210)
    load.join()
    agent.counted("api", load.requests)
    until(lambda: "/orders/{id}" in agent.get("/dashboard/service").text, "the dashboard shows it", 5)
    equal(silent.scrape().all("vitals_tail_files"), [], "logs that are followed by who is told not to")


def by_itself(room):
    """A service that nobody named brings its log, too."""
    log = room.path("log")
    service = Service(room, log)
    Load(service.port, workers=2, requests=70).join()
    agent = Agent(room)

    def found():
        paths = [event["path"] for event in agent.events("log of a service was found by itself")]
        check(log in paths, f"only {paths}")
        return True

    until(found, "the log is found", 30)


def cases(_):
    return [("pattern", pattern), ("directory", directory), ("discovered", discovered), ("by-itself", by_itself)]
