// Reading gzip by zlib in pieces of any size: 44 KiB of memory, whatever the file's length. One stream at a time is told
// apart from the next, since rotated logs may be several of them behind each other.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent

/// One gzip stream after the other. Not thread-safe.
@safe final class Inflater {
  /// How a piece went.
  enum Step {
    /// It wants more input or more room.
    case open
    /// A stream is over, and its checksum fits.
    case ended
    /// The input is no gzip, or damaged.
    case broken
  }

  /// zlib keeps the address of it: it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Nil when zlib has no memory.
  init?() {
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, and 16 for gzip's header and trailer alone; see zlib.h, inflateInit2.
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    if unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK { return }
    return nil
  }

  deinit {
    // Of a stream that was never opened it is an error that nobody minds.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Inflates `input` from `start` on, at most `room` bytes, which are appended to `output`; says how many bytes of the
  /// input were used.
  func inflate(
    _ input: [UInt8], from start: Int, into output: inout [UInt8], room: Int
  ) -> (used: Int, step: Step) {
    let filled = output.count
    output.append(contentsOf: repeatElement(0, count: room))
    var input = input
    let (used, made, code) = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress?.advanced(by: start)
        unsafe stream.pointee.avail_in = UInt32(clamping: source.count - start)
        unsafe stream.pointee.next_out = target.baseAddress?.advanced(by: filled)
        unsafe stream.pointee.avail_out = UInt32(clamping: room)
        let code = unsafe CVitalsAgent.inflate(stream, Z_NO_FLUSH)
        let left = unsafe (Int(stream.pointee.avail_in), Int(stream.pointee.avail_out))
        return (source.count - start - left.0, room - left.1, code)
      }
    }
    output.removeLast(room - made)
    switch code {
    case Z_OK, Z_BUF_ERROR: return (used, .open)
    case Z_STREAM_END: return (used, .ended)
    default: return (used, .broken)
    }
  }

  /// Begins with a stream that follows.
  func restart() { unsafe inflateReset(stream) }
}
