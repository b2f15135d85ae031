// Why the system did not give what was asked for.
// SPDX-License-Identifier: Apache-2.0

/// The number of errno(3).
struct SystemFailure: Error {
  let code: Int32
}
