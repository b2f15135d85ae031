// gzip by zlib at its fastest level: an exposition shrinks to a tenth, and a scrape's CPU is worth more than its bytes.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent

/// Compression for HTTP.
enum Gzip {
  /// The gzip form of `bytes`; nil when zlib has no memory, so that the caller sends them as they are.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = unsafe z_stream()
    // 15 bits of window, and 16 for gzip's header and trailer; see zlib.h, deflateInit2.
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    if unsafe deflateInit2_(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) != Z_OK {
      return nil
    }
    defer { unsafe deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
    let code = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(clamping: source.count)
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(clamping: target.count)
        return unsafe deflate(&stream, Z_FINISH)
      }
    }
    if code != Z_STREAM_END { return nil }
    output.removeLast(output.count - Int(unsafe stream.total_out))
    return output
  }
}
