import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The entries of `--files-from`, read as they come.
final class InputList {
  private let name: String
  private let descriptor: Int32
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
      (name, descriptor) = ("standard input", 0)
      return
    }
    name = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let status: ExitStatus = errno == ENOENT || errno == ENOTDIR ? .missing : .unusable
      throw CommandFailure(status, "\(path): \(FileKind.reason(errno, path: path))")
    }
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// The next entry, or nil at the end, after an interrupt and, if `waits` is false, where none is
  /// there yet.
  ///
  /// - Parameter skipsEmpty: false where every line wants an answer.
  func next(waits: Bool, skipsEmpty: Bool = true) throws -> String? {
    while true {
      if let entry = takeEntry() {
        if !entry.isEmpty || !skipsEmpty { return entry }
      } else if hasEnded || (!waits && !isReadable()) || !Interrupt.waitForInput(descriptor) {
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

  private func isReadable() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  private func fill() throws {
    guard buffer.count < Self.longestEntry else {
      throw CommandFailure(.unusable, "\(name): an entry of over 1 MiB; give one path a line")
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0 {
      if errno == EINTR { return }
      throw CommandFailure(
        .unusable, "\(name): cannot be read (\(SystemError().reason)); give a list of paths")
    }
    if count == 0 { hasEnded = true }
    buffer.append(contentsOf: chunk[..<count])
  }
}
