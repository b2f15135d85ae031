# The tail against a model, with the real agent: random lives of a log, in which it is written in pieces, rotated by every
# method, real logrotate among them, and compressed, while the agent is paused, killed, ended, started again, and has no
# disk left for its checkpoint.
#
#     python3 Tests/EndToEnd/tail_model.py --vitals .build/release/vitals --runs 1000 [--seed N] [--jobs N]
#
# How single lines are seen without a door in the product: each line of a run has a method, a path and a status of its
# own, so that each has a series of its own in /metrics. A line that is missing, counts twice or was torn shows by its
# number. What must hold:
#
# - A line counts once in the lives of the agent. After SIGKILL lines may count again in the next life, if no scrape had
#   them before the moment that the last checkpoint says it was written at; after a clean end none. So it holds however slow
#   the machine is.
# - No line is missing but those that the model says can be: written since the last look when the log was cut in place,
#   by copytruncate or by hand.
# - vitals_tail_lost_bytes_total is never above the bytes that are missing, and equal to them where the agent had seen
#   the size.
# - No line is broken.
# SPDX-License-Identifier: Apache-2.0
import argparse
import concurrent.futures
import datetime
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Agent, Room, check, free_port, until  # noqa: E402

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"]
PATHS = ["/" + first + second for first in "abcdef" for second in "ghijklm"]
STATUSES = list(range(200, 230))


