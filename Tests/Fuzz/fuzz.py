#!/usr/bin/env python3
"""Runs the reader of log lines under libFuzzer and the address sanitizer, against a plain reader of trees and against
Foundation's JSONSerialization: what is refused, and each value. Where Foundation departs from RFC 8259, FoundationReader
says how. Ends with status 0 when nothing was found in the time; else with the fuzzer's own, and the input is kept in the
folder given.

    python3 Tests/Fuzz/fuzz.py --minutes 10
"""

import argparse
import glob
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = [
    "Sources/Agent/JSON/*.swift", "Sources/Agent/Platform/Bytes.swift", "Sources/Agent/Platform/ByteBlocks.swift",
    "Sources/Agent/Platform/DisplayText.swift", "Sources/Agent/Limits.swift",
    "Tests/AgentTests/ReferenceReader.swift", "Tests/AgentTests/FoundationReader.swift", "Tests/Fuzz/FuzzLines.swift",
]
SEEDS = [
    '{"method": "GET", "path": "/x", "status": 200, "level": "info"}\n{"method": "POST", "status": 201, "level": "x"}',
    '{"a":{"b":[{"c":1}]},"b":"\\ud83d\\ude00é","c.d":{"e":-1.5e+3}}\n{"a":[1,[2]],"a.b":null,"c":{"d.e":true}}',
    '{"a":"\\u0061\\n\\"","\\u00e9":false}\r\n{}\n[]\n{"a":1,}',
    '{"key":"' + "long " * 20 + '","status":1}',
    '{"a":12345678901234567890.5e-300,"b":1e400,"status":0.1e1,"level":"\ufeff\\u0000\ufeff"}\n{"a":[0,-0.0],"é":[1,]}',
    '{"a":"\\b\\f\\n\\r\\t\\/\\\\\\"","b":0.25,"status":-12.345,"level":1e-7,"c":{"d":{"e":"\\uD834\\udd1e"}}}',
    '{"a":' + "[" * 63 + "]" * 63 + '}\n{"b":' + "[" * 64 + "]" * 64 + '}\n{"é":1,"e\u0301":2}',
]


def build(folder):
    """The fuzzer's program; the modules of the C target come from a map of their own."""
    module_map = os.path.join(folder, "module.modulemap")
    header = os.path.join(ROOT, "Sources/CVitalsAgent/include/CVitalsAgent.h")
    with open(module_map, "w") as text:
        text.write(f'module CVitalsAgent {{ header "{header}" export * }}\n')
    sources = [path for pattern in SOURCES for path in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    program = os.path.join(folder, "fuzz-lines")
    subprocess.run(
        ["swiftc", "-O", "-g", "-wmo", "-sanitize=fuzzer,address", "-parse-as-library", "-swift-version", "6",
         "-module-name", "FuzzLines", "-D", "FUZZ", "-Xcc", f"-fmodule-map-file={module_map}", *sources, "-o", program],
        check=True, cwd=folder)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--keep", default=".", help="where an input that breaks something is written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        corpus = os.path.join(folder, "corpus")
        os.mkdir(corpus)
        for number, seed in enumerate(SEEDS):
            with open(os.path.join(corpus, str(number)), "w") as text:
                text.write(seed)
        dictionary = os.path.join(folder, "words")
        with open(dictionary, "w") as text:
            for word in ['{', '}', '[', ']', ':', ',', '\\"', '\\"a\\":', '\\"a.b\\":', '\\"b\\":', '\\"status\\":',
                         '\\\\u', '\\\\ud83d\\\\ude00', 'true', 'false', 'null', '-0.5e+1', '\\x0a', '\\xc3\\xa9',
                         '\\xef\\xbb\\xbf', '\\xcc\\x81', '1e308', '123456789012345678']:
                text.write(f'"{word}"\n')
        keep = os.path.join(os.path.abspath(options.keep), "")
        ended = subprocess.run(
            [program, f"-max_total_time={int(options.minutes * 60)}", "-max_len=512", f"-dict={dictionary}",
             f"-artifact_prefix={keep}", "-print_final_stats=1", "-verbosity=0", corpus],
            # Swift's own backtrace would wait for a terminal.
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
