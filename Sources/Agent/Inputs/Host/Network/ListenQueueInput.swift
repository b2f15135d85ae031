// The accept queue of every socket that listens, TCP or unix: connections that are made and wait for the service to take
// them. A queue at its limit means that clients' connections are dropped, and that the service is the one that is slow.
// Asked every second, because a queue fills and empties within seconds; two questions cost some sixty microseconds.
//
// Several sockets may listen on one address (SO_REUSEPORT): the series are their sums, and the fullest one has a ratio of
// its own, because the others do not help it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_listen_queue` and its like.
final class ListenQueueInput: Input {
  /// Gives all listening sockets of one kind.
  typealias Source = (_ buffer: inout [UInt8], _ each: (Span<UInt8>, ListeningSockets.Found) -> Void)
    throws(SystemError) -> Void

  let name = "listen_queues"
  let isCheap = false

  private static let waiting = MetricFamily(
    "vitals_listen_queue", .gauge, help: "Connections that wait to be accepted, by listening address.")
  private static let limit = MetricFamily(
    "vitals_listen_queue_limit", .gauge, help: "Connections that may wait to be accepted, by listening address.")
  private static let fullest = MetricFamily(
    "vitals_listen_queue_fullest_ratio", .gauge,
    help: "How full the accept queue is, of the fullest of the sockets that listen on the address.")
  private static let leftOutFamily = MetricFamily(
    "vitals_listen_queues_left_out", .gauge,
    help: "Listening sockets past the limit of \(Limits.listenQueues) addresses, without series.")

  private struct Queue {
    let labels: LabelSet
    var isSeen = false
    var waiting: UInt64 = 0
    var limit: UInt64 = 0
    var fullest = 0.0
  }

  /// The sockets of one kind.
  private struct Kind {
    let source: Source
    let labels: ([UInt8]) -> LabelSet
    var keys = RememberedKeys<Int?>()
    var fault: SystemError?
  }

  private let log: any EventLog
  private var kinds: [Kind]
  private var queues: [Queue] = []
  private var places: [LabelSet: Int] = [:]
  private var buffer: [UInt8] = []
  private var leftOut = 0

  init(
    log: any EventLog, tcp: @escaping Source = ListeningSockets.tcp, unix: @escaping Source = ListeningSockets.unix
  ) {
    self.log = log
    kinds = [
      Kind(source: tcp) { key in
        let address = ListeningSockets.address(key)
        let port = address.map { String($0.port) } ?? ""
        return LabelSet([("protocol", "tcp"), ("address", address?.host ?? ""), ("port", port)])
      },
      Kind(source: unix) { LabelSet([("protocol", "unix"), ("address", ListeningSockets.name($0))]) },
    ]
  }

  func sample(at now: Moment) {
    forgetUnseen()
    for index in queues.indices { queues[index] = Queue(labels: queues[index].labels) }
    leftOut = 0
    for index in kinds.indices { read(index) }
  }

  /// Addresses that nobody listens on any more give their place up, once they are many.
  private func forgetUnseen() {
    if queues.count(where: { !$0.isSeen }) < Limits.listenQueues / 4 { return }
    queues.removeAll { !$0.isSeen }
    places = Dictionary(uniqueKeysWithValues: queues.enumerated().map { ($1.labels, $0) })
    for index in kinds.indices { kinds[index].keys = RememberedKeys() }
  }

  private func read(_ index: Int) {
    var keys = kinds[index].keys
    var buffer = buffer
    self.buffer = []
    do throws(SystemError) {
      var place = 0
      try kinds[index].source(&buffer) { bytes, found in
        let queue = keys.value(at: place, found.key, in: bytes) { self.queue(kinds[index].labels($0)) }
        place += 1
        take(found, queue)
      }
      say(nil, index)
    } catch {
      say(error, index)
    }
    self.buffer = buffer
    kinds[index].keys = keys
  }

  /// The place of the queue with these labels; nil when there are too many.
  private func queue(_ labels: LabelSet) -> Int? {
    if let place = places[labels] { return place }
    if queues.count >= Limits.listenQueues { return nil }
    places[labels] = queues.count
    queues.append(Queue(labels: labels))
    return queues.count - 1
  }

  private func take(_ found: ListeningSockets.Found, _ place: Int?) {
    guard let place else {
      leftOut += 1
      return
    }
    queues[place].isSeen = true
    queues[place].waiting &+= UInt64(found.waiting)
    queues[place].limit &+= UInt64(found.limit)
    // A limit of 0 lets one connection wait.
    queues[place].fullest = max(queues[place].fullest, Double(found.waiting) / Double(max(1, found.limit)))
  }

  private func say(_ error: SystemError?, _ index: Int) {
    defer { kinds[index].fault = error }
    guard let error, kinds[index].fault == nil else { return }
    let kind = index == 0 ? "tcp" : "unix"
    log.log(
      .info, "listening sockets cannot be listed; their queues are absent",
      [("protocol", kind), ("error", error.description)])
  }

  func collect(into sink: any SampleSink) {
    sink.family(ListenQueueInput.waiting)
    for queue in queues where queue.isSeen { sink.sample(queue.labels, .unsigned(queue.waiting)) }
    sink.family(ListenQueueInput.limit)
    for queue in queues where queue.isSeen { sink.sample(queue.labels, .unsigned(queue.limit)) }
    sink.family(ListenQueueInput.fullest)
    for queue in queues where queue.isSeen { sink.sample(queue.labels, queue.fullest) }
    sink.family(ListenQueueInput.leftOutFamily)
    sink.sample(.empty, .integer(Int64(leftOut)))
  }
}
