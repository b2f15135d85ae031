// A call to a language model, as a line says it: the provider's answer has a model and tokens, whoever logs it, and most
// write those names down as they come.
//
//     {"event": "llm_call", "model": "gpt-4o", "prompt_tokens": 812, "completion_tokens": 64, "duration_ms": 950}
//     {"message": "done", "model": "claude-sonnet-4", "usage": {"input_tokens": 812, "output_tokens": 64}}
//     {"gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 812, "gen_ai.usage.output_tokens": 64}
//
// A model alone is none: cars have models, too. A call that failed has no tokens; it counts where its event says what it
// was. The line of a request that made a call counts as both; its duration is the request's.
// SPDX-License-Identifier: Apache-2.0

/// The call of one line; one is used for line after line. Not thread-safe.
struct AICall {
  /// What tokens were for; the value of the label `type`.
  enum Tokens: Int, CaseIterable {
    case input, output, cached, total

    var label: String { "\(self)" }

    var role: LogRole {
      switch self {
      case .input: .inputTokens
      case .output: .outputTokens
      case .cached: .cachedTokens
      case .total: .totalTokens
      }
    }
  }

  /// Events that are a call and its end.
  private static let events = [
    "ai_api_call", "ai_api_call_completed", "ai_api_call_failed", "ai_api_error", "ai_call", "ai_call_completed",
    "ai_call_failed", "llm_call", "llm_call_completed", "llm_call_failed", "llm_response", "llm_error",
    "chat_completion",
    "gen_ai.client.inference.operation.details",
  ]
  private static let failed = Array("error".utf8)
  private static let succeeded = Array("ok".utf8)

  /// Valid UTF-8, cut to a limit.
  private(set) var model: [UInt8] = []
  /// What the line says of its end; `error` or `ok` by its level when it says nothing.
  private(set) var status: [UInt8] = []
  private(set) var seconds: Double?
  /// By ``Tokens``; nil where the line does not say it.
  private(set) var tokens = [UInt64?](repeating: nil, count: Tokens.allCases.count)

  /// Whether an event's name is one of a call.
  static func isCall(_ bytes: Span<UInt8>, _ event: Range<Int>) -> Bool {
    events.contains { bytes.equals(event, $0) }
  }

  /// Reads a line; false when it is no call. `isRequest` when its status and duration are a request's.
  mutating func read(_ line: borrowing LogLine, _ bytes: Span<UInt8>, isRequest: Bool, isError: Bool) -> Bool {
    guard let name = line[.model].text, !name.range.isEmpty else { return false }
    var isCounted = false
    for kind in Tokens.allCases {
      tokens[kind.rawValue] = Self.count(line[kind.role].number(bytes))
      if tokens[kind.rawValue] != nil { isCounted = true }
    }
    if !isCounted {
      guard let event = line[.event].text, Self.isCall(bytes, event.range) else { return false }
    }
    // The sum of the others, where they are there.
    if tokens[Tokens.input.rawValue] != nil || tokens[Tokens.output.rawValue] != nil {
      tokens[Tokens.total.rawValue] = nil
    }
    Self.read(bytes, name, into: &model)
    readStatus(line, bytes, isRequest: isRequest, isError: isError)
    seconds = nil
    var duration = line.duration(bytes, .callDuration)
    if duration == .none, !isRequest { duration = line.duration(bytes) }
    if case .seconds(let value) = duration { seconds = value }
    return true
  }

  private mutating func readStatus(_ line: borrowing LogLine, _ bytes: Span<UInt8>, isRequest: Bool, isError: Bool) {
    let value = line[.callStatus].isThere || isRequest ? line[.callStatus] : line[.status]
    switch value {
    case .text(let text) where !text.range.isEmpty: return Self.read(bytes, text, into: &status)
    case .number(let range): return Self.read(bytes, LogText(range, .plain), into: &status)
    default: status = isError ? Self.failed : Self.succeeded
    }
  }

  private static func read(_ bytes: Span<UInt8>, _ text: LogText, into name: inout [UInt8]) {
    name.removeAll(keepingCapacity: true)
    bytes.decode(text, into: &name)
    name.cut(to: Limits.aiNameBytes)
  }

  private static func count(_ number: Double?) -> UInt64? {
    guard let number, number >= 0, number <= Limits.aiTokens, number == number.rounded(.towardZero) else { return nil }
    return UInt64(number)
  }
}
