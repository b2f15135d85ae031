import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Calls to language models")
struct AICallTests {
  private static func counts(_ text: String) -> ServiceCounts {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    reader.read(Array(text.utf8), at: LogReaderTests.now, errors: &errors)
    return reader.counts
  }

  /// `model status count`, `type tokens` and `seconds`, as far as there are any.
  private static func calls(_ text: String) -> [String] {
    counts(text).models.flatMap { model in
      model.statuses.map { "\(model.labels["model"] ?? "") \($0.labels["status"] ?? "") \($0.count)" }
        + model.tokens.map { "\($0.labels["type"] ?? "") \($0.count)" }
        + (model.durations.map { ["\($0.count) in \($0.sum)"] } ?? [])
    }
  }

  @Test(
    "A line with a model and tokens is a call, in the usual spellings; another is none",
    arguments: [
      ("", []), (#"{"level":"info","event":"car_sold","model":"T"}"#, []),
      (#"{"level":"info","event":"llm_call"}"#, []), (#"{"level":"info","model":"","prompt_tokens":1}"#, []),
      (#"{"level":"info","model":4,"prompt_tokens":1}"#, []), (#"{"level":"info","model":"m","prompt_tokens":-1}"#, []),
      (#"{"level":"info","model":"m","prompt_tokens":1.5}"#, []),
      (#"{"level":"info","model":"m","prompt_tokens":1e99}"#, []),
      (#"{"level":"info","model":"m","prompt_tokens":"many"}"#, []), (#"{"level":"info","model":"m","usage":[1]}"#, []),
      (#"{"level":"info","prompt_tokens":1}"#, []),
      (
        #"{"level":"info","event":"done","model":"gpt-4o","prompt_tokens":812,"completion_tokens":64,"total_tokens":876,"duration_ms":950}"#,
        ["gpt-4o ok 1", "input 812", "output 64", "1 in 0.95"]
      ),
      (
        #"{"level":"info","message":"x","model":"claude-sonnet-4","usage":{"input_tokens":8,"output_tokens":6,"cache_read_input_tokens":3}}"#,
        ["claude-sonnet-4 ok 1", "input 8", "output 6", "cached 3"]
      ),
      (
        #"{"level":"info","message":"x","gen_ai.request.model":"m","gen_ai":{"usage":{"input_tokens":8}},"gen_ai.client.operation.duration":1.5}"#,
        ["m ok 1", "input 8", "1 in 1.5"]
      ),
      (
        #"{"severity_number":9,"body":"x","attributes":{"gen_ai.request.model":"m","gen_ai.usage.output_tokens":8}}"#,
        ["m ok 1", "output 8"]
      ),
      (#"{"level":"info","model":"m","total_tokens":9,"status":"success"}"#, ["m success 1", "total 9"]),
      (#"{"level":"info","model":"m","total_tokens":9,"status":429}"#, ["m 429 1", "total 9"]),
      (#"{"level":"error","event":"llm_call","model":"m","error":"timeout"}"#, ["m error 1"]),
      (#"{"level":"info","event":"llm_call","model":"m","status":503}"#, ["m 503 1"]),
      (#"{"level":"warning","event":"ai_api_call","model":"m","duration_ms":20}"#, ["m ok 1", "1 in 0.02"]),
      ("level=info msg=call model=m prompt_tokens=3 completion_tokens=4", ["m ok 1", "input 3", "output 4"]),
      (
        #"{"method":"POST","path":"/chat","duration_ms":990,"status":200,"upstream_ms":900,"model":"chat-mini","prompt_tokens":12,"completion_tokens":30,"event":"request_completed","level":"info"}"#,
        ["chat-mini ok 1", "input 12", "output 30", "1 in 0.9"]
      ),
      (
        #"{"method":"POST","path":"/chat","duration_ms":990,"status":502,"upstream_status":504,"model":"m","total_tokens":0,"event":"x","level":"info"}"#,
        ["m 504 1", "total 0"]
      ),
    ])
  func lines(text: String, wanted: [String]) { #expect(Self.calls(text) == wanted) }

  @Test("A request that made a call is one of each")
  func request() {
    let counts = Self.counts(
      #"{"method":"POST","path":"/chat","duration_ms":990,"status":200,"model":"m","prompt_tokens":12,"event":"x","level":"info"}"#
    )
    #expect(LogReaderTests.requests(counts) == ["POST /chat 200 1"])
    #expect(counts.models.first?.durations == nil)
    #expect(counts.levels.map(\.count) == [1])
  }

  @Test("Models and statuses have limits, and what is past them is other")
  func limits() {
    var text = ""
    for number in 0..<(Limits.aiModels + 20) {
      text += #"{"level":"info","model":"m\#(number)","prompt_tokens":1}"# + "\n"
      text += #"{"level":"info","model":"m0","prompt_tokens":1,"status":"s\#(number)"}"# + "\n"
    }
    text += #"{"level":"info","model":"\#(String(repeating: "é", count: 200))","prompt_tokens":1}"#
    let models = Self.counts(text).models
    #expect(models.count == Limits.aiModels + 1)
    #expect(models.last?.labels["model"] == "other")
    #expect(models.last?.statuses.first?.count == 21)
    #expect(models.first?.statuses.count == Limits.aiStatuses + 1)
    #expect(models.flatMap(\.statuses).reduce(0) { $0 + $1.count } == UInt64(2 * (Limits.aiModels + 20) + 1))
  }

  @Test(
    "A cache's answer is read in every spelling",
    arguments: [
      (#""cache":"maybe""#, nil), (#""cache":"BYPASS""#, nil), (#""cache":null"#, nil), (#""cache":7"#, nil),
      (#""cache":"""#, nil), (#""cache":"hitherto""#, nil), (#""cache":"hit""#, true), (#""cache":"MISS""#, false),
      (#""cache":"Hit""#, true), (#""cache":true"#, true), (#""cache_hit":false"#, false),
      (#""cache_hit":"true""#, true),
      (#""cacheHit":true"#, true), (#""cache":{"hit":true}"#, true), (#""upstream_cache_status":"EXPIRED""#, false),
      (#""upstream_cache_status":"STALE""#, true), (#""x-cache":"Hit from cloudfront""#, true),
      (#""x_cache":"TCP_MISS from squid""#, false), (#""X-Cache":"MISS, HIT""#, nil),
    ] as [(String, Bool?)])
  func caches(member: String, wanted: Bool?) {
    let counts = Self.counts(#"{"level":"info","event":"x",\#(member)}"#)
    #expect(counts.hits == (wanted == true ? 1 : 0))
    #expect(counts.misses == (wanted == false ? 1 : 0))
  }
}
