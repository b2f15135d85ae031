# The command line and the life of the process: what it refuses and how, how it ends, what it says.
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import socket
import subprocess

from harness import Agent, check, equal, free_port, needs, needs_root, until


def refused(room, arguments, *wanted):
    done = subprocess.run([room.vitals, *arguments], capture_output=True, timeout=10, stdin=subprocess.DEVNULL)
    said = done.stderr.decode()
    equal(done.returncode, 2, f"exit status of {arguments} ({said!r})")
    equal((said.count("\n"), said[-1:]), (1, "\n"), f"lines of stderr for {arguments}: {said!r}")
    for word in wanted:
        check(word in said, f"stderr for {arguments} does not name {word!r}: {said!r}")


def usage(room):
    listen = ["--listen", f"127.0.0.1:{free_port()}"]
    for arguments, wanted in [
        (["--nonsense"], "--nonsense"), (["-x"], "-x"), (["nonsense"], "nonsense"), (["--listen"], "--listen"),
        (["--listen", "here"], "here"), (["--listen", "127.0.0.1:99999"], "127.0.0.1:99999"),
        (["--listen", "example.org:80"], "example.org"), (["--listen", ":80"], ":80"), (["--listen", "unix:"], "unix:"),
        (["--watch", "x=pid:many"], "many"), (["--watch", "x=port:0"], "port:0"), (["--watch", "x=name:"], "name:"),
        (["--watch", "=x"], "=x"), (["--log-from", "middle"], "middle"), (["--log", "=x"], "=x"),
        (["--log", "x="], "x="), (["--proc", "relative"], "relative"), (["run", "operand"], "operand"),
        (["dashboard", "nonsense"], "nonsense"), (["dashboard", "--width", "7"], "7"),
        (["dashboard", "--once", "--url", "ftp://x"], "ftp://x"),
    ]:
        given = arguments if "--listen" in arguments or arguments[0] in ("run", "dashboard", "nonsense") else (
            listen + arguments)
        refused(room, given, wanted)
    refused(room, ["--listen", "127.0.0.1:1", "--listen", "127.0.0.1:2"], "--listen")
    refused(room, ["--listen", "unix:/nonexistent/dir/socket"], "/nonexistent/dir/socket")
    refused(room, ["--listen", "192.0.2.1:9"], "192.0.2.1:9")
    refused(room, ["--nonsense\nsecond line"], "--nonsense")
    for wanted in ("x:80", "*", "a b"):
        refused(room, ["--allow-host", wanted], "--allow-host", wanted)
    for option in ("--proc", "--sys"):
        for path in ("/nonexistent", "/etc/passwd"):
            refused(room, [option, path], option, path)
            refused(room, ["dashboard", "--once", option, path], option, path)
    refused(room, ["--proc", "/etc"], "no procfs")
    refused(room, ["--watch", "x=PORT:80"], "PORT:", "port:")
    for arguments in (["--log", b"n\xff.log"], ["--listen", b"unix:/tmp/s\xff.sock"]):
        refused(room, arguments, "UTF-8")


def port_in_use(room):
    agent = Agent(room)
    refused(room, ["--listen", f"127.0.0.1:{agent.port}"], str(agent.port))
    equal(agent.get("/healthz").status, 200, "the first agent")


