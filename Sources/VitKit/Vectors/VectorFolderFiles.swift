import VitSystem

/// How the files of a vector folder are written: each has its name only when it is whole and on the
/// disk.
enum VectorFolderFiles {
  /// Makes the folder where there is none.
  ///
  /// - Throws: `VectorFolderError.cannotWrite`.
  static func make(_ folder: String) throws(VectorFolderError) {
    do throws(SystemError) {
      try FileSystem.makeFolder(folder)
    } catch {
      guard error.code == .fileExists else { throw failure(folder, error) }
      guard FileSystem.isFolder(folder) else {
        throw .cannotWrite(path: folder, reason: "not a folder", remedy: "choose another name")
      }
    }
  }

  /// Keeps other processes from writing into a folder, as long as the result lives.
  ///
  /// - Throws: `VectorFolderError.cannotWrite` where another process holds the lock.
  static func lock(_ folder: String) throws(VectorFolderError) -> FileLock {
    let lock: FileLock?
    do throws(SystemError) { lock = try FileLock(folder: folder) } catch {
      throw failure(folder, error)
    }
    guard let lock else {
      throw .cannotWrite(
        path: folder, reason: "another process is writing into it",
        remedy: "wait for it, or choose another folder")
    }
    return lock
  }

  /// - Throws: `VectorFolderError.cannotWrite`.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(VectorFolderError) {
    do throws(SystemError) {
      try TemporaryFile.write(bytes, to: path, synchronized: true)
    } catch {
      throw failure(path, error)
    }
  }

  /// - Throws: `VectorFolderError.cannotWrite`.
  static func write(_ bytes: [UInt8], to path: String) throws(VectorFolderError) {
    do throws(SystemError) {
      try TemporaryFile.write(bytes, to: path, synchronized: true)
    } catch {
      throw failure(path, error)
    }
  }

  private static func failure(_ path: String, _ error: SystemError) -> VectorFolderError {
    let remedy =
      switch error.code {
      case .noSpace, .diskQuotaExceeded: "free some space, then go on (`vit embed --resume`)"
      case .noSuchFileOrDirectory: "make the folder above it first"
      default: "choose another folder"
      }
    return .cannotWrite(path: path, reason: error.reason, remedy: remedy)
  }
}
