// A factory over a registry of its own, and what a scraper reads of it.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics
  import VitalsSwiftMetrics

  struct FactoryBench {
    let registry = Registry()
    let factory: VitalsMetricsFactory

    init(_ options: SwiftMetricsOptions = SwiftMetricsOptions()) throws {
      factory = try VitalsMetricsFactory(registry, options: options)
    }

    var text: String { String(decoding: registry.exposition(), as: UTF8.self) }

    /// The lines of samples, sorted.
    var samples: [String] {
      text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init).sorted()
    }

    func samples(where isWanted: (String) -> Bool) -> [String] { samples.filter(isWanted) }
  }
#endif
