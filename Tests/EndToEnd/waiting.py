# A program whose threads each wait in one way, named after it; for cases_threads.py. Prints `ready` and waits to be
# killed.
# SPDX-License-Identifier: Apache-2.0
import ctypes
import hashlib
import os
import queue
import select
import socket
import sys
import threading
import time

libc = ctypes.CDLL(None)
mutex = ctypes.create_string_buffer(64)
idle_queue = queue.Queue()
kept = []


def busy():
    while True:
        # Without the interpreter's lock.
        hashlib.pbkdf2_hmac("sha256", b"a", b"b", 1_000_000)


def nap():
    while True:
        libc.usleep(20_000)


def holder():
    while True:
        libc.pthread_mutex_lock(mutex)
        libc.usleep(300_000)
        libc.pthread_mutex_unlock(mutex)
        libc.usleep(1_000)


def convoy():
    while True:
        libc.pthread_mutex_lock(mutex)
        libc.pthread_mutex_unlock(mutex)


def idle():
    idle_queue.get()


def epoll():
    while True:
        select.epoll().poll(timeout=0.03)


def accept():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.accept()


def receive():
    ours, theirs = socket.socketpair()
    kept.append(theirs)
    ours.recv(1)


def tcp():
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    kept.extend([ours, theirs])
    return ours


def tcp_receive():
    tcp().recv(1)


def tcp_send():
    tcp().sendall(bytes(64 << 20))


def pipe():
    reading, writing = os.pipe()
    kept.append(writing)
    os.read(reading, 1)


def disk():
    with open(sys.argv[1] + "/disk", "wb", buffering=0) as file:
        while True:
            file.seek(0)
            file.write(bytes(1 << 20))
            os.fsync(file.fileno())


def named(work):
    def run():
        # PR_SET_NAME; see prctl(2).
        libc.prctl(15, work.__name__.encode(), 0, 0, 0)
        work()

    threading.Thread(target=run, daemon=True).start()


for work in [busy, nap, holder, convoy, convoy, convoy, idle, idle, epoll, accept, receive, tcp_receive, tcp_send, pipe, disk]:
    named(work)
time.sleep(0.2)
print("ready", flush=True)
time.sleep(600)
