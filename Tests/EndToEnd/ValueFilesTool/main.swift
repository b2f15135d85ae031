// The program of value_files.py: reads a directory of value files, or writes one. Not part of the products.
//
//     vitals-values read DIR [proven|pids|unknown]    an exposition for each line on stdin, an empty line after each
//     vitals-values time DIR                          the first collection, and the median and best of 20 more, in ms
//     vitals-values write DIR                         writes a registry, adds on each line on stdin, "crash" ends at once
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

let arguments = CommandLine.arguments
let directory = arguments.count > 2 ? arguments[2] : "."
let registry = Registry()

func exposition() -> String { String(decoding: registry.exposition(.text), as: UTF8.self) }

switch arguments.dropFirst().first {
case "read":
  let liveness: WorkerLiveness = arguments.last == "pids" ? .processIDs : arguments.last == "unknown" ? .unknown : .proven
  registry.register(ValueFiles(directory: directory, liveness: liveness))
  while readLine() != nil { print(exposition(), terminator: "\n\n") }
case "time":
  registry.register(ValueFiles(directory: directory, liveness: arguments.last == "pids" ? .processIDs : .proven))
  let clock = ContinuousClock()
  let first = clock.measure { _ = exposition() }
  let later = (0..<20).map { _ in clock.measure { _ = exposition() } }.sorted()
  print(first / .milliseconds(1), later[10] / .milliseconds(1), later[0] / .milliseconds(1))
default: print("read, time or write DIR")
}
