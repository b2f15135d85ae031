// Registration of infos.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The info of this name, whose value is 1 and whose labels are `pairs`: `build_info{version="1.2"} 1`.
  ///
  /// The name must end with `_info`. Asking again gives the same info, with the new pairs in place of the old. In text
  /// 0.0.4 it is a gauge, as that format has no infos.
  @discardableResult
  public func info(
    _ name: String, help: String, _ pairs: [(name: String, value: String)]
  ) throws(MetricsError) -> Info {
    let description = MetricFamily(name, .info, help: help)
    if !NameRules.isSuffixedInfo(description) { throw .infoSuffixMissing(metric: name) }
    let name = scope.whole(description).name
    try RegistrationRules.check(labels: pairs.map(\.name), of: name, scope)
    let family = Family<Info>(
      description, labelNames: [], scope: scope, budget: budget, times: times, ignored: AtomicCount(),
      kind: .info(name, pairs, scope))
    let info = try register(family).single
    info.set(pairs)
    return info
  }
}

extension InstrumentKind where Child == Info {
  /// Infos.
  fileprivate static func info(
    _ name: String, _ pairs: [(name: String, value: String)], _ scope: RegistryScope
  ) -> Self {
    let labels = LabelSet(pairs)
    return written(
      make: { Info(name: name, labels, scope) },
      write: { info, constant, _, sink in sink.sample(constant.adding(info.labels.pairs), .integer(1)) })
  }
}
