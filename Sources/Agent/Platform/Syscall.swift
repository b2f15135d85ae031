// The funnel that every system call goes through: errno is taken at one place, EINTR is retried at one place.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Runs a call that reports failure as -1, again after EINTR.
@discardableResult
func system<Result: SignedInteger>(
  _ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw SystemError(call: call, subject: subject(), code: code) }
  }
}