def help_and_version(room):
    for arguments, wanted in [(["--help"], "--watch"), (["dashboard", "--help"], "--once"), (["--version"], "vitals ")]:
        done = subprocess.run([room.vitals, *arguments], capture_output=True, timeout=10)
        equal((done.returncode, done.stderr), (0, b""), f"{arguments}")
        check(wanted.encode() in done.stdout, f"{arguments} does not say {wanted}")
    head = subprocess.run(f"{room.vitals} --help | head -1", shell=True, capture_output=True, timeout=10)
    equal(head.stderr, b"", "stderr of --help | head -1")
    for arguments in (["--help"], ["--version"], ["dashboard", "--once"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([room.vitals, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=20)
        equal((done.returncode, done.stderr), (1, b"vitals: stdout: No space left on device\n"), f"{arguments} >/dev/full")


def ends(room):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        agent = Agent(room, "--log", room.path("missing"))
        equal(agent.end(number, 3), 0, f"exit status after {number.name}")
        stopping = agent.events("stopping")
        equal([event.get("signal") for event in stopping], [number.name], "the stopping lines' signals")
        events = agent.events()
        equal(events[-1]["message"], "stopping", "the last line")
        check(all({"time", "level", "message"} <= set(event) for event in events), "a line lacks its parts")
        equal(len(agent.events("started")), 1, "started lines")
        equal(agent.out, "", "stdout")


def hang_up(room):
    """The end of a terminal ends the agent in order, with its checkpoint; under nohup it goes on."""
    agent = Agent(room, prefix=["sh", "-c", 'trap "" HUP; exec "$@"', "sh"])
    agent.process.send_signal(signal.SIGHUP)
    until(lambda: agent.scrape().one("vitals_ticks_total") >= 3, "it goes on", 10)
    equal(agent.end(signal.SIGTERM), 0, "exit status")


def no_procfs(room):
    """Without /proc the agent does not start, and understands its arguments all the same."""
    needs_root()
    command = 'mount --make-rprivate / && mount -t tmpfs none /proc && exec "$@"'
    for arguments, status, out, err in [
        (["--version"], 0, "vitals ", ""),
        (["--listen", "127.0.0.1:0"], 2, "", "vitals: /proc is no procfs: stat: No such file or directory; --proc DIR"),
    ]:
        done = subprocess.run(
            [needs("unshare"), "-m", "sh", "-c", command, "sh", room.vitals, *arguments], capture_output=True, text=True,
            timeout=10)
        equal(done.returncode, status, f"exit status of {arguments}")
        check(done.stdout.startswith(out) and done.stderr.startswith(err), done.stdout + done.stderr)


def ends_under_clients(room):
    """Open connections do not keep the agent from ending, and it starts on the same port at once."""
    agent = Agent(room)
    clients = [socket.create_connection(("127.0.0.1", agent.port), 5) for _ in range(5)]
    clients[0].sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
    equal(agent.end(signal.SIGTERM, 3), 0, "exit status")
    Agent(room, port=agent.port)
    for client in clients:
        client.close()


def unreadable_folder(room):
    folder = room.folder()
    log = folder + "/app.log"
    open(log, "w").close()
    prefix = []
    if os.geteuid() == 0:
        room.for_everybody()
        prefix = [needs("setpriv"), "--reuid", "12346", "--regid", "12346", "--clear-groups"]
    else:
        os.chmod(folder, 0)
    agent = Agent(room, "--log", log, prefix=prefix)
    said = until(lambda: agent.events("log cannot be read"), "the agent says that it cannot read the log")
    check("ermission" in said[0]["reason"], f"the reason is {said[0]['reason']!r}")
    ticks = agent.scrape().sum("vitals_ticks_total")
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= ticks + 2, "two more ticks")
    equal(len(agent.events("log cannot be read")), 1, "how often it was said")
    os.chmod(folder, 0o755)
    os.chmod(log, 0o644)
    until(lambda: agent.events("log is open"), "the log is opened when it may be")


def replaced_unread(room):
    """A log that could not be read at the start is removed and made anew, often with its inode number: all of it counts."""
    folder = room.folder()
    log = folder + "/app.log"
    old = b'{"level": "info"}\n'
    with open(log, "wb") as file:
        file.write(old * 100)
    os.chmod(log, 0)
    prefix = []
    if os.geteuid() == 0:
        room.for_everybody()
        os.chmod(folder, 0o755)
        prefix = [needs("setpriv"), "--reuid", "12346", "--regid", "12346", "--clear-groups"]
    agent = Agent(room, "--log", f"api={log}", prefix=prefix)
    until(lambda: agent.events("log cannot be read"), "the agent says that it cannot read the log")
    os.unlink(log)
    with open(log, "wb") as file:
        file.write(old * 200)
    os.chmod(log, 0o644)
    until(lambda: agent.scrape().sum("vitals_tail_lines_total") == 200, "all lines of the new file are counted")


def stderr_full(room):
    """Nobody reads stderr: the agent goes on, and counts the lines that were not taken."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    try:
        while True:
            os.write(write, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(write, True)
    agent = Agent(room, "--log", room.path("missing"), stderr=write)
    until(lambda: agent.scrape().sum("vitals_log_dropped_lines_total") >= 1, "dropped lines are counted")
    os.close(read)
    os.close(write)
    equal(agent.get("/").status, 200, "an answer after the reader has gone")
    equal(agent.end(), 0, "exit status")


def stderr_gone(room):
    """stderr is a pipe whose reader has gone."""
    read, write = os.pipe()
    os.close(read)
    agent = Agent(room, "--log", room.path("missing"), stderr=write)
    os.close(write)
    equal(agent.get("/").status, 200, "an answer")
    equal(agent.end(), 0, "exit status")


def stderr_closed(room):
    """There is no stderr, nor stdin or stdout: nothing else may be taken for it."""
    log = room.path("log")
    open(log, "w").close()
    agent = Agent(room, "--log", log, prefix=["sh", "-c", 'exec "$0" "$@" 0<&- 1>&- 2>&-'])
    for number in range(3):
        try:
            target = os.readlink(f"/proc/{agent.pid}/fd/{number}")
        except FileNotFoundError:
            continue
        check(target == "/dev/null", f"descriptor {number} is {target}")
    for _ in range(5):
        equal(agent.get("/healthz").body, b"ok\n", "an answer")
    equal(os.path.getsize(log), 0, "the log's size")
    equal(agent.end(), 0, "exit status")


def few_descriptors(room):
    """A low limit on descriptors is met by waiting, not by dying; a soft one is raised, and one too low is refused."""
    few = [needs("prlimit"), "--nofile=16:16", room.vitals, "--listen", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(few, capture_output=True, timeout=10)
    equal((done.returncode, done.stderr.count(b"\n")), (2, 1), f"exit status and lines with 16 descriptors: {done.stderr}")
    check(b"only 16 open files" in done.stderr, f"the limit is not named: {done.stderr}")
    raised = Agent(room, prefix=[needs("prlimit"), "--nofile=16:200"])
    equal(raised.scrape().one("process_max_fds"), 200, "the limit on descriptors")
    agent = Agent(room, prefix=[needs("prlimit"), "--nofile=64:64"])
    clients = [socket.create_connection(("127.0.0.1", agent.port), 5) for _ in range(50)]
    for client in clients:
        client.close()
    until(lambda: agent.get("/healthz", timeout=2).status == 200, "an answer when the clients have gone", 15)
    ticks = agent.scrape().sum("vitals_ticks_total")
    until(lambda: agent.scrape().sum("vitals_ticks_total") >= ticks + 2, "it ticks on")


def cases(_):
    return [
        ("usage", usage), ("port-in-use", port_in_use), ("help", help_and_version), ("ends", ends), ("hang-up", hang_up), ("no-procfs", no_procfs),
        ("ends-under-clients", ends_under_clients), ("unreadable-folder", unreadable_folder),
        ("replaced-unread", replaced_unread),
        ("stderr-full", stderr_full), ("stderr-gone", stderr_gone), ("stderr-closed", stderr_closed),
        ("few-descriptors", few_descriptors),
    ]
