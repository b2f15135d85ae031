import Foundation
import Testing

/// Files that hold what something looked like when a person last looked at it. `VITALS_UPDATE_GOLDENS=1 swift test`
/// writes them anew; read the difference before it is committed.
enum Golden {
  static func expect(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)")
    if ProcessInfo.processInfo.environment["VITALS_UPDATE_GOLDENS"] == "1" {
      try Data(text.utf8).write(to: url)
      return
    }
    let known = try String(contentsOf: url, encoding: .utf8)
    #expect(text == known, "differs from \(url.path)", sourceLocation: sourceLocation)
  }
}
