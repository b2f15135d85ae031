# What the agent knows of its logs after it was ended, killed and started again.
# SPDX-License-Identifier: Apache-2.0
import gzip
import json
import os
import shutil
import signal
import stat
import time

import tail_model
from harness import Agent, Skip, Writer, check, equal, until


def start(room, log, checkpoint, *arguments, **options):
    return Agent(
        room, "--log", f"w={log}", "--collect", "logs", *(["--checkpoint", checkpoint] if checkpoint else []), *arguments,
        **options)


def total(agent):
    return agent.scrape().requests("w").get(("GET", "/w", "200"), 0)


def counts(agent, wanted):
    until(lambda: equal(total(agent), wanted, "lines") or True, f"{wanted} lines count", 15)


def first_life(room, **options):
    log, checkpoint = room.folder() + "/app.log", room.path("checkpoint")
    writer = Writer(log)
    agent = start(room, log, checkpoint, "--log-from", "start", **options)
    writer.write(100)
    counts(agent, 100)
    return log, checkpoint, writer, agent


def clean_end(room):
    """The sum over the lives is what was written; the checkpoint is its owner's alone and readable by people."""
    log, checkpoint, writer, agent = first_life(room)
    equal(agent.end(signal.SIGTERM), 0, "exit status")
    equal(stat.S_IMODE(os.stat(checkpoint).st_mode), 0o600, "mode")
    lines = [json.loads(line) for line in open(checkpoint)]
    equal((lines[0]["format"], lines[0]["version"]), ("vitals-checkpoint", 1), "head")
    equal((lines[1]["path"], lines[1]["offset"]), (log, os.path.getsize(log)), "place")
    writer.write(30)
    counts(start(room, log, checkpoint), 30)


def killed(room):
    """What the checkpoint had does not count again."""
    log, checkpoint, writer, agent = first_life(room)

    def written():
        return any(json.loads(line).get("offset") == os.path.getsize(log) for line in open(checkpoint))

    until(written, "the checkpoint has all", 15)
    agent.end(signal.SIGKILL)
    writer.write(30)
    counts(start(room, log, checkpoint), 30)


def two_agents(room):
    """A second agent on the same checkpoint says so and ends; the first one, and who comes after it, goes on."""
    log, checkpoint, writer, agent = first_life(room)
    second = start(room, log, checkpoint, ready=False)
    equal(second.process.wait(15), 2, "exit status")
    check(f"vitals: --checkpoint {checkpoint}: is in use by another vitals" in second.err, second.err)
    writer.write(30)
    counts(agent, 130)
    agent.end(signal.SIGTERM)
    writer.write(20)
    counts(start(room, log, checkpoint), 20)


def state_directory(room):
    """Under systemd it needs no option; without either nothing is written."""
    state = room.folder()
    log, _, _, agent = first_life(room, env={**os.environ, "STATE_DIRECTORY": state + ":/nowhere"})
    agent.end(signal.SIGTERM)
    check(not os.path.exists(state + "/checkpoint"), "the option was not preferred")
    agent = start(room, log, None, env={**os.environ, "STATE_DIRECTORY": state + ":/nowhere"})
    until(lambda: os.path.exists(state + "/checkpoint"), "there is a checkpoint", 15)
    agent.end(signal.SIGTERM)
    other = start(room, log, None)
    other.end(signal.SIGTERM)
    equal(sorted(os.listdir(os.path.dirname(log))), ["app.log"], "files beside the log")


def torn(room):
    """Whatever stands in the file, the agent starts, says so once, and goes on."""
    log, checkpoint, writer, agent = first_life(room)
    agent.end(signal.SIGTERM)
    whole = open(checkpoint, "rb").read()
    for bad in (whole[: len(whole) // 2], b"", os.urandom(4096), whole.replace(b'"version":1', b'"version":2')):
        with open(checkpoint, "wb") as file:
            file.write(bad)
        agent = start(room, log, checkpoint)
        until(lambda: [event for event in agent.events() if event["message"].startswith("checkpoint cannot be used")],
              "it is said", 10)
        writer.write(5)
        counts(agent, 5)
        equal(agent.end(signal.SIGTERM), 0, "exit status")


def rotated_and_compressed(room):
    """The rest of what was being read is in a compressed file, and the new one is read from its start."""
    log, checkpoint, writer, agent = first_life(room)
    agent.end(signal.SIGTERM)
    writer.write(50)
    os.rename(log, log + ".1")
    writer.reopen()
    writer.write(20)
    with open(log + ".1", "rb") as old, gzip.open(log + ".1.gz", "wb") as new:
        shutil.copyfileobj(old, new)
    shutil.copystat(log + ".1", log + ".1.gz")
    os.unlink(log + ".1")
    counts(start(room, log, checkpoint), 70)


def backfill(room):
    """Lines of the time while it was down are at their own second in the history, not in the present."""
    log, checkpoint, writer, agent = first_life(room)
    agent.end(signal.SIGTERM)
    now = time.time()
    with open(log, "ab") as file:
        for number in range(600):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 600 + number))
            line = {"method": "GET", "path": "/w", "status": 200, "level": "info", "timestamp": at}
            file.write(json.dumps(line).encode() + b"\n")
    agent = start(room, log, checkpoint)
    counts(agent, 600)
    equal(agent.tail("backfill_lines_total"), 600, "lines at their own time")
    text = until(lambda: agent.get("/dashboard/service?width=120").text, "a dashboard")
    line = next((line for line in text.split("\n") if "requests" in line), "")
    check("1/s" in line or "0." in line, f"no rate of about one a second: {line!r}")


def model(room):
    """Some random lives; see tail_model.py for thousands."""
    if not tail_model.LOGROTATE:
        raise Skip("no logrotate here")
    faults = [tail_model.one(room.vitals, seed, steps=8)[0] for seed in range(6)]
    check(not any(faults), "\n".join(fault for fault in faults if fault))


def cases(_):
    return [
        ("clean-end", clean_end), ("killed", killed), ("two-agents", two_agents),
        ("state-directory", state_directory), ("torn", torn),
        ("compressed", rotated_and_compressed), ("backfill", backfill), ("model", model),
    ]
