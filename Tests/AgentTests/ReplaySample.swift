@testable import VitalsAgent

/// Two logs of an incident: an API with a deploy that fails and a minute in which it hangs, and the server before it.
enum ReplaySample {
  private static let routes = ["/orders/17", "/orders/18/items", "/search?q=a", "/healthz", "/ai/chat"]

  /// Three minutes of the API's log, four lines a second.
  static var api: String {
    var random = SeededGenerator(seed: 3)
    var text = ""
    for place in 0..<720 where !(400..<560).contains(place) {
      let second = place / 4
      let time = "2026-11-21T03:\(pad(10 + second / 60)):\(pad(second % 60)).\(place % 4 * 250 + 100)Z"
      let path = routes[Int.random(in: 0..<routes.count, using: &random)]
      let isFailing = place > 360 && place < 400 && path.hasPrefix("/orders")
      let status = isFailing ? 503 : [200, 200, 200, 404][Int.random(in: 0..<4, using: &random)]
      let duration = Double.random(in: 1...40, using: &random).rounded() * (isFailing ? 50 : 1)
      text += #"{"event":"request_completed","method":"GET","path":"\#(path)","status":\#(status),"#
      text += #""duration_ms":\#(duration),"request_id":"r-\#(place)","level":"\#(isFailing ? "error" : "info")","#
      text += #""cache":"\#(place % 5 == 0 ? "miss" : "hit")","timestamp":"\#(time)"}"# + "\n"
    }
    for (second, status) in [(41, "ok"), (45, "ok"), (52, "timeout")] {
      text +=
        #"{"event":"llm_call","level":"info","model":"gpt-4o","status":"\#(status)","duration_ms":\#(second * 20),"#
      text += #""prompt_tokens":812,"completion_tokens":64,"timestamp":"2026-11-21T03:12:\#(second)Z"}"# + "\n"
    }
    text += #"{"event":"request_completed","method":"GET","path":"/torn","sta"# + "\n"
    text += #"{"event":"late","level":"warning","timestamp":"2026-11-21T03:12:30Z"}"# + "\n"
    return text + #"{"event":"timeless","level":"info"}"# + "\n"
  }

  /// The same minutes in the words of a server that logs no durations.
  static var web: String {
    (0..<20).map { place in
      "10.0.0.1 - - [21/Nov/2026:03:10:\(pad(place)) +0000] \"GET /\(place) HTTP/1.1\" \(place % 7 == 0 ? 502 : 200) 12 "
        + "\"-\" \"curl/8\"\n"
    }.joined()
  }

  private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
