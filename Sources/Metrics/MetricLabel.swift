// Labels whose values the compiler knows. An enum's cases are counted once, so that a combination of them is a place in
// an array: nothing is hashed, compared or looked up, and a value that does not exist cannot be written down.
// SPDX-License-Identifier: Apache-2.0

/// The values of a label as the cases of an enum:
///
///     enum Method: String, MetricLabel { case get = "GET", post = "POST" }
public protocol MetricLabel: CaseIterable, RawRepresentable, Sendable where RawValue == String {}
