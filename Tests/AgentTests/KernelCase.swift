import Testing

/// One text of a kernel file, the samples it gives and the lines it leaves out.
struct KernelCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  let wanted: [String]
  let malformed: UInt64

  init(_ what: String, _ text: String, _ wanted: [String] = [], malformed: UInt64 = 0) {
    self.init(what, bytes: Array(text.utf8), wanted, malformed: malformed)
  }

  init(_ what: String, bytes: [UInt8], _ wanted: [String] = [], malformed: UInt64 = 0) {
    testDescription = what
    self.bytes = bytes
    self.wanted = wanted
    self.malformed = malformed
  }
}
