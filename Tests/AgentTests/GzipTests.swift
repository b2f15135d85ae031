import Testing

@testable import VitalsAgent

@Suite("gzip")
struct GzipTests {
  static let sizes = [0, 1, 2, 100, 4_095, 65_536, 1_000_000]

  @Test("What was packed is what is unpacked, compressible or not", arguments: sizes)
  func roundTrip(size: Int) throws {
    var random = SeededGenerator(seed: UInt64(size))
    let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
    let zeros = [UInt8](repeating: 0, count: size)
    for bytes in [noise, zeros] {
      let packed = try #require(Gzip.compress(bytes))
      #expect(packed.starts(with: [0x1F, 0x8B, 8]))
      #expect(gunzipped(packed) == bytes)
      #expect(packed.count < size + size / 1_000 + 64)
    }
  }

  @Test("An exposition shrinks to a tenth")
  func shrinks() throws {
    let text = (0..<2_000).map { "node_cpu_seconds_total{cpu=\"\($0 % 64)\",mode=\"idle\"} \($0).25\n" }.joined()
    #expect(try #require(Gzip.compress(Array(text.utf8))).count < text.utf8.count / 10)
  }
}
