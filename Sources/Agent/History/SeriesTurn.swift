// What a source wrote at its last turn, so that it can be taken once more without being asked: a source that is sampled at
// every fifth tick only has the same series and the same values at the four between. Looking each series up again would
// cost most of what the history costs.
// SPDX-License-Identifier: Apache-2.0

/// The series that a source's samples went to at a tick, in their order.
final class SeriesTurn {
  /// One series, and whether it is of something that grows: that has a gap where nothing was counted anew.
  struct Place {
    let series: Series
    let grows: Bool
  }

  private(set) var places: [Place] = []
  /// The tick that they were written at last.
  var tick = -1
  /// Every sample of the turn has its place in ``places``.
  var isWhole = false

  /// Nothing was written yet.
  init() {}

  /// Begins to write at a tick.
  func begin(_ tick: Int) {
    places.removeAll(keepingCapacity: true)
    (self.tick, isWhole) = (tick, true)
  }

  /// Takes note of a sample.
  func add(_ series: Series, grows: Bool) { places.append(Place(series: series, grows: grows)) }
}
