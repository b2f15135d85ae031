# A program with two workers for cases_groups.py: one computes, writes and waits in threads that are named after that, the
# other only sleeps; a dead child is never waited for. SIGUSR1 ends the one that works. Prints `ready` and its worker's id.
# SPDX-License-Identifier: Apache-2.0
import ctypes
import mmap
import os
import signal
import sys
import threading
import time

libc = ctypes.CDLL(None)


def busy():
    while True:
        begin = time.thread_time()
        while time.thread_time() - begin < 0.02:
            pass
        time.sleep(0.05)


def writer():
    with open(os.path.join(sys.argv[1], "written"), "wb", buffering=0) as file:
        while True:
            file.seek(0)
            file.write(bytes(1 << 18))
            os.fsync(file.fileno())
            time.sleep(0.05)


def pages():
    while True:
        with mmap.mmap(-1, 1 << 20) as memory:
            for place in range(0, 1 << 20, 4096):
                memory[place] = 1
        time.sleep(0.05)


def idle():
    threading.Event().wait()


def named(work):
    def run():
        # PR_SET_NAME; see prctl(2).
        libc.prctl(15, work.__name__.encode(), 0, 0, 0)
        work()

    threading.Thread(target=run, daemon=True).start()


def child(work):
    number = os.fork()
    if number == 0:
        # PR_SET_PDEATHSIG; see prctl(2).
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)
        work()
        time.sleep(600)
        os._exit(0)
    return number


worker = child(lambda: [named(work) for work in (busy, writer, pages, idle, idle)])
child(lambda: None)
child(lambda: os._exit(0))


def end_worker(*_):
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)


signal.signal(signal.SIGUSR1, end_worker)
time.sleep(0.3)
print("ready", worker, flush=True)
while True:
    time.sleep(600)
