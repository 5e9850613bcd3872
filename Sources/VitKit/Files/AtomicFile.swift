#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes files of a vector folder: each takes its name when all of it is on the disk.
enum AtomicFile {
  /// - Throws: `VectorFolderError.cannotWrite`.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    do {
      let file = try TemporaryFile(for: path)
      try file.write(bytes)
      try file.finish(synchronized: true)
    } catch {
      throw failure(path, error)
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  static func failure(_ path: String, _ error: SystemError = SystemError()) -> VectorFolderError {
    let remedy =
      switch error.code {
      case ENOSPC, EDQUOT: "free some space, then go on with --resume"
      case ENOENT: "make the folder above it first"
      default: "choose another folder"
      }
    return .cannotWrite(path: path, reason: error.reason, remedy: remedy)
  }
}
