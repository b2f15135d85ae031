// What a piece of text says about itself; how that looks is the renderers' affair.
// SPDX-License-Identifier: Apache-2.0

/// What a piece of text is for; a renderer chooses how it looks.
enum Style: String, CaseIterable {
  case plain, title, heading, label, value, good, warn, bad, dim, bar, spark
}
