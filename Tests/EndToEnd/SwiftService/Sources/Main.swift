// Three lines connect swift-metrics with vitals; the rest of the service is Work.
//
//     swift-service --port 9464 --requests 1000     serves /metrics until it is killed
//     swift-service --measure                       prints what the instruments cost
// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import VitalsMetrics
import VitalsSwiftMetrics

@main struct Main {
  static func main() async throws {
    let registry = Registry()
    MetricsSystem.bootstrap(try VitalsMetricsFactory(registry))
    if CommandLine.arguments.contains("--measure") { return Measure.run() }

    let server = try MetricsServer(registry, port: UInt16(number("--port", 9464)))
    defer { server.stop() }
    registry.register(ProcessCollector())
    Work().run(requests: number("--requests", 100))
    while true { try await Task.sleep(for: .seconds(3_600)) }
  }

  private static func number(_ option: String, _ standard: Int) -> Int {
    guard let place = CommandLine.arguments.firstIndex(of: option) else { return standard }
    return CommandLine.arguments.dropFirst(place + 1).first.flatMap { Int($0) } ?? standard
  }
}
