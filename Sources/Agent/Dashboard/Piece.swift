// The smallest part of a frame.
// SPDX-License-Identifier: Apache-2.0

/// A piece of text in one style.
struct Piece: Hashable {
  let text: String
  let style: Style
}
