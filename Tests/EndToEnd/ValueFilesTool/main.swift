// The program of value_files.py: reads a directory of value files, or writes one. Not part of the products.
//
//     vitals-values read DIR [proven|pids|unknown]    an exposition for each line on stdin, an empty line after each
//     vitals-values time DIR                          the first collection, and the median and best of 20 more, in ms of CPU time
//     vitals-values write DIR                         writes a registry, adds on each line on stdin until "stop"
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

let arguments = CommandLine.arguments
let directory = arguments.count > 2 ? arguments[2] : "."
let registry = Registry()

func exposition() -> String { String(decoding: registry.exposition(.text), as: UTF8.self) }

switch arguments.dropFirst().first {
case "read":
  let liveness: WorkerLiveness =
    arguments.last == "pids" ? .processIDs : arguments.last == "unknown" ? .unknown : .proven
  registry.register(ValueFiles(directory: directory, liveness: liveness))
  while readLine() != nil {
    print(exposition(), terminator: "\n")
    fflush(nil)
  }
case "time":
  registry.register(ValueFiles(directory: directory, liveness: arguments.last == "pids" ? .processIDs : .proven))
  func measure() -> Double {
    let began = clock()
    _ = exposition()
    return Double(clock() - began) / Double(CLOCKS_PER_SEC) * 1e3
  }
  let first = measure()
  let later = (0..<20).map { _ in measure() }.sorted()
  print(first, later[10], later[0])
case "write":
  let requests = try registry.counter("requests_total", help: "Requests, \"all\" of \u{fc}.", labels: ["path"])
  let ratio = try registry.counter("work_seconds_total", help: "Work.")
  let sizes = try registry.histogram(
    "size_bytes", help: "Sizes.", buckets: .explicit([0.5, 10, 1e6]), labels: ["b", "a"])
  let level = try registry.gauge("level", help: "Level.")
  let peak = try registry.gauge("peak", help: "Peak.")
  let writer = try ValueFileWriter(registry: registry, directory: directory, gaugeModes: ["peak": .max])
  while let line = readLine(), line != "stop" {
    try requests.labels("/\u{e4}\"\\\n" + line).increment()
    ratio.increment(by: 0.1)
    for size in [0.5, 11, 2e6] { try sizes.labels("x", "y").observe(size) }
    level.set(17)
    peak.add(2)
    if line == "flush" { try writer.flush() }
    print(line)
    fflush(nil)
  }
  writer.stop()
default: print("read, time or write DIR")
}
