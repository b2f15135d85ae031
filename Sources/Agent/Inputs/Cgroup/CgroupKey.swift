// One line of a file of keys and values, such as cpu.stat's `nr_throttled 12`.
// SPDX-License-Identifier: Apache-2.0

/// A line's key, the figure behind it, and what a unit of it is worth.
struct CgroupKey: Sendable {
  let name: StaticString
  let figure: CgroupFigure
  let scale: UInt64

  init(_ name: StaticString, _ figure: CgroupFigure, scale: UInt64 = 1) {
    self.name = name
    self.figure = figure
    self.scale = scale
  }
}
