// How many files this process may have open. The soft limit is often low for the sake of programs that use select(2);
// this one does not, so it takes what it may have.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The limit on open descriptors; see getrlimit(2).
enum DescriptorLimit {
  /// Raises the soft limit to the hard one; the limit that then holds. Where it cannot be raised, it stays.
  static func raise() -> UInt64 {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    if unsafe getrlimit(resource, &limit) != 0 { return .max }
    if limit.rlim_cur < limit.rlim_max {
      var wanted = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
      if unsafe setrlimit(resource, &wanted) == 0 { return UInt64(limit.rlim_max) }
    }
    return UInt64(limit.rlim_cur)
  }
}
