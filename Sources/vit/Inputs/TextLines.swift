#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines of a file of texts or labels, without those that are empty.
enum TextLines {
  /// A list of a million captions is smaller.
  private static let limit = 256 << 20

  static func read(_ path: String) throws -> [String] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let status: ExitStatus = errno == ENOENT || errno == ENOTDIR ? .missing : .unusable
      throw CommandFailure(status, "\(path): \(FileKind.reason(errno, path: path))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure(.unusable, "\(path): not a regular file; give a file of one text a line")
    }
    guard status.st_size <= limit else {
      throw CommandFailure(
        .unusable, "\(path): larger than the \(limit) bytes allowed; split the list")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var total = 0
    while total < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress! + total, $0.count - total)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      total += count
    }
    guard let text = String(validating: bytes[..<total], as: UTF8.self) else {
      throw CommandFailure(.unusable, "\(path): not UTF-8 text; convert it first")
    }
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}
