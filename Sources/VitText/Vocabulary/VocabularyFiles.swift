import CTextData
import CZlib

/// The merges of a byte-pair vocabulary, in order: pairs of tokens' names.
struct MergeList {
  /// All names, one after another.
  private(set) var names: [UInt8] = []
  /// For each merge where the left name begins, where the right one begins; the next merge's left
  /// name begins where the right one ends.
  private(set) var starts: [(left: UInt32, right: UInt32)] = []

  var count: Int { starts.count }

  /// - Parameter size: of the file that the merges come from, in bytes.
  init(size: Int) {
    names.reserveCapacity(min(size, 1 << 20))
    starts.reserveCapacity(min(size / 8, 1 << 16))
  }

  mutating func append(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) {
    appendLeft(left)
    appendRight(right)
  }

  mutating func appendLeft(_ left: UnsafeBufferPointer<UInt8>) {
    starts.append((UInt32(names.count), UInt32(names.count + left.count)))
    names.append(contentsOf: left)
  }

  mutating func appendRight(_ right: UnsafeBufferPointer<UInt8>) {
    names.append(contentsOf: right)
  }

  /// The left and right names of a merge; they lie next to each other.
  func ranges(_ index: Int) -> (left: Range<Int>, right: Range<Int>) {
    let (left, right) = starts[index]
    let end = index + 1 < starts.count ? Int(starts[index + 1].left) : names.count
    return (Int(left)..<Int(right), Int(right)..<end)
  }
}

/// Readers of the files that vocabularies come in.
enum VocabularyFiles {
  /// Far above any vocabulary, and small enough for tables by id.
  static let largestID: Int32 = 1 << 20

  /// `vocab.json`: one object of names and ids.
  static func vocabulary(_ bytes: [UInt8], file: String) throws(TokenizerError) -> TokenTable {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TokenizerError) in
        var cursor = JSONCursor(buffer, file: file)
        let table = try vocabulary(&cursor, size: buffer.count)
        try cursor.expectEnd()
        return table
      }
    }
    return try result.get()
  }

  /// The object of names and ids at the cursor.
  static func vocabulary(
    _ cursor: inout JSONCursor, size: Int
  ) throws(TokenizerError) -> TokenTable {
    var table = TokenTable(capacity: min(size / 16, 1 << 16))
    try cursor.expect("{")
    if try cursor.take("}") { return table }
    repeat {
      try cursor.string { table.stage($0) }
      try cursor.expect(":")
      table.commit(id: try cursor.id(limit: largestID))
    } while try cursor.take(",")
    try cursor.expect("}")
    return table
  }

  /// `merges.txt`: a pair a line, with either kind of line end, after an optional version.
  static func merges(_ bytes: [UInt8], file: String) throws(TokenizerError) -> MergeList {
    try merges(bytes, file: file, from: 0, limit: .max)
  }

  /// The merges of CLIP's original vocabulary: 48,894 lines after the first.
  static func originalMerges(
    _ bytes: [UInt8], file: String
  ) throws(TokenizerError) -> MergeList {
    let list = try merges(bytes, file: file, from: 1, limit: originalMergeCount)
    guard list.count == originalMergeCount else {
      throw .malformed(
        file: file, place: "line \(list.count + 1)",
        reason: "it ends before the \(originalMergeCount) merges of CLIP")
    }
    return list
  }

  static let originalMergeCount = 49_152 - 256 - 2

  private static func merges(
    _ bytes: [UInt8], file: String, from firstLine: Int, limit: Int
  ) throws(TokenizerError) -> MergeList {
    var list = MergeList(size: bytes.count)
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TokenizerError) in
        var (start, line) = (0, 0)
        while start < buffer.count, list.count < limit {
          var end = start
          var space = -1
          var spaces = 0
          while end < buffer.count, buffer[end] != 0x0A {
            if buffer[end] == 0x20 {
              space = end
              spaces += 1
            }
            end += 1
          }
          let next = end + 1
          if end > start, buffer[end - 1] == 0x0D { end -= 1 }
          defer {
            start = next
            line += 1
          }
          if line < firstLine || end == start || isVersion(buffer, start, end) { continue }
          guard spaces == 1, space > start, space + 1 < end else {
            throw TokenizerError.malformed(
              file: file, place: "line \(line + 1)",
              reason: "a merge is two names with one space between")
          }
          list.append(
            UnsafeBufferPointer(rebasing: buffer[start..<space]),
            UnsafeBufferPointer(rebasing: buffer[(space + 1)..<end]))
        }
      }
    }
    try result.get()
    return list
  }

  private static func isVersion(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int)
    -> Bool
  {
    bytes[start..<end].starts(with: "#version".utf8)
  }

  // MARK: gzip

  /// The beginning of a gzip file, as much as CLIP's merges can take.
  static func gunzip(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String
  ) throws(TokenizerError) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, and 16 for the gzip header.
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .unreadable(file: file, reason: "zlib cannot start") }
    defer { inflateEnd(&stream) }
    var code = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: originalSize) { buffer, count in
      stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      stream.avail_in = UInt32(bytes.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      code = inflate(&stream, Z_SYNC_FLUSH)
      count = buffer.count - Int(stream.avail_out)
    }
    // A full buffer is enough: the file holds five times the merges that CLIP takes.
    guard code == Z_OK || code == Z_STREAM_END || (code == Z_BUF_ERROR && !output.isEmpty) else {
      throw .malformed(
        file: file, place: "byte \(bytes.count - Int(stream.avail_in))",
        reason: "not a whole gzip file")
    }
    return output
  }

  /// CLIP's merges end after 524,600 bytes; others of that number could be a little longer.
  private static let originalSize = 640 << 10
}
