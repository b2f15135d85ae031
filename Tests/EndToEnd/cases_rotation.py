# Rotation in every way that is in use, while lines are written: each line counts once, or its loss is accounted for.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import subprocess
import time

from harness import Agent, Service, Writer, check, equal, needs, until
from load import Load

SECONDS = 20


def follow(room, *arguments):
    log = room.folder() + "/app.log"
    writer = Writer(log)
    agent = Agent(room, "--log", f"w={log}", "--log-from", "start", *arguments)
    return log, writer, agent


def total(agent):
    return agent.scrape().requests("w").get(("GET", "/w", "200"), 0)


def rounds_pass(agent, rounds):
    """The agent looks so many times more."""
    wanted = agent.scrape().sum("vitals_ticks_total") + rounds
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= wanted, f"{rounds} more ticks")


def silence(agent, writer, rounds=3):
    """The writer pauses while the agent looks several times, and then goes on in the same file."""
    writer.stop()
    rounds_pass(agent, rounds)
    writer.start()


def all_counted(agent, writer):
    until(lambda: equal(total(agent), writer.written, "lines counted") or True, "all lines are counted", SECONDS, 0.1)
    rounds_pass(agent, 2)  # Nothing may be counted twice by the ticks that follow.
    equal(total(agent), writer.written, "lines counted a second later")
    equal(agent.tail("lost_bytes_total"), 0, "lost bytes")


def at_once(room):
    log, writer, agent = follow(room)
    writer.start().after(200)
    for number in range(3):
        with writer.lock:
            os.rename(log, f"{log}.{number}")
            writer.file.close()
            writer.open()
        rounds_pass(agent, 2)
    writer.stop()
    all_counted(agent, writer)
    equal(agent.tail("rotations_total"), 3, "rotations")
    equal(agent.tail("truncations_total"), 0, "truncations")


def by_signal(room):
    """The service itself, told by SIGHUP, under the load of its clients."""
    log = room.folder() + "/app.log"
    service = Service(room, log)
    agent = Agent(room, "--log", f"api={log}")
    load = Load(service.port, workers=4, rate=150)
    until(lambda: sum(load.requests.values()) > 100, "there is load")
    for number in range(2):
        os.rename(log, f"{log}.{number}")
        service.process.send_signal(signal.SIGHUP)
        until(lambda: os.path.exists(log), "the service has reopened its log")
        rounds_pass(agent, 2)
    load.stop()
    agent.counted("api", load.requests)
    equal(agent.tail("rotations_total"), 2, "rotations")


def reopened_late(room):
    """The new file stands there and the writer goes on in the old one for a while."""
    log, writer, agent = follow(room)
    writer.start().after(200)
    os.rename(log, log + ".1")
    os.close(os.open(log, os.O_CREAT | os.O_WRONLY))
    until(lambda: agent.tail("rotations_total") == 1, "the rotation is seen")
    silence(agent, writer)
    writer.after(400)
    writer.reopen()
    writer.after(200)
    writer.stop()
    all_counted(agent, writer)


def never_reopened(room):
    """Renamed, then deleted, and the writer never follows: what it writes to a file without a name is read too."""
    log, writer, agent = follow(room)
    writer.start().after(200)
    os.rename(log, log + ".1")
    os.close(os.open(log, os.O_CREAT | os.O_WRONLY))
    writer.after(200)
    os.unlink(log + ".1")
    writer.after(200)
    silence(agent, writer)
    writer.after(400)
    writer.stop()
    all_counted(agent, writer)


def deleted_at_once(room):
    """Deleted without a successor, and written on."""
    log, writer, agent = follow(room)
    writer.start().after(200)
    until(lambda: total(agent) > 0, "the log is read")
    os.unlink(log)
    silence(agent, writer)
    writer.after(400)
    writer.reopen()
    writer.after(200)
    writer.stop()
    all_counted(agent, writer)


