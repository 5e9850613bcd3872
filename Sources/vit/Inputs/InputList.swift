import VitKit
import VitSystem

/// The entries of `--files-from`, read as they come.
final class InputList {
  private let name: String
  private let file: FileDescriptor
  private let separator: UInt8
  private var buffer: [UInt8] = []
  private var searchedTo = 0
  private var hasEnded = false

  /// A list with a longer entry is not a list of paths.
  private static let longestEntry = 1 << 20

  /// - Parameter path: `-` for standard input.
  init(path: String, separator: UInt8) throws {
    self.separator = separator
    if path == "-" {
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

  /// The next entry, or nil at the end, after an interrupt and, if `waits` is false, where none is
  /// there yet.
  ///
  /// - Parameter skipsEmpty: false where every line wants an answer.
  func next(waits: Bool, skipsEmpty: Bool = true) throws -> String? {
    while true {
      if let entry = takeEntry() {
        if !entry.isEmpty || !skipsEmpty { return entry }
      } else if hasEnded || (!waits && !file.isReadable) || !Interrupt.waitForInput(file) {
        return nil
      } else {
        try fill()
      }
    }
  }

  private func takeEntry() -> String? {
    let end = buffer[searchedTo...].firstIndex(of: separator)
    guard end != nil || (hasEnded && !buffer.isEmpty) else {
      searchedTo = buffer.count
      return nil
    }
    var bytes = buffer[..<(end ?? buffer.count)]
    if separator == 0x0A && bytes.last == 0x0D { bytes.removeLast() }
    let entry = String(decoding: bytes, as: UTF8.self)
    buffer.removeSubrange(..<(end.map { $0 + 1 } ?? buffer.count))
    searchedTo = 0
    return entry
  }

  private func fill() throws {
    guard buffer.count < Self.longestEntry else {
      throw CommandFailure(.unusable, "\(name): an entry of over 1 MiB; give one path a line")
    }
    let chunk: [UInt8]
    do {
      chunk = try file.read(upTo: 1 << 16)
    } catch {
      throw CommandFailure(
        .unusable, "\(name): cannot be read (\(error.reason)); give a list of paths")
    }
    hasEnded = chunk.isEmpty
    buffer += chunk
  }
}
