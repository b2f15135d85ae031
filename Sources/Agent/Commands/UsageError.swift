// A mistake in how the command was called: the one error that ends it with status 2.
// SPDX-License-Identifier: Apache-2.0

/// A mistake in how the command was called; one line for a person.
struct UsageError: Error, Equatable {
  let message: String
}
