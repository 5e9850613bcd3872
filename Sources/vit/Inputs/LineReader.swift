import VitKit
import VitSystem

/// The lines of a file of labels, texts, templates or paths, read as they come.
///
/// A line ends in a line feed, or in a carriage return and one; nothing else ends a line. The last one
/// needs no end, and a byte order mark before the first is no part of it. So line i is what `sed -n ip`
/// prints, empty ones included.
final class LineReader {
  /// A line, or an entry of a list whose entries end in NUL.
  struct Line {
    /// From 1.
    let number: Int
    let bytes: [UInt8]
  }

  /// What messages call it.
  let name: String
  /// What messages call a line.
  let unit: String
  private let file: FileDescriptor
  private let separator: UInt8
  private let longest: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var searchedTo = 0
  private var number = 0
  private var hasEnded = false

  private static let lineFeed: UInt8 = 0x0A

  /// - Parameters:
  ///   - path: `-` for standard input where `takesStandardInput`.
  ///   - longest: bytes of a line; a longer one is no line of such a file.
  /// - Throws: `CommandFailure` where the file cannot be opened.
  init(
    path: String, separator: UInt8 = lineFeed, longest: Int, takesStandardInput: Bool = false
  ) throws {
    (self.separator, self.longest) = (separator, longest)
    unit = separator == Self.lineFeed ? "line" : "entry"
    if takesStandardInput && path == "-" {
      (name, file) = ("standard input", .standardInput)
      return
    }
    name = path
    do throws(SystemError) {
      file = try FileDescriptor(path, for: .streaming)
    } catch {
      throw CommandFailure(FileKind.exitStatus(error), "\(path): \(FileKind.reason(error))")
    }
  }

  /// The next line, or nil at the end, after an interrupt and, if `waits` is false, where none is there
  /// yet.
  ///
  /// - Throws: `CommandFailure` where reading fails.
  func next(waits: Bool = true) throws -> Line? {
    while true {
      if let line = takeLine() { return line }
      if hasEnded || (!waits && !file.isReadable) || !Interrupt.waitForInput(file) { return nil }
      try fill()
    }
  }

  /// Ends the command because of a line.
  func failure(_ line: Line, _ reason: String) -> CommandFailure {
    CommandFailure(.unusable, "\(name): \(unit) \(line.number) \(reason)")
  }

  private func takeLine() -> Line? {
    let end = buffer[searchedTo...].firstIndex(of: separator)
    guard end != nil || (hasEnded && start < buffer.count) else {
      searchedTo = buffer.count
      return nil
    }
    var bytes = buffer[start..<(end ?? buffer.count)]
    start = end.map { $0 + 1 } ?? buffer.count
    searchedTo = start
    number += 1
    if separator == Self.lineFeed {
      if end != nil, bytes.last == 0x0D { bytes.removeLast() }
      if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    }
    return Line(number: number, bytes: Array(bytes))
  }

  private func fill() throws {
    guard buffer.count - start <= longest else {
      throw CommandFailure(
        .unusable,
        "\(name): \(unit) \(number + 1) has more than \(longest) bytes; give one a line")
    }
    let chunk: [UInt8]
    do {
      chunk = try file.read(upTo: 1 << 16)
    } catch {
      throw CommandFailure(.unusable, "\(name): cannot be read (\(error.reason)); check the file")
    }
    hasEnded = chunk.isEmpty
    buffer.removeSubrange(..<start)
    searchedTo -= start
    start = 0
    buffer += chunk
  }
}
