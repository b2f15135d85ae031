// This machine's dashboard without a running agent: the same inputs, history and frames, driven by the command itself.
// What may block is done in place here: a command that a person waits for may wait for a mount.
//
// Three samples over a second: which processes are busy shows at the second, how busy each is at the third.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A pipeline that is turned by hand.
final class LocalView {
  private let pipeline: Pipeline
  private let clock: any Clock

  /// Samples over a second, so that the first frame has rates.
  init(
    paths: KernelPaths, clock: any Clock = SystemClock(),
    pause: (_ milliseconds: UInt32) -> Void = Terminal.pause(milliseconds:)
  ) {
    self.clock = clock
    pipeline = Pipeline(
      paths: paths, watches: [], findsServices: true, sources: [], fromStart: false, clock: clock, work: InlineWork(),
      log: SilentLog(),
      collectors: [], processScanTicks: 1)
    for _ in 0..<2 {
      pipeline.tick(clock.now(), missed: 0)
      pause(500)
    }
  }

  /// Samples again and draws.
  func frame(_ dashboard: Dashboard, width: Int) -> Frame {
    pipeline.tick(clock.now(), missed: 0)
    return dashboard.frame(pipeline.dashboardContext(), width: width)
  }

  private final class InlineWork: BlockingWork {
    func run<Result: Sendable>(
      _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
      done: @escaping (Result?) -> Void
    ) {
      done(work())
    }
  }

  private final class SilentLog: EventLog {
    func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) {}
  }
}
