# A small HTTP service that logs as real ones do: JSON lines, one a request, in the form of structlog or of the standard
# library's logging. Every answer is sent after its line was written, so that who has counted answers has counted lines.
# SPDX-License-Identifier: Apache-2.0
import argparse
import json
import os
import signal
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LogWriter:
    """Appends lines to a file, each in one write; SIGHUP opens the path anew."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.descriptor = self.open()

    def open(self):
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def reopen(self):
        with self.lock:
            os.close(self.descriptor)
            self.descriptor = self.open()

    def write(self, fields, spaced):
        separators = (", ", ": ") if spaced else (",", ":")
        line = (json.dumps(fields, separators=separators) + "\n").encode()
        with self.lock:
            os.write(self.descriptor, line)


def stamp():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Structlog:
    """`{"method": "GET", ..., "event": "request_completed", "level": "info", "timestamp": "..."}`."""

    def __init__(self, writer):
        self.writer = writer

    def started(self, method, path):
        fields = {"method": method, "path": path, "event": "request_started", "level": "debug"}
        self.writer.write({**fields, "timestamp": stamp()}, True)

    def completed(self, method, path, status, seconds, level, cache, error):
        fields = {"method": method, "path": path, "duration_ms": round(seconds * 1000, 3), "status": status}
        if cache:
            fields["cache"] = cache
        if error:
            fields["exception"] = "Traceback (most recent call last):\n  ...\n" + error
        self.writer.write({**fields, "event": "request_completed", "level": level, "timestamp": stamp()}, True)


class Stdlib:
    """`{"level":"INFO","msg":"GET /orders/17 - 0.007s status=200 cache=hit","logger":"app"}`."""

    def __init__(self, writer):
        self.writer = writer

    def started(self, method, path):
        text = f"request_started method={method} path={path}"
        self.writer.write({"level": "DEBUG", "msg": text, "logger": "app"}, False)

    def completed(self, method, path, status, seconds, level, cache, error):
        text = f"{method} {path} - {seconds:.3f}s status={status}" + (f" cache={cache}" if cache else "")
        fields = {"level": level.upper(), "msg": text, "logger": "app"}
        if error:
            fields["exc"] = "Traceback (most recent call last):\n  ...\n" + error
        self.writer.write(fields, False)


def handler(log):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            began = time.monotonic()
            log.started(self.command, self.path)
            status, level, cache, error = self.work()
            log.completed(self.command, self.path, status, time.monotonic() - began, level, cache, error)
            body = b"{}\n"
            head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        do_POST = do_GET

        def work(self):
            path = self.path.split("?")[0]
            if path == "/health":
                return 200, "info", None, None
            if path == "/slow":
                time.sleep(0.03)
                return 200, "warning", None, None
            if path == "/fail":
                return 500, "error", None, "KeyError: 'price'"
            if path.startswith("/orders/") and path[8:].isdigit():
                return 200, "info", "hit" if int(path[8:]) % 3 == 0 else "miss", None
            return 404, "info", None, None

        def log_message(self, *arguments):
            pass

    return Handler


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--form", choices=["structlog", "stdlib"], default="structlog")
    parser.add_argument("--ready", required=True, help="file that gets the port when the service listens")
    parser.add_argument("--name", default="", help="the process's name, at most 15 bytes")
    parser.add_argument("--children", type=int, default=0)
    options = parser.parse_args()

    signals = {signal.SIGHUP, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    if options.name:
        with open("/proc/self/comm", "wb", buffering=0) as file:
            file.write(os.fsencode(options.name))
    children = []
    for _ in range(options.children):
        pid = os.fork()
        if pid == 0:
            parent = os.getppid()
            while os.getppid() == parent and not signal.sigtimedwait({signal.SIGTERM}, 0.5):
                pass
            os._exit(0)
        children.append(pid)

    writer = LogWriter(options.log)
    log = (Structlog if options.form == "structlog" else Stdlib)(writer)
    server = Server(("127.0.0.1", 0), handler(log))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(options.ready + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(options.ready + ".new", options.ready)
    while signal.sigwait(signals) == signal.SIGHUP:
        writer.reopen()
    for pid in children:
        os.kill(pid, signal.SIGTERM)
    os._exit(0)


main()
