// The last minutes of every series, one sample a tick, in memory. Readers ask by name and labels and get values by
// tick; they never see how samples are kept, so that compression and a query language can come behind this interface.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Minutes of samples in memory.
final class History {}