def renamed_back(room):
    """A file that leaves and comes back is read on, not again."""
    log, writer, agent = follow(room)
    writer.start().after(200)
    os.rename(log, log + ".away")
    writer.after(600)
    os.rename(log + ".away", log)
    writer.after(200)
    writer.stop()
    all_counted(agent, writer)


def turned_link(room):
    """The path is a symbolic link that is turned to dated files."""
    log = room.folder() + "/current"
    os.symlink("day-1", log)
    writer = Writer(log)
    agent = Agent(room, "--log", f"w={log}", "--log-from", "start")
    writer.start().after(200)
    os.symlink("day-2", log + ".new")
    os.rename(log + ".new", log)
    writer.after(400)
    writer.reopen()
    writer.after(200)
    writer.stop()
    all_counted(agent, writer)


def copytruncate_quiet(room):
    """Copied and truncated between lines: nothing is lost."""
    log, writer, agent = follow(room)
    for _ in range(2):
        writer.write(300)
        until(lambda: equal(total(agent), writer.written, "lines") or True, "all lines are counted")
        shutil.copyfile(log, log + ".1")
        os.truncate(log, 0)
        until(lambda: agent.tail("lag_bytes") == 0, "nothing is left to read")
    writer.write(100)
    all_counted(agent, writer)
    equal(agent.tail("truncations_total"), 2, "truncations")


def accounted(agent, writer, cuts):
    """Never more than written; what is missing was written just before a truncation."""
    least = None

    def settled():
        nonlocal least
        before, least = least, total(agent)
        return before == least and agent.tail("lag_bytes") == 0

    until(settled, "the count stands still", SECONDS, 1.2)
    missing = writer.written - least
    window = sum(1 for moment in writer.moments if any(cut[0] - 1.5 <= moment <= cut[1] for cut in cuts))
    check(0 <= missing <= window, f"{missing} of {writer.written} lines are missing, at most {window} may be")
    unread = writer.bytes - agent.tail("read_bytes_total")
    lost = agent.tail("lost_bytes_total")
    check(0 <= lost <= unread, f"{lost} bytes are said to be lost, {unread} were not read")
    check(missing == 0 or unread > 0, f"{missing} lines are missing though every byte was read")


def copytruncate_busy(room):
    log, writer, agent = follow(room)
    writer.start().after(300)
    cuts = []
    for number in range(3):
        begun = time.monotonic()
        shutil.copyfile(log, f"{log}.{number}")
        os.truncate(log, 0)
        cuts.append((begun, time.monotonic()))
        writer.after(700)
    writer.stop()
    accounted(agent, writer, cuts)
    check(1 <= agent.tail("truncations_total") <= 3, "the truncations were not seen")


def truncated_without_append(room):
    """A writer without O_APPEND goes on behind a hole; the hole is no line."""
    log, writer, agent = follow(room)
    writer.file.close()
    writer.file = open(log, "wb", buffering=0)
    writer.write(300)
    until(lambda: total(agent) == 300, "300 lines are counted")
    os.truncate(log, 0)
    until(lambda: agent.tail("truncations_total") == 1, "the truncation is seen")
    writer.write(200)
    all_counted(agent, writer)
    check(agent.tail("hole_bytes_total") > 0, "no hole was counted")
    equal(agent.scrape().all("vitals_tail_invalid_lines_total"), [], "invalid lines")


def half_lines(room):
    log, writer, agent = follow(room)
    writer.write(3)
    line = writer.line(3)
    for at in (1, 40, len(line) - 1):
        read = writer.bytes + at
        writer.file.write(line[:at])
        until(lambda: agent.tail("read_bytes_total") == read, "the half line is read")
        equal(total(agent), writer.written, "lines while one is not complete")
        writer.file.write(line[at:])
        writer.written += 1
        writer.bytes += len(line)
        until(lambda: total(agent) == writer.written, "the line counts when it is complete")
    equal(agent.scrape().all("vitals_tail_invalid_lines_total"), [], "invalid lines")


