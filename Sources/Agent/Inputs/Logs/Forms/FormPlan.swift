// Some forms, compiled: the keys that any of them wants, each once, and for each form which key has which role.
// SPDX-License-Identifier: Apache-2.0

/// What is looked for in the lines of a file. A value; reading with it does not change it.
struct FormPlan: Sendable {
  /// What a key is in one form.
  struct Meaning: Sendable {
    var role: LogRole?
    /// Of two keys for one role the lower counts.
    var rank = 0
    var unit = LogUnit.none
  }

  /// A form whose keys are numbers.
  struct Compiled: Sendable {
    let form: LogForm
    let number: Int
    let signatures: [[(key: Int, clue: LogClue)]]
    /// By key; of keys past its end nothing is known.
    let meanings: [Meaning]
  }

  /// Keys by number.
  private(set) var paths: [String] = []
  private(set) var forms: [Compiled] = []

  /// Where the keys stand; a copy of it holds one line's values.
  private(set) var fields = LineFields([])

  /// Compiles the forms with these numbers in ``LogForms/all``.
  init(_ numbers: [Int]) {
    var keys: [String: Int] = [:]
    for number in numbers where LogForms.all.indices.contains(number) { add(LogForms.all[number], number, &keys) }
    fields = LineFields(paths)
  }

  private static let compiled = Guarded<[[Int]: FormPlan]>([:])

  /// The plan of these forms, compiled once for all files that have them.
  static func of(_ numbers: [Int]) -> FormPlan {
    compiled.withLock { plans in
      if let known = plans[numbers] { return known }
      let plan = FormPlan(numbers)
      if plans.count < Limits.formPlans { plans[numbers] = plan }
      return plan
    }
  }

  private mutating func add(_ form: LogForm, _ number: Int, _ keys: inout [String: Int]) {
    func key(_ path: String) -> Int {
      if let known = keys[path] { return known }
      keys[path] = paths.count
      paths.append(path)
      return paths.count - 1
    }
    let signatures = form.signatures.map { $0.map { (key: key($0.path), clue: $0) } }
    var meanings: [Meaning] = []
    for (rank, field) in form.fields.enumerated() {
      let key = key(field.path)
      while meanings.count <= key { meanings.append(Meaning()) }
      // Named twice, the first counts.
      if meanings[key].role == nil { meanings[key] = Meaning(role: field.role, rank: rank, unit: field.unit) }
    }
    forms.append(Compiled(form: form, number: number, signatures: signatures, meanings: meanings))
  }

  /// The place in ``forms`` of the one that a line fits best; nil when it fits none. Forms without a signature fit all
  /// lines, worst.
  func best(_ fields: borrowing LineFields, _ bytes: Span<UInt8>, start: Int) -> Int? {
    var best: (place: Int, score: Int)?
    for place in forms.indices {
      let score = Self.score(forms[place], fields, bytes, start)
      if let score, score > best?.score ?? -1 { best = (place, score) }
    }
    return best?.place
  }

  private static func score(
    _ form: borrowing Compiled, _ fields: borrowing LineFields, _ bytes: Span<UInt8>, _ start: Int
  ) -> Int? {
    if form.signatures.isEmpty { return 0 }
    var score: Int?
    for signature in form.signatures where signature.count > score ?? 0 {
      var passes = true
      for (key, clue) in signature where !clue.passes(fields[key], bytes, start: start) {
        passes = false
        break
      }
      if passes { score = signature.count }
    }
    return score
  }
}
