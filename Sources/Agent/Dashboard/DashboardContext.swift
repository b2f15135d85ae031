// What a dashboard is drawn from: the history, the error lines, and who and when.
// SPDX-License-Identifier: Apache-2.0

/// The input of a dashboard.
struct DashboardContext {
  let history: History
  let recentErrors: [RecentError]
  /// What the services' error lines say.
  var errorKinds: [(service: String, kinds: [ErrorKind])] = []
  /// The rules' metrics.
  var rules: [RuleName] = []
  let now: Moment
  let hostname: String
  let version: String
  /// Whether any log is followed.
  let hasLogs: Bool
}
