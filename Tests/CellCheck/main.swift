// Proof of the cell protocols by running them hard, and proof of the proof: every check also runs against a copy that is
// broken in one place, and must fail there. The tests run it in children; the long run is
//
//     swift run -c release CellCheck all 10000000
//
// and `CellCheck CHECK SUBJECT [SIZE]` one of it. Prints a line a check; exits with 1 when one failed.
// SPDX-License-Identifier: Apache-2.0
import Foundation

let arguments = CommandLine.arguments.dropFirst()
let name = arguments.first ?? "all"
let subject = arguments.count > 1 ? arguments[2] : "real"
let size = arguments.last.flatMap { Int($0) } ?? 200_000

print("sanitizer: \(Sanitizer.isThread ? "thread" : "none")")
var hasFailed = false
for check in Checks.all where name == "all" ? check.subject == "real" : check.name == name && check.subject == subject {
  let start = ContinuousClock.now
  let fault = check.run(size)
  hasFailed = hasFailed || fault != nil
  print("\(check.name) \(check.subject): \(fault ?? "ok") (\(start.duration(to: .now)))")
}
exit(hasFailed ? 1 : 0)
