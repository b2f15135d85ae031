// The value files that a directory lists. Their names are taken apart when the listing is another than the last one: most
// collections find the directory as it was.
// SPDX-License-Identifier: Apache-2.0

/// The names of a directory's value files, from one listing to the next.
struct ValueFileNames: Sendable {
  private var listing = DirectoryListing()
  private var text: [UInt8] = []
  private var isWhole = true
  private var listed: [Int] = []
  /// The names, as many as are read.
  private(set) var names: [ValueFileName] = []
  /// What of the directory is left out.
  private(set) var skipped = ValueSkips()

  /// Lists the directory; true when the names are others than before.
  mutating func update(_ directory: borrowing FileDirectory) -> Bool {
    directory.list(into: &listing, ending: ValueFileName.ending, limit: MetricsLimits.valueDirectoryEntries)
    if listing.text == text && listing.isWhole == isWhole { return false }
    takeNames()
    return true
  }

  /// The inode that the directory has for a name.
  func inode(_ place: Int) -> UInt64 { listing.inodes[listed[place]] }

  private mutating func takeNames() {
    text = listing.text
    isWhole = listing.isWhole
    names = []
    listed = []
    skipped = ValueSkips()
    if !isWhole { skipped.add(.limit) }
    for (place, text) in listing.names.enumerated() {
      if let name = ValueFileName(text) {
        names.append(name)
        listed.append(place)
      } else {
        skipped.add(.name)
      }
    }
    let more = names.count - MetricsLimits.valueFiles
    if more <= 0 { return }
    skipped.add(.limit, UInt64(more))
    names.removeLast(more)
  }
}
