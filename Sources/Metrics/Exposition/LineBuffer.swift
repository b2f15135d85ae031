// What a family's lines are written into: the text, and the numbers that are read for it. Both are kept from scrape to
// scrape.
// SPDX-License-Identifier: Apache-2.0

/// A text and the scratch memory of its writing.
struct LineBuffer: ~Copyable {
  var text = TextBuffer()
  var totals = CounterTotals()
}
