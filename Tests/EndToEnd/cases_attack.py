# Clients that mean no good, and a world that falls apart: the agent answers others within a second all the while.
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import socket
import subprocess
import time

from harness import Agent, Service, Writer, check, equal, needs_root, Skip, until
from load import Load


def connect(agent):
    client = socket.create_connection(("127.0.0.1", agent.port), 5)
    client.settimeout(20)
    return client


def answers(agent):
    began = time.monotonic()
    equal(agent.get("/healthz", timeout=1).status, 200, "status of /healthz")
    check(time.monotonic() - began < 1, "an answer took more than a second")
    return True


def is_closed(client):
    client.setblocking(False)
    try:
        while client.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def slow_client(room):
    """One byte a second: closed after the time for a request, others are served."""
    agent = Agent(room)
    client = connect(agent)
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    began = time.monotonic()
    for byte in request[:15]:
        try:
            client.send(bytes([byte]))
        except OSError:
            break
        answers(agent)
        if is_closed(client):
            break
        time.sleep(1)
    check(time.monotonic() - began < 10, "the slow client was not closed")


def never_reads(room):
    agent = Agent(room)
    clients = [connect(agent) for _ in range(5)]
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        try:
            for _ in range(400):
                client.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        except OSError:
            pass
    before = agent.scrape().one("process_resident_memory_bytes")
    until(lambda: answers(agent) and agent.scrape().one("vitals_http_connections") == 1, "they are closed", 20, 0.5)
    after = agent.scrape().one("process_resident_memory_bytes")
    check(after < before + 64e6, f"memory went from {before:.0f} to {after:.0f} bytes")


def crowd(room):
    """200 connections that were answered and now lie idle: others still get an answer."""
    agent = Agent(room)
    crowd = []
    for _ in range(200):
        client = connect(agent)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        crowd.append(client)
    until(lambda: answers(agent), "others are answered beside 200 idle connections", 5)
    for client in crowd:
        client.close()
    until(lambda: agent.scrape().one("vitals_http_connections") == 1, "the crowd is gone")


def silent_crowd(room):
    """200 connections that never say a word."""
    agent = Agent(room)
    crowd = [connect(agent) for _ in range(200)]
    until(lambda: answers(agent), "others are answered beside 200 silent connections", 10)
    for client in crowd:
        client.close()
    until(lambda: agent.scrape().one("vitals_http_connections") == 1, "the crowd is gone")


def garbage(room):
    agent = Agent(room)
    for data, status in [
        (os.urandom(4000) + b"\r\n\r\n", b"400"), (b"\r\n\r\n", b"400"), (b"\x16\x03\x01\x02\x00" * 9 + b"\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"), (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"505"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b""),
        (b"GET /%00%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /%1b%5b2J%0d%0aX:y HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
    ]:
        with connect(agent) as client:
            got = b""
            try:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                while piece := client.recv(65536):
                    got += piece
            except OSError:
                pass
            # What is refused before it is read whole may end with a reset; the answer is lost then.
            if got and status:
                check(got.startswith(b"HTTP/1.1 " + status), f"{data[:30]!r}: {got[:60]!r}, wanted {status.decode()}")
            check(b"\x1b" not in got, f"{data[:30]!r} is echoed")
        answers(agent)


def killed_service(room):
    log = room.path("log")
    service = Service(room, log, "--children", "2")
    agent = Agent(room, "--log", f"api={log}", "--watch", f"api=pid:{service.pid}")
    until(lambda: agent.scrape().sum("vitals_service_processes") == 3, "the service is seen")
    load = Load(service.port, workers=2, requests=70)
    load.join()
    service.end(signal.SIGKILL)
    until(lambda: agent.scrape().sum("vitals_service_processes") == 0, "the service is gone", 5)
    equal(agent.scrape().all("vitals_process_threads", pid=str(service.pid)), [], "series of the dead")
    agent.counted("api", load.requests)


def replaced_by_folder(room):
    log = room.folder() + "/app.log"
    writer = Writer(log)
    agent = Agent(room, "--log", f"w={log}")
    until(lambda: agent.events("log is open"), "the log is open")
    writer.write(100)
    os.rename(log, log + ".1")
    os.mkdir(log)
    until(lambda: agent.events("log cannot be read"), "the agent says that the log cannot be read")
    answers(agent)
    writer.write(50)
    os.rmdir(log)
    writer.reopen()
    writer.write(100)
    agent.counted("w", {("GET", "/w", "200"): 250})
    os.unlink(log)
    os.mkfifo(log)
    # A pipe at the path is a log, too.
    with open(log, "wb", buffering=0) as pipe:
        for number in range(10):
            pipe.write(writer.line(number))
        agent.counted("w", {("GET", "/w", "200"): 260})
    answers(agent)


def full_disk(room):
    needs_root()
    folder = room.folder()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], capture_output=True)
    if done.returncode != 0:
        raise Skip("no tmpfs can be mounted")
    room.mounts.append(folder)
    log = folder + "/app.log"
    writer = Writer(log)
    agent = Agent(room, "--log", f"w={log}", "--log-from", "start")
    whole, torn = 0, 0
    while True:
        line = writer.line(whole)
        try:
            written = writer.file.write(line)
        except OSError:
            break
        if written < len(line):
            torn += 1
            break
        whole += 1
    check(whole > 300, f"only {whole} lines went onto the disk")
    agent.counted("w", {("GET", "/w", "200"): whole})
    answers(agent)
    size = os.path.getsize(log)
    until(lambda: agent.tail("read_bytes_total") == size, "all of the full disk is read")
    os.truncate(log, 0)
    until(lambda: agent.tail("truncations_total") == 1, "the truncation is seen")
    writer.write(50)
    agent.counted("w", {("GET", "/w", "200"): whole + 50})
    equal(agent.scrape().sum("vitals_tail_invalid_lines_total", reason="partial"), torn, "torn lines")


def cases(_):
    return [
        ("slow-client", slow_client), ("never-reads", never_reads), ("crowd", crowd), ("silent-crowd", silent_crowd),
        ("garbage", garbage), ("killed-service", killed_service), ("replaced-by-folder", replaced_by_folder),
        ("full-disk", full_disk),
    ]
