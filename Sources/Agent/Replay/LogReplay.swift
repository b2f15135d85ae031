// Reads finished logs through the reader and the rules of the agent. The logs are read in the order of their first lines'
// times, however they are named: what is learned of paths, and what stands first among equals, is then the same for every
// order of the arguments.
// SPDX-License-Identifier: Apache-2.0

/// The reading of some logs. Not thread-safe; its memory does not grow with their length.
final class LogReplay {
  /// In the order in which they are read.
  private(set) var files: [ReplayFile] = []
  /// The counters, in the order of the services' names.
  let services: [ServiceCounts]
  let rules: LogRules
  private(set) var witness: ReplayWitness
  /// Whether it was stopped before the end.
  private(set) var isPartial = false

  private var inputs: [Int: ReplayInput] = [:]
  private let window: ReplayWindow?
  private let isStopped: () -> Bool

  /// Opens the logs; what cannot be read of them stands in ``files``. `isStopped` is asked between two blocks.
  init(
    _ sources: [ReplaySource], rules: LogRules, known: [KnownRoute] = [], window: ReplayWindow? = nil,
    isStopped: @escaping () -> Bool = { false }
  ) throws(UsageError) {
    self.rules = rules
    self.window = window
    self.isStopped = isStopped
    let names = Set(sources.map(\.service)).sorted()
    services = names.map { ServiceCounts(service: $0, known: known) }
    witness = ReplayWitness(services: names.count)
    var known: [FileIdentity: String] = [:]
    var opened: [(file: ReplayFile, input: ReplayInput?)] = []
    for source in sources {
      var file = ReplayFile(source: source)
      file.service = names.firstIndex(of: source.service) ?? 0
      do throws(UsageError) {
        let input = try ReplayInput(source.path, isStopped)
        if let identity = input.identity, let other = known.updateValue(file.name, forKey: identity) {
          throw UsageError(message: "\(file.name): is the same file as \(other), and its lines would count twice")
        }
        file.size = input.size
        file.isOpened = true
        file.first = Self.firstTime(input, isStopped)
        // A file is opened again when its turn comes: there may be more of them than descriptors.
        opened.append((file, input.isRegular ? nil : input))
      } catch {
        if error.message.contains("would count twice") { throw error }
        file.failure = error.message
        opened.append((file, nil))
      }
    }
    opened.sort { ($0.file.first, $0.file.name) < ($1.file.first, $1.file.name) }
    for (place, one) in opened.enumerated() {
      files.append(one.file)
      if let input = one.input { inputs[place] = input }
    }
  }

  /// The time of the first line that says one, among those of the first block.
  private static func firstTime(_ input: ReplayInput, _ isStopped: () -> Bool) -> UInt64 {
    var block: [UInt8] = []
    do throws(SystemError) { try input.read(into: &block, isStopped) } catch { return .max }
    let times = LineTimes()
    let last = block.lastIndex(of: 10) ?? block.count - 1
    let first = last < 0 ? nil : times.stop(block.span.extracting(0...last), from: 0, after: 0, latest: .max).time
    input.putBack(block)
    return first ?? .max
  }

  /// Reads all of them. `progress` is told how many bytes were taken of the files, compressed as they are.
  func read(progress: (UInt64) -> Void = { _ in }) {
    var before: UInt64 = 0
    for place in files.indices where files[place].isOpened {
      if isStopped() { break }
      guard let input = open(place) else { continue }
      do throws(SystemError) {
        try read(input, place) { progress(before &+ $0) }
        if input.isCut {
          files[place].failure =
            "\(files[place].name): the gzip data is cut off or damaged; what was read before counts"
        }
      } catch {
        files[place].failure = "\(files[place].name): \(error.reason); what was read before counts"
      }
      before &+= input.taken
    }
    isPartial = isStopped()
  }

  private func open(_ place: Int) -> ReplayInput? {
    if let input = inputs.removeValue(forKey: place) { return input }
    do throws(UsageError) {
      return try ReplayInput(files[place].source.path, isStopped)
    } catch {
      files[place].failure = error.message
      return nil
    }
  }

  private func read(_ input: ReplayInput, _ place: Int, _ progress: (UInt64) -> Void) throws(SystemError) {
    let counts = services[files[place].service]
    var counter = LineCounter<ReplayWitness>(
      check: .form, rules: RuleReader(rules, service: counts.service))
    var chunk = ReplayChunk(window)
    witness.begin(file: place, service: files[place].service, start: files[place].first)
    var failure: SystemError?
    while !isStopped() {
      do throws(SystemError) { try input.read(into: &chunk.block, isStopped) } catch { failure = error }
      if chunk.block.isEmpty || failure != nil { break }
      files[place].bytes &+= UInt64(chunk.block.count)
      chunk.count(&counter, counts, &witness)
      progress(input.taken)
    }
    // Of a file that was cut the last line is none.
    chunk.finish(&counter, counts, &witness, isWhole: failure == nil && !input.isCut && !isStopped())
    rules.sweep(chunk.moment(witness))
    files[place].lines = counter.lines &+ chunk.longLines
    files[place].last = witness.latest
    if let failure { throw failure }
  }
}
