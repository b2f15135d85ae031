#!/usr/bin/env python3
"""Which code an agent runs as it starts, second by second and in a scrape, for the linker to put side by side: Linux maps
sixteen pages around each one that is run, so that what is run here and there makes three times as much resident. Of our
own code whole files are listed, each by the shortest name in it, of Swift's library single functions. What the list
lacks or has too many of costs pages and nothing else: it is made anew now and then, not with each change. Needs valgrind.

    swift build -c release --product vitals
    python3 Tests/Benchmarks/text_order.py --vitals .build/release/vitals > Sources/text-order.txt
"""

import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "EndToEnd"))

from harness import Scrape, until  # noqa: E402


def library_functions():
    """The functions of the libraries that are linked in which may be put anywhere."""
    info = json.loads(subprocess.run(["swiftc", "-print-target-info"], check=True, capture_output=True).stdout)
    libraries = glob.glob(info["paths"]["runtimeResourcePath"] + "_static/linux/*.a")
    text = subprocess.run(["readelf", "-SW", *libraries], capture_output=True, text=True).stdout
    return set(re.findall(r" \.text\.(\S+)", text))


def own_files(build, ran):
    """The shortest name of each of our files that has a function of `ran`."""
    files = collections.defaultdict(set)
    for path in glob.glob(build + "/VitalsAgent.build/*.o") + glob.glob(build + "/VitalsMetrics.build/*.o"):
        for line in subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout.splitlines():
            fields = line.split()
            if len(fields) == 3 and fields[1] in "tT" and re.match(r"\$s1[13]Vitals(Agent|Metrics)", fields[2]):
                files[path].add(fields[2])
    times = collections.Counter(name for names in files.values() for name in names)
    single = [{name for name in names if times[name] == 1} for names in files.values()]
    return {min(names, key=lambda name: (len(name), name)) for names in single if names & ran}


def called(profile):
    """The names of the functions that ran, of callgrind's profile."""
    names, ran = {}, set()
    with open(profile, errors="replace") as lines:
        for line in lines:
            found = re.match(r"(c?fn)=\((\d+)\)(?: (.*))?$", line.rstrip("\n"))
            if not found:
                continue
            kind, number, name = found.groups()
            if name:
                names[number] = re.sub(r"'\d+$", "", name)
            if kind == "fn":
                ran.add(names[number])
    return ran


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitals", required=True, help="the release binary, with its symbols")
    parser.add_argument("--port", type=int, default=22990)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = folder + "/api.json"
        agent = subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={folder}/profile", options.vitals,
             "run", "--listen", f"127.0.0.1:{options.port}", "--log", f"api={log}", "--watch", f"api=pid:{os.getpid()}"],
            stderr=subprocess.DEVNULL)

        def get(path, client="curl/8"):
            request = urllib.request.Request(
                f"http://127.0.0.1:{options.port}{path}", headers={"User-Agent": client})
            return urllib.request.urlopen(request, timeout=60).read()

        until(lambda: get("/metrics"), "the agent serves under valgrind", 60)
        for count, status in enumerate((200, 404, 500, 200, 200), 1):
            with open(log, "a") as file:
                file.write('{"event":"request","level":"%s","method":"GET","path":"/orders/17","status":%d,'
                           '"duration_ms":12.5}\n' % ("error" if status == 500 else "info", status))
            until(lambda: Scrape(get("/metrics").decode()).sum("vitals_tail_lines_total") == count, "the line counts", 60)
        get("/")
        agent.terminate()
        agent.wait()
        ran = called(folder + "/profile")
        files = own_files(os.path.dirname(options.vitals), ran)
        print("\n".join(sorted(files) + sorted(ran & library_functions())))


if __name__ == "__main__":
    main()
