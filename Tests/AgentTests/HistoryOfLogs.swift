@testable import VitalsAgent

extension History {
  /// A second of the agent with logs alone, in the order in which its pipeline has it.
  func take(tickOf input: LogInput, at now: Moment) {
    startPast(before: now)
    input.sample(at: now)
    input.tick(at: now)
    begin(at: now)
    take(input, countsFromZero: true)
    end()
  }
}
