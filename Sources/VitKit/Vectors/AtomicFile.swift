#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that has its name only when it is whole and on the disk: neither a kill nor a power cut
/// leaves half of one.
enum AtomicFile {
  /// What a name ends in until the file is whole, before six letters of chance.
  static let temporaryMark = ".part."

  /// - Throws: `VectorFolderError.cannotWrite`.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    var template = Array("\(path)\(temporaryMark)XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(path) }
    let temporary = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // `mkstemp` lets nobody else read; a result has the rights of any new file.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
    let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
    let code = errno
    // Some file systems tell only here that the disk is full.
    guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
      let reason = isWritten ? errno : code
      unlink(temporary)
      throw failure(path, reason)
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  static func failure(_ path: String, _ code: Int32 = errno) -> VectorFolderError {
    let remedy =
      code == ENOSPC || code == EDQUOT
      ? "free some space, then go on with --resume"
      : code == ENOENT ? "make the folder above it first" : "choose another folder"
    return .cannotWrite(path: path, reason: String(cString: strerror(code)), remedy: remedy)
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    return true
  }
}
