// A request that gets no metrics.
// SPDX-License-Identifier: Apache-2.0

/// A status that is not 200, and the reason for a person.
struct ScrapeRefusal: Error, Equatable {
  let status: Int
  let reason: String
}
