import Testing

@testable import VitalsAgent

@Suite("What a group counts")
struct GroupCountsTests {
  private func counts(_ user: UInt64?, _ read: UInt64?) -> GroupCounts {
    var counts = GroupCounts()
    counts[.user] = user
    counts[.read] = read
    return counts
  }

  struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let old: [UInt64?]
    let new: [UInt64?]
    let sum: [UInt64?]
  }

  /// User time and bytes read: before, after, and the sum of their growth, which was 100 and unknown.
  static let rows: [Row] = [
    Row(testDescription: "nothing is known", old: [nil, nil], new: [nil, nil], sum: [100, nil]),
    Row(testDescription: "may be read no more", old: [5, 5], new: [nil, nil], sum: [100, nil]),
    Row(testDescription: "may be read from now on", old: [nil, nil], new: [7, 7], sum: [100, 0]),
    Row(testDescription: "went back", old: [9, 9], new: [3, 8], sum: [100, 0]),
    Row(testDescription: "went back by more than half", old: [.max, .max], new: [0, 1], sum: [100, 0]),
    Row(testDescription: "past the greatest number", old: [0, 0], new: [.max, .max], sum: [99, .max]),
    Row(testDescription: "stood still", old: [4, 4], new: [4, 4], sum: [100, 0]),
    Row(testDescription: "grew", old: [4, 40], new: [5, 41], sum: [101, 1]),
  ]

  @Test("The sum grows by what has grown, and never goes back", arguments: rows)
  func add(row: Row) {
    var sum = counts(100, nil)
    sum.add(from: counts(row.old[0], row.old[1]), to: counts(row.new[0], row.new[1]))
    #expect(sum == counts(row.sum[0], row.sum[1]))
    #expect(sum[.system] == nil)
  }

  @Test("What is not known now keeps what was known")
  func update() {
    var kept = counts(1, 2)
    kept.update(counts(nil, 3))
    #expect(kept == counts(1, 3))
  }

  @Test(
    "The states as their letters name them",
    arguments: [("R", "Running"), ("S", "Sleeping"), ("D", "Waiting"), ("Z", "Zombie"), ("T", "Other"), ("I", "Other")])
  func states(letter: String, label: String) {
    #expect(GroupGauges.State(Array(letter.utf8)[0]).label == label)
  }

  @Test("Past its limit a name shares `other`, until names without threads have made way")
  func tallies() {
    let tallies = GroupTallies<Int>(limit: 2) { _ in 0 }
    func round(_ names: String...) -> [String] {
      tallies.begin()
      names.forEach { tallies.count($0) }
      return tallies.entries.map { "\($0.name) \($0.threads)" }
    }
    #expect(round("a", "b", "b") == ["a 1", "b 2"])
    tallies.entry("a").tally = 5
    #expect(round("b") == ["a 0", "b 1"])
    #expect(tallies.entry("a").tally == 5)
    #expect(round("b", "c", "d", "e") == ["b 1", "c 1", "other 2"])
    #expect(tallies.folded == 2)
    #expect(round("b", "a") == ["b 1", "c 0", "other 1"])
    #expect(round("b", "a") == ["b 1", "other 0", "a 1"])
  }
}
