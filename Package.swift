// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same rules: the language's strictest modes, and no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// swift-metrics without Foundation.
let coreMetrics = Target.Dependency.product(
  name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["SwiftMetrics"]))

let package = Package(
  name: "vitals",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "VitalsMetrics", targets: ["VitalsMetrics"]),
    .library(name: "VitalsSwiftMetrics", targets: ["VitalsSwiftMetrics"]),
    .executable(name: "vitals", targets: ["VitalsAgent"]),
  ],
  traits: [
    .trait(name: "SwiftMetrics", description: "VitalsSwiftMetrics: a registry as the backend of swift-metrics.")
  ],
  dependencies: [
    // Used under the trait alone: with the trait off, as it is by default, nothing is fetched.
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0")
  ],
  targets: [
    .target(name: "CVitals", path: "Sources/CVitals"),
    .target(name: "VitalsMetrics", dependencies: ["CVitals"], path: "Sources/Metrics", swiftSettings: strict),
    .target(
      name: "VitalsSwiftMetrics",
      dependencies: ["VitalsMetrics", coreMetrics],
      path: "Sources/SwiftMetrics",
      swiftSettings: strict
    ),
    .target(
      name: "CVitalsAgent",
      path: "Sources/CVitalsAgent",
      linkerSettings: [.linkedLibrary("z")]
    ),
    .executableTarget(
      name: "VitalsAgent",
      dependencies: ["VitalsMetrics", "CVitalsAgent"],
      path: "Sources/Agent",
      swiftSettings: strict,
      // One file that runs on a machine without Swift; on this target alone, so that packages may depend on the library.
      // All symbols are bound at the start, before its pages are given back: nothing reads their names later. What
      // agents run stands side by side, see Tests/Benchmarks/text_order.py.
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-Xlinker", "-z", "-Xlinker", "now", "-use-ld=lld",
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Sources/text-order.txt",
            "-Xlinker", "--no-warn-symbol-ordering",
          ], .when(platforms: [.linux], configuration: .release))
      ]
    ),
    // What native_histograms.py lets Prometheus scrape; no product.
    .executableTarget(
      name: "vitals-serve-sample",
      dependencies: ["VitalsMetrics"],
      path: "Tests/EndToEnd/ServeSample",
      swiftSettings: strict
    ),
    // Reads and writes value files for Tests/EndToEnd/value_files.py; in no product.
    .executableTarget(
      name: "vitals-values",
      dependencies: ["VitalsMetrics"],
      path: "Tests/EndToEnd/ValueFilesTool",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "CellCheck",
      dependencies: ["VitalsMetrics"],
      path: "Tests/CellCheck",
      swiftSettings: strict
    ),
    .target(name: "CHeapCount", path: "Tests/Benchmarks/CHeapCount"),
    .executableTarget(
      name: "vitals-bench",
      dependencies: ["VitalsMetrics", "CHeapCount"],
      path: "Tests/Benchmarks/vitals-bench",
      swiftSettings: strict
    ),
    .testTarget(
      name: "VitalsMetricsTests",
      dependencies: ["VitalsMetrics", "CellCheck"],
      path: "Tests/MetricsTests",
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "VitalsSwiftMetricsTests",
      dependencies: ["VitalsSwiftMetrics", "VitalsMetrics", coreMetrics],
      path: "Tests/SwiftMetricsTests",
      swiftSettings: strict
    ),
    .testTarget(
      name: "VitalsAgentTests",
      dependencies: ["VitalsAgent", "VitalsMetrics"],
      path: "Tests/AgentTests",
      exclude: ["Fixtures", "Goldens"],
      swiftSettings: strict
    ),
  ]
)