def cell(serial):
    """The labels of a line, no other line's."""
    status, rest = serial % len(STATUSES), serial // len(STATUSES)
    return METHODS[rest % len(METHODS)], PATHS[rest // len(METHODS)], str(STATUSES[status])


def is_printed(text, data):
    """Whether the parts that a checkpoint has of a file stand in it, see CheckpointText."""
    end = 0
    for word in text.split():
        place, wanted = word.split(":")
        start, count = place.split("+")
        begin = int(start or end)
        end = begin + int(count)
        hashed = 0xCBF29CE484222325
        for byte in data[begin:end]:
            hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
        if end > len(data) or hashed != int(wanted, 16):
            return False
    return True


SERIALS = {cell(serial): serial for serial in range(len(METHODS) * len(PATHS) * len(STATUSES))}


class Life:
    """One random history."""

    def __init__(self, room, seed, port):
        self.room, self.seed, self.port = room, seed, port
        self.random = random.Random(seed)
        self.folder = room.folder()
        self.log = self.folder + "/app.log"
        self.state = room.folder()
        self.mount()
        self.checkpoint = self.state + "/checkpoint"
        self.file = open(self.log, "ab", buffering=0)
        self.serial, self.half, self.copies = 0, b"", 0
        self.sizes = {}
        self.shown = {}       # serial -> when the first scrape that has it was over; 0 when that life ended in order
        self.totals = {}      # serial -> how often in all lives that are over
        self.again = set()    # may count twice
        self.maybe = set()    # may be missing
        self.lost, self.lost_here, self.story = 0, 0, []
        self.is_full = False
        self.compressible = False
        self.agent = None
        self.start()

    def say(self, text):
        self.story.append(f"{text} at {self.serial}")

    # The writer

    def line(self):
        method, path, status = cell(self.serial)
        text = f'{{"method":"{method}","path":"{path}","status":{status},"level":"info","duration_ms":{self.serial}}}\n'
        return text.encode()

    def write(self, count=None):
        self.complete()
        data = b""
        for _ in range(count or self.random.randint(1, 25)):
            line = self.line()
            self.sizes[self.serial] = len(line)
            self.serial += 1
            data += line
        while data:
            cut = self.random.choice([len(data), self.random.randint(1, len(data))])
            self.file.write(data[:cut])
            data = data[cut:]

    def write_half(self):
        self.complete()
        line = self.line()
        self.sizes[self.serial] = len(line)
        self.serial += 1
        cut = self.random.randint(1, len(line) - 1)
        self.file.write(line[:cut])
        self.half = line[cut:]

    def complete(self):
        self.file.write(self.half)
        self.half = b""

    def reopen(self):
        self.complete()
        self.file.close()
        self.file = open(self.log, "ab", buffering=0)

    # The operator

    def next_name(self):
        self.copies += 1
        # Past those that logrotate counts through.
        return self.random.choice([f"{self.log}.{1000 + self.copies}", f"{self.log}-2026{self.copies:04}",
                                   f"{self.folder}/app-2026{self.copies:04}.log"])

    def rename(self):
        name = self.next_name()
        os.rename(self.log, name)
        self.say("rename")
        if self.random.random() < 0.5:
            self.write(5)
        self.reopen()
        return name

    def logrotate(self, *directives):
        config, state = self.room.path("config"), self.folder + ".logrotate"
        with open(config, "w") as file:
            file.write(f"{self.log} {{\n rotate 50\n size 1\n" + "".join(f" {one}\n" for one in directives) + "}\n")
        os.chmod(config, 0o600)
        done = subprocess.run([LOGROTATE, "-f", "-s", state, config], capture_output=True, timeout=20)
        check(done.returncode == 0, f"logrotate: {done.stderr}")
        self.say("logrotate " + " ".join(directives))

    def rotate_while_up(self):
        """Nothing may be lost: the file that is left is read to its end, and those that come and go between two looks
        are found by their names."""
        self.write(1)
        self.settle()
        kind = self.random.randrange(6)
        if kind == 0:
            self.rename()
        elif kind == 1:
            self.logrotate("create")
            self.reopen()
        elif kind == 2:
            self.logrotate("create", "dateext", f"dateformat -%Y%m%d-{self.copies}")
            self.copies += 1
            self.reopen()
        elif kind == 3:
            self.logrotate("nocreate")
            self.write(5)
            self.reopen()
        elif kind == 4:
            for _ in range(self.random.randint(2, 20)):
                self.rename()
                self.write(self.random.randint(1, 3))
        else:
            self.complete()
            self.settle()
            os.unlink(self.log)
            self.write(5)
            self.say("unlink")
            self.settle()
            self.reopen()

    def cut_while_up(self):
        """What was written since the last look may be lost, and nothing else."""
        self.complete()
        if self.random.random() < 0.5:
            self.settle()
        before = self.serial
        self.random.choice([
            lambda: self.logrotate("copytruncate"), lambda: os.truncate(self.log, 0),
            lambda: shutil.copyfile("/dev/null", self.log)])()
        self.say("cut")
        # Everything that did not count before it was cut may be gone.
        self.maybe |= set(range(before)) - self.counted_now()

    def cut_while_behind(self):
        """The agent has seen how long the log is and is stopped in the midst of reading it: then the bytes that it says
        are lost are those that are missing."""
        # A line behind the last cut: what that one took is said when it counts.
        self.write(1)
        self.settle()
        before = self.serial
        read, lost = (self.agent.tail(name) for name in ("read_bytes_total", "lost_bytes_total"))
        self.stop()
        written = sum(self.write_long() for _ in range(120))
        # It looks as soon as it goes on, and takes some hundredths of a second.
        self.agent.process.send_signal(signal.SIGCONT)
        time.sleep(self.random.random() * 0.08)
        self.stop()
        os.truncate(self.log, 0)
        self.agent.process.send_signal(signal.SIGCONT)
        ticks = self.agent.scrape().sum("vitals_ticks_total")
        until(lambda: self.agent.scrape().sum("vitals_ticks_total") >= ticks + 2, "two more ticks")
        got, said = self.agent.tail("read_bytes_total") - read, self.agent.tail("lost_bytes_total") - lost
        # When it had not looked before the cut, it knows of nothing.
        check(said == written - got or (got == 0 and said == 0), f"{said} bytes are lost, {written} written, {got} read")
        self.maybe |= set(range(before, self.serial)) - self.counted_now()
        self.say("cut while behind" if said else "cut")

    def write_long(self):
        line = self.line()[:-2] + b',"text":"' + b"x" * 200_000 + b'"}\n'
        self.sizes[self.serial] = len(line)
        self.serial += 1
        self.file.write(line)
        return len(line)

    def rotate_while_down(self):
        kind = self.random.randrange(6)
        self.complete()
        compressible, self.compressible = self.compressible, False
        if kind == 0:
            self.rename()
        elif kind == 1:
            self.logrotate("create")
            self.reopen()
        elif kind == 2:
            # Compressed at once: only what was being read can be known again, and by what was read of it.
            if not compressible:
                return
            self.logrotate("create", "compress")
            self.reopen()
        elif kind == 3:
            self.logrotate("copytruncate")
        elif kind == 4:
            self.logrotate("copy")
        else:
            for _ in range(2):
                self.rename()
                self.write(4)

    # The agent

    def stop(self):
        """Stops the agent where it is. Each of its threads comes to that in its own time, and ends its system call before."""
        self.agent.process.send_signal(signal.SIGSTOP)

        def stopped():
            return all(self.state_of(task) == "T" for task in os.listdir(f"/proc/{self.agent.pid}/task"))

        until(stopped, "the agent is stopped", 20, 0.002)

    def state_of(self, task):
        with open(f"/proc/{self.agent.pid}/task/{task}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def start(self):
        self.agent = Agent(
            self.room, "--log", f"w={self.log}", "--log-from", "start", "--collect", "logs",
            "--checkpoint", self.checkpoint, prefix=PREFIX, port=self.port, ready=False)
        until(self.agent.is_ready, "the agent is ready", 30)

    def counts(self):
        """How often each line counted in this life."""
        counts = {}
        for (method, path, status), count in self.agent.scrape().requests("w").items():
            serial = SERIALS.get((method, path, status))
            check(serial is not None, f"a line that nobody wrote: {method} {path} {status}")
            counts[serial] = count
        now = time.time()
        for serial in counts:
            self.shown.setdefault(serial, now)
        return counts

    def counted_now(self):
        return set(self.totals) | set(self.counts())

    def settle(self):
        """All complete lines that can be count."""
        wanted = set(range(self.serial - (1 if self.half else 0)))

        def settled():
            missing = wanted - self.counted_now() - self.maybe
            check(not missing, f"lines do not count: {sorted(missing)[:20]} of {self.serial}")
            return True

        until(settled, "all lines count", 20, 0.03)

    def scrape_last(self):
        """What this life counted, and its losses."""
        counts = self.counts()
        self.lost_here = self.agent.tail("lost_bytes_total")
        return counts

    def stop_agent(self):
        """Ends or kills the agent, when all is counted, or with lines that it has not seen, or in the midst of them."""
        self.settle()
        counts = self.scrape_last()
        # With a full disk the last checkpoint is an old one, however the agent ends.
        is_clean = self.random.random() < 0.5 and not self.is_full
        way = self.random.randrange(3)
        if way == 1 and not is_clean:
            self.stop()
            self.write()
        elif way == 2:
            # What counts now is in no scrape any more; the checkpoint may have it.
            before = self.serial - (1 if self.half else 0)
            self.write()
            self.maybe |= set(range(before, self.serial))
        self.agent.end(signal.SIGTERM if is_clean else signal.SIGKILL)
        self.say(("end", "kill")[not is_clean] + ("", " with unread lines", " while writing")[way])
        for serial, count in counts.items():
            self.totals[serial] = self.totals.get(serial, 0) + count
        if is_clean:
            self.shown.update(dict.fromkeys(counts, 0))
        else:
            known = self.checkpointed()
            self.again |= {one for one in range(self.serial) if self.shown.get(one, known + 1) > known}
        self.lost += self.lost_here

    def restart(self):
        until(lambda: os.path.exists(self.checkpoint), "there is a checkpoint")
        self.stop_agent()
        self.compressible = self.is_known()
        for _ in range(self.random.randint(0, 3)):
            self.random.choice([self.write, self.rotate_while_down])()
        self.start()
        self.say("start")

    def checkpointed(self):
        """When the checkpoint was written."""
        with open(self.checkpoint) as file:
            written = json.loads(file.readline())["written"]
        return datetime.datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()

    def is_known(self):
        """The checkpoint has enough of the present file to know it by, and that still stands in it: after a cut that came
        later nothing does."""
        with open(self.checkpoint) as file:
            lines = [json.loads(line) for line in file]
        with open(self.log, "rb") as file:
            data, inode = file.read(), os.fstat(file.fileno()).st_ino
        return any(
            line.get("inode") == inode and not line["closed"] and "telling" in line and line["offset"] >= 64
            and is_printed(line["print"], data) for line in lines)

    def pause(self):
        self.write(1)
        self.settle()
        self.stop()
        self.write()
        if self.random.random() < 0.5:
            self.rename()
        self.write()
        self.agent.process.send_signal(signal.SIGCONT)
        self.say("pause")

    def fill_disk(self):
        """No room for the checkpoint any more, or room again."""
        # Without any checkpoint a new life knows nothing of files that were rotated meanwhile.
        if not self.room.mounts or not os.path.exists(self.checkpoint):
            return
        filler = self.state + "/filler"
        if self.is_full:
            os.unlink(filler)
        else:
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
        self.is_full = not self.is_full
        self.say("full disk" if self.is_full else "room again")

    def mount(self):
        """A small disk for the checkpoint, where that is allowed."""
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.state], capture_output=True)
        if done.returncode == 0:
            self.room.mounts.append(self.state)

    # The whole

    def step(self, may_cut):
        kind = self.random.randrange(16)
        if kind < 5:
            self.write()
        elif kind < 7:
            self.write_half()
        elif kind < 10:
            self.rotate_while_up()
        elif kind < 12:
            self.restart()
        elif kind < 13:
            self.random.choice([self.pause, self.fill_disk])()
        elif kind < 14 and may_cut:
            self.random.choice([self.cut_while_up, self.cut_while_up, self.cut_while_behind])()
        else:
            self.settle()

    def finish(self):
        self.complete()
        self.settle()
        counts = self.scrape_last()
        for serial, count in counts.items():
            self.totals[serial] = self.totals.get(serial, 0) + count
        twice = {serial for serial, count in self.totals.items() if count > 1}
        check(twice <= self.again, f"lines count twice: {sorted(twice - self.again)[:20]}")
        most = max(self.totals.values(), default=0)
        check(most <= 1 + len([one for one in self.story if one.startswith("kill")]), f"a line counts {most} times")
        missing = set(range(self.serial)) - set(self.totals)
        check(missing <= self.maybe, f"lines are missing: {sorted(missing - self.maybe)[:20]}")
        lost = self.lost + self.lost_here
        true_loss = sum(self.sizes[one] for one in missing)
        check(lost <= true_loss, f"{lost} bytes are said to be lost, {true_loss} are")
        broken = [(labels, value) for labels, value in self.agent.scrape().all("vitals_tail_invalid_lines_total")
                  if labels["reason"] != "partial"]
        check(not broken, f"broken lines: {broken}")


    def last_words(self):
        """For who must find out why it failed: what was done, what stands where, and what the agent said."""
        rows = ["  " + ", ".join(self.story)]
        for name in sorted(os.listdir(self.folder), key=lambda name: os.stat(f"{self.folder}/{name}").st_mtime_ns):
            path = f"{self.folder}/{name}"
            with open(path, "rb") as file:
                serials = re.findall(rb'"duration_ms":(\d+)', file.read())
            status = subprocess.run(
                ["stat", "-c", "inode %i, %s bytes, born %.9W, modified %.9Y", path], capture_output=True, text=True)
            held = f"{serials[0].decode()} to {serials[-1].decode()}" if serials else "nothing"
            rows.append(f"  {name}: {held}, {status.stdout.strip()}")
        said = self.agent.events() if self.agent else []
        for event in said:
            if event["message"] != "rotated log is read to its end and closed":
                more = {key: text for key, text in event.items() if key not in ("time", "message", "level", "service", "path")}
                rows.append(f"  {event['time']} {event['message']} {more}")
        return "\n".join(rows) + "\n"