def byte_by_byte(room):
    """The slowest writer there is."""
    log, writer, agent = follow(room)
    data = b"".join(writer.line(number) for number in range(20))
    for at in range(len(data)):
        writer.file.write(data[at : at + 1])
    writer.written = 20
    all_counted(agent, writer)


def torn_by_rotation(room):
    """A line that begins in the old file and whose writer then reopens is one broken line, and no other is harmed."""
    log, writer, agent = follow(room)
    writer.write(5)
    writer.file.write(writer.line(5)[:50])
    os.rename(log, log + ".1")
    writer.reopen()
    writer.write(5)
    all_counted(agent, writer)


def catch_up(room):
    """A log of many megabytes is caught up with, and the agent answers meanwhile."""
    log, writer, _ = follow(room)
    block = b"".join(writer.line(number) for number in range(1000))
    for _ in range(200):
        writer.file.write(block)
    writer.written = 200_000
    agent = Agent(room, "--log", f"w={log}", "--log-from", "start")
    slowest = 0.0

    def done():
        nonlocal slowest
        began = time.monotonic()
        agent.get("/healthz")
        slowest = max(slowest, time.monotonic() - began)
        return total(agent) == 200_000

    until(done, "200,000 lines are counted", 60, 0.02)
    check(slowest < 1, f"an answer took {slowest:.2f} s meanwhile")


def logrotate(directive):
    def case(room):
        tool = needs("logrotate")
        log = room.folder() + "/app.log"
        service = Service(room, log)
        agent = Agent(room, "--log", f"api={log}")
        state, config = room.path("state"), room.path("config")
        hup = f"postrotate\n kill -HUP {service.pid}\n endscript" if directive == "create" else ""
        with open(config, "w") as file:
            file.write(f"{log} {{\n rotate 5\n size 1\n {directive}\n {hup}\n}}\n")
        os.chmod(config, 0o600)
        load = Load(service.port, workers=4, rate=120)
        cuts = []
        for number in range(2):
            goal = sum(load.requests.values()) + 200
            until(lambda: sum(load.requests.values()) >= goal, "there is load", 20)
            begun = time.time()
            done = subprocess.run([tool, "-f", "-s", state, config], capture_output=True, timeout=20)
            equal((done.returncode, done.stderr), (0, b""), "logrotate")
            cuts.append((begun, time.time()))
            rounds_pass(agent, 2)
        load.stop()
        if directive == "create":
            agent.counted("api", load.requests)
            return equal(agent.tail("rotations_total"), 2, "rotations")
        window = sum(1 for moment in load.times if any(cut[0] - 1.5 <= moment <= cut[1] + 0.2 for cut in cuts))
        wanted = sum(load.requests.values())
        last = -1

        def settled():
            nonlocal last
            before, last = last, sum(agent.scrape().requests("api").values())
            return before == last

        until(settled, "the count stands still", SECONDS, 1.2)
        check(wanted - window <= last <= wanted, f"{last} of {wanted} requests counted, at most {window} may be missing")
        for key, count in agent.scrape().requests("api").items():
            check(count <= load.requests[key], f"{key} counted {count} times, asked {load.requests[key]} times")
        equal(agent.tail("truncations_total"), 2, "truncations")

    return case


def cases(_):
    return [
        ("at-once", at_once), ("by-signal", by_signal), ("reopened-late", reopened_late),
        ("never-reopened", never_reopened), ("deleted-at-once", deleted_at_once), ("renamed-back", renamed_back),
        ("turned-link", turned_link), ("copytruncate-quiet", copytruncate_quiet),
        ("copytruncate-busy", copytruncate_busy), ("without-append", truncated_without_append),
        ("half-lines", half_lines), ("byte-by-byte", byte_by_byte), ("torn-by-rotation", torn_by_rotation),
        ("catch-up", catch_up), ("logrotate-create", logrotate("create")),
        ("logrotate-copytruncate", logrotate("copytruncate")),
    ]
