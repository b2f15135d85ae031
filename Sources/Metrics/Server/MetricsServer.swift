// A server for services that have none: one thread, one path, and bounds on everything that a client can send or withhold.
// It speaks no TLS and knows no passwords: on an address that others reach, stand a proxy before it.
// SPDX-License-Identifier: Apache-2.0

/// Serves a registry at `/metrics`, in the format that the scraper asks for, on a thread of its own.
///
/// Thread-safe. Collectors of the registry run on the server's thread; one that hangs stops the scrapes, and nothing else.
/// GET and HEAD; connections are kept alive. On loopback the `Host` header must be a loopback name, an IP address or one of
/// `allowedHosts`, so that no web page can read the metrics by DNS rebinding. What clients do is bounded by
/// ``MetricsLimits/Server``. It costs a thread and three descriptors, and one more a client.
public final class MetricsServer: Sendable {
  /// Where it listens; the real one when 0 was asked for.
  public let port: UInt16

  private let waker: StreamSocketBox
  private let thread: OwnThread

  /// Listens and begins to serve. `host` is an IP address or `localhost`; a port of 0 lets the kernel choose one.
  public init(
    _ registry: Registry, host: String = "127.0.0.1", port: UInt16 = 9464, allowedHosts: [String] = [],
    limits: MetricsLimits.Server = MetricsLimits.Server()
  ) throws(MetricsServerError) {
    guard let address = ServerAddress(host: host, port: port) else { throw .invalidHost(host) }
    let listener = try ListeningSocket(address)
    let wake: (near: StreamSocketBox, far: StreamSocketBox)
    do throws(SystemFailure) { wake = try StreamSocket.pair() } catch {
      throw .failed(call: "socketpair", address: address.description, code: error.code)
    }
    let hosts = ServedHosts(isLoopback: address.isLoopback, names: allowedHosts)
    self.port = listener.port
    waker = wake.near
    let loop = ScrapeLoop(
      listener, wake: wake.far, limits: limits, answers: ScrapeAnswers(registry, hosts: hosts))
    do throws(SystemFailure) { thread = try OwnThread { loop.run() } } catch {
      throw .failed(call: "pthread_create", address: address.description, code: error.code)
    }
  }

  deinit { stop() }

  /// Ends the server: when it returns the port is free and the thread is gone, unless it is called by a collector on that
  /// very thread. It waits for a collection that is under way, not for clients. Calling it again does nothing.
  /// In a child of fork(2), where there is no such thread, it does nothing either.
  public func stop() {
    if !thread.isHere { return }
    _ = waker.socket.write([1])
    thread.join()
  }
}
