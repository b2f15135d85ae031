// How well the clock is kept, from adjtimex(2). Frequencies are in parts per million with 16 bits behind the point.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_timex_*`.
final class TimexInput: Input {
  let name = "timex"
  let isCheap = true

  /// One figure: its family and how it comes from the kernel's.
  private struct Figure: Sendable {
    let family: MetricFamily
    let value: @Sendable (ClockState) -> MetricValue

    init(
      _ name: String, _ type: MetricType = .gauge, help: String,
      _ value: @escaping @Sendable (ClockState) -> MetricValue
    ) {
      family = MetricFamily("node_timex_" + name, type, help: help)
      self.value = value
    }
  }

  private static let partsPerMillion = 65_536.0 * 1e6

  private static let figures: [Figure] = [
    Figure("sync_status", help: "Whether a reliable server keeps the clock: 1 yes, 0 no.") {
      .integer($0.isSynchronized ? 1 : 0)
    },
    Figure("offset_seconds", help: "How far the clock is from its reference.") { seconds($0.offset, $0) },
    Figure("frequency_adjustment_ratio", help: "How much faster the clock is made to run.") {
      .double(1 + Double($0.frequency) / partsPerMillion)
    },
    Figure("maxerror_seconds", help: "The most that the clock may be off.") { .double(Double($0.maximumError) / 1e6) },
    Figure("estimated_error_seconds", help: "What the clock is thought to be off.") {
      .double(Double($0.estimatedError) / 1e6)
    },
    Figure("status", help: "The bits of the clock's status, see adjtimex(2).") { .integer($0.status) },
    Figure("loop_time_constant", help: "Time constant of the phase-locked loop.") { .integer($0.constant) },
    Figure("tick_seconds", help: "Time between two ticks of the clock.") { .double(Double($0.tick) / 1e6) },
    Figure("pps_frequency_hertz", help: "Frequency of the pulse per second.") {
      .double(Double($0.pulseFrequency) / partsPerMillion)
    },
    Figure("pps_jitter_seconds", help: "Jitter of the pulse per second.") { seconds($0.jitter, $0) },
    Figure("pps_shift_seconds", help: "Interval of the pulse per second, as a power of two.") { .integer($0.shift) },
    Figure("pps_stability_hertz", help: "Recent change of the pulse's frequency, averaged.") {
      .double(Double($0.stability) / partsPerMillion)
    },
    Figure("pps_jitter_total", .counter, help: "Pulses whose jitter was past the limit.") { .integer($0.jitterCount) },
    Figure("pps_calibration_total", .counter, help: "Calibration intervals of the pulse.") {
      .integer($0.calibrations)
    },
    Figure("pps_error_total", .counter, help: "Calibrations of the pulse that failed.") { .integer($0.errors) },
    Figure("pps_stability_exceeded_total", .counter, help: "Intervals whose stability was past the limit.") {
      .integer($0.stabilityCount)
    },
    Figure("tai_offset_seconds", help: "International Atomic Time less UTC.") { .integer($0.tai) },
  ]

  private let log: any EventLog
  private var state: ClockState?
  private var hasFailed = false

  init(log: any EventLog) { self.log = log }

  func sample(at now: Moment) {
    do {
      state = try ClockState.read()
      hasFailed = false
    } catch {
      state = nil
      if !hasFailed {
        log.log(.info, "cannot be read; its metrics are absent", [("input", name), ("error", error.description)])
      }
      hasFailed = true
    }
  }

  func collect(into sink: any SampleSink) {
    guard let state else { return }
    for figure in TimexInput.figures {
      sink.family(figure.family)
      sink.sample(.empty, figure.value(state))
    }
  }

  /// A time in the unit that the status tells.
  private static func seconds(_ value: Int64, _ state: ClockState) -> MetricValue {
    .double(Double(value) / (state.isNano ? 1e9 : 1e6))
  }
}
