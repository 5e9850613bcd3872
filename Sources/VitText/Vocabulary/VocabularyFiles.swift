import CTextData
import CZlib

/// Readers of the files that vocabularies come in.
enum VocabularyFiles {
  /// OpenAI's `bpe_simple_vocab_16e6.txt.gz`, in the library.
  static var bundled: UnsafeBufferPointer<UInt8> {
    let file = vit_clip_vocabulary()
    return UnsafeBufferPointer(start: file.bytes, count: file.count)
  }

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
