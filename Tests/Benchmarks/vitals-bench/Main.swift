// What the metrics module costs, always beside a bare atomic add of the same run, so that others can compare:
//
//     swift run -c release vitals-bench            a table
//     swift run -c release vitals-bench --json     {"atomic_add_ns":8.8,"results":[…]}
// SPDX-License-Identifier: Apache-2.0

/// The benchmark.
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    if let unknown = arguments.first(where: { $0 != "--json" }) {
      print("vitals-bench: unknown option '\(unknown)'; there is --json")
      return
    }
    var bench = Bench(rounds: 9)
    let results = try HotPaths.measure(&bench) + Scale.measure(&bench)
    let sorted = bench.atomicNanoseconds.sorted()
    let atomic = Measurement.text(sorted[sorted.count / 2], 2)
    if arguments.isEmpty {
      print("a bare atomic add: \(atomic) ns; ratio is by that of the same round\n\n\(Measurement.header)")
      for result in results { print(result.row) }
    } else {
      print("{\"atomic_add_ns\":\(atomic),\"results\":[\(results.map(\.json).joined(separator: ",\n"))]}")
    }
  }
}