PREFIX = []
LOGROTATE = shutil.which("logrotate") or shutil.which("logrotate", path="/usr/sbin:/sbin")


def one(vitals, seed, ports=None, keep=None, steps=14):
    """A run: why it failed or None, how many lines it had, and what was done. One that failed leaves its files in `keep`."""
    room = Room(os.path.abspath(vitals), [])
    life = None
    port = ports.pop() if ports else free_port()
    try:
        life = Life(room, seed, port)
        may_cut = seed % 3 == 0
        for _ in range(steps):
            life.step(may_cut)
        life.finish()
        return None, len(life.totals), life.story
    except Exception as error:
        fault = f"seed {seed}: {error!r}\n{life.last_words() if life else ''}"
        if keep:
            shutil.copytree(room.directory, os.path.join(keep, f"seed-{seed}-{os.getpid()}"), symlinks=True)
        return fault, 0, []
    finally:
        room.close()
        if ports is not None:
            ports.append(port)


def main():
    parser = argparse.ArgumentParser(description="the tail against a model, with the real agent")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="the first run's seed")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--ports", help="FIRST-LAST, to take them from (default: free ones)")
    parser.add_argument("--keep", metavar="FOLDER", help="leave the files of runs that fail in there")
    parser.add_argument("--prefix", default="", help="what to run the agent by, as `nice -n 19` or `taskset -c 0`")
    options = parser.parse_args()
    PREFIX.extend(options.prefix.split())
    if not LOGROTATE:
        parser.error("no logrotate here")
    ports = choose_ports(options.ports, options.jobs)
    began, failed, lines = time.monotonic(), 0, 0
    story = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for fault, count, said in pool.map(
                lambda seed: one(options.vitals, seed, ports, options.keep), range(options.seed, options.seed + options.runs)):
            lines += count
            for what in said:
                what = what.split(" at ")[0].split(" dateformat")[0]
                story[what] = story.get(what, 0) + 1
            if fault:
                failed += 1
                print(fault, flush=True)
    done = ", ".join(f"{count} {what}" for what, count in sorted(story.items()))
    print(f"{options.runs} runs, {failed} failed, {lines} lines, {time.monotonic() - began:.0f} s: {done}")
    return 1 if failed else 0


def choose_ports(text, count):
    """As many as there are jobs, from a range when it is given."""
    if not text:
        return [free_port() for _ in range(count)]
    first, last = map(int, text.split("-"))
    return list(range(first, last + 1))


if __name__ == "__main__":
    sys.exit(main())
