# The end-to-end test: the agent as it is built, a service that logs, a load with books of its own, real Prometheus and
# promtool, real logrotate. Python's standard library only.
#
#     python3 Tests/EndToEnd/end_to_end.py --vitals .build/release/vitals [--prometheus PATH]... [--only PART]...
#
# Give it a release build: a debug build is too slow for the deadlines. Cases run side by side; every wait has a
# deadline, and what a case started ends with it.
# SPDX-License-Identifier: Apache-2.0
import argparse
import concurrent.futures
import os
import signal
import sys
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases_attack  # noqa: E402
import cases_cgroup  # noqa: E402
import cases_checkpoint  # noqa: E402
import cases_commands  # noqa: E402
import cases_groups  # noqa: E402
import cases_hostile  # noqa: E402
import cases_logs  # noqa: E402
import cases_pipes  # noqa: E402
import cases_prometheus  # noqa: E402
import cases_replay  # noqa: E402
import cases_rights  # noqa: E402
import cases_rotation  # noqa: E402
import cases_rules  # noqa: E402
import cases_serving  # noqa: E402
import cases_sources  # noqa: E402
import cases_threads  # noqa: E402
import harness  # noqa: E402

PARTS = [
    (1, cases_serving), (2, cases_logs), (4, cases_rotation), (5, cases_hostile), (6, cases_prometheus),
    (8, cases_commands), (9, cases_rights), (10, cases_attack), (11, cases_threads),
    (12, cases_cgroup), (13, cases_groups), (14, cases_checkpoint), (15, cases_rules), (16, cases_sources),
    (17, cases_pipes), (18, cases_replay),
]


def cases(binaries):
    found = []
    for number, module in PARTS:
        for name, case in module.cases(binaries):
            found.append((f"{number}.{name}", case))
    return found


def run(name, case, options, printing, verbose):
    room = harness.Room(options.vitals, options.prometheus)
    began = time.monotonic()
    try:
        case(room)
        result, line = "passed", f"ok {name}"
    except harness.Skip as reason:
        result, line = "skipped", f"skip {name}: {reason}"
    except Exception as error:  # A case that breaks in any way has failed; the others go on.
        result, line = "failed", f"FAIL {name}: {str(error) or repr(error)}"
        if verbose:
            line += "\n" + traceback.format_exc()
            line += "".join(f"[{child.process.args}]\n{child.err[-3000:]}\n" for child in room.children)
    finally:
        room.close()
    with printing:
        print(f"{line}  ({time.monotonic() - began:.1f} s)" if verbose else line, flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description="end-to-end test of vitals")
    parser.add_argument("--vitals", required=True, help="the built agent")
    parser.add_argument("--prometheus", action="append", default=[], help="a further Prometheus binary to scrape with")
    parser.add_argument("--only", action="append", default=[], help="run the cases whose name contains this")
    parser.add_argument("--jobs", type=int, default=4, help="cases at the same time (default 4)")
    parser.add_argument("--verbose", action="store_true", help="times, traces and the children's stderr of failed cases")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args()
    # What nohup or a shell in the background had this ignore, children would ignore too; what is handled, they do not.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    options.vitals = os.path.abspath(options.vitals)
    if not os.access(options.vitals, os.X_OK):
        parser.error(f"--vitals {options.vitals}: no program")
    chosen = [
        (name, case) for name, case in cases(options.prometheus)
        if not options.only or any(part in name for part in options.only)
    ]
    if options.list:
        print("\n".join(name for name, _ in chosen))
        return 0
    printing = threading.Lock()
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        results = list(pool.map(lambda one: run(*one, options, printing, options.verbose), chosen))
    skipped = results.count("skipped")
    if skipped:
        print(f"WARNING: {skipped} of {len(results)} cases were SKIPPED and prove nothing here", flush=True)
    counts = f"{results.count('passed')} passed, {results.count('failed')} failed"
    print(counts + (f", {skipped} SKIPPED" if skipped else ""), flush=True)
    return 1 if "failed" in results else 0


sys.exit(main())
