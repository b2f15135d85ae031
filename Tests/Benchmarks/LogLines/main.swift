// Counts the lines of a file that is in memory, as the agent's loop does: in chunks of one slice, requests, durations and
// levels together. Built by log_lines.py with the agent's own sources.
//
//     log-lines FILE template|raw|keys [all] [values]
//
// One line of JSON: seconds by the wall and by the processor, lines, series, the sum of durations, heap operations, and
// what was refused. With `values` a line of JSON for each route and level before it.
// SPDX-License-Identifier: Apache-2.0
import CHeapCount
import Glibc
import VitalsMetrics

func whole(_ path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "r") else { return [] }
  unsafe fseek(file, 0, SEEK_END)
  let count = unsafe ftell(file)
  unsafe rewind(file)
  return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
    used = unsafe fread(buffer.baseAddress, 1, count, file)
  }
}

/// The ends of slices, each at a line's end.
func slices(_ bytes: [UInt8]) -> [Range<Int>] {
  var slices: [Range<Int>] = []
  var start = 0
  while start < bytes.count {
    var end = min(start + Limits.logSliceBytes, bytes.count)
    while end < bytes.count, bytes[end - 1] != 10 { end += 1 }
    slices.append(start..<end)
    start = end
  }
  return slices
}

let bytes = whole(CommandLine.arguments[1])
let form = CommandLine.arguments[2]
let check: LineScanner.Check = CommandLine.arguments.contains("all") ? .all : .form
let counts = ServiceCounts(
  service: "bench", paths: form == "raw" ? .raw : .template, routeLimit: form == "raw" ? 1_000_000 : Limits.logRoutes)
let reader = LogReader(counts, check: check)
var errors: [RecentError] = []
let parts = slices(bytes)
let span = bytes.span
func processor() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let heap = heap_operations()
let busy = processor()
let begin = ContinuousClock.now
var lines: UInt64 = 0
if form == "keys" {
  var scanner = LineScanner(LogKey.plan, check: check)
  var values = LineScanner.values(of: LogKey.plan)
  var start = 0
  while start < span.count {
    let end = span.first(10, in: start..<span.count)
    do throws(JSONFailure) { try scanner.scan(span, start..<end, into: &values) } catch { print(error) }
    lines += 1
    start = end + 1
  }
} else {
  for part in parts {
    reader.read(span.extracting(part), at: Moment(boot: 0, real: 0), errors: &errors)
    errors.removeAll(keepingCapacity: true)
  }
  lines = reader.lines
}
let (full, atto) = begin.duration(to: .now).components
let used = heap_operations() - heap
let cpu = processor() - busy
if CommandLine.arguments.contains("values") {
  for route in counts.routes {
    let statuses = route.statuses.map { "\"\($0.status)\":\($0.count)" }.joined(separator: ",")
    let labels = "\"\(route.labels["method"] ?? "")\",\"\(route.labels["path"] ?? "")\""
    print("[\(labels),{\(statuses)},\(route.durations?.counts ?? []),\(route.durations?.sum ?? 0)]")
  }
  for level in counts.levels { print("[\"\(level.labels["level"] ?? "")\",\(level.count)]") }
}
let series = counts.routes.reduce(0) { $0 + $1.statuses.count }
let sum = counts.routes.reduce(0) { $0 + ($1.durations?.sum ?? 0) }
let refused = reader.faults.values.reduce(0, +)
print(
  """
  {"seconds":\(Double(full) + Double(atto) * 1e-18),"cpu":\(cpu),"bytes":\(bytes.count),"lines":\(lines),"series":\(series),\
  "sum":\(sum),"levels":\(counts.levels.count),"heap":\(used),"refused":\(refused)}
  """)
