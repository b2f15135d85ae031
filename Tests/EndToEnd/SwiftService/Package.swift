// swift-tools-version: 6.2
import PackageDescription

// A service as its author would write it: instrumented by swift-metrics alone, with vitals as the backend. A package of
// its own, so that it uses vitals as any package does, and the default build of vitals knows nothing of it.
let package = Package(
  name: "swift-service",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "vitals", path: "../../..", traits: ["SwiftMetrics"]),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
  ],
  targets: [
    .executableTarget(
      name: "swift-service",
      dependencies: [
        .product(name: "VitalsMetrics", package: "vitals"),
        .product(name: "VitalsSwiftMetrics", package: "vitals"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      path: "Sources"
    )
  ]
)
