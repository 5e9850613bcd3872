/// A file that takes its name when it is whole: whatever ends the process before, what had the name
/// is still there.
package final class TemporaryFile {
  /// What a name ends in until the file is whole, before six letters or digits of chance.
  package static let mark = ".part."

  package let descriptor: FileDescriptor
  private let path: String
  private let temporaryPath: String
  private let place: UnfinishedFiles.Place?
  private var isFinished = false

  /// - Parameters:
  ///   - path: The name that it will have; the folder must be there.
  ///   - permissions: nil for those of any new file.
  package init(for path: String, permissions: UInt16? = nil) throws(SystemError) {
    self.path = path
    (descriptor, temporaryPath) = try TemporaryName.firstFree(for: path, mark: Self.mark) {
      (temporaryPath) throws(SystemError) in
      (try FileDescriptor(temporaryPath, for: .creating, name: path), temporaryPath)
    }
    place = UnfinishedFiles.list(temporaryPath, .file)
    if let permissions { descriptor.setPermissions(permissions) }
  }

  deinit {
    if !isFinished { FileSystem.remove(temporaryPath) }
    if let place { UnfinishedFiles.strike(place) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try descriptor.write(bytes)
  }

  /// Gives the file its name; after an error it is removed.
  ///
  /// - Parameter synchronized: Whether it is on the disk before: then not even a power cut leaves
  ///   half of it.
  package func finish(synchronized: Bool) throws(SystemError) {
    if synchronized { try descriptor.synchronize() }
    try descriptor.checkWritten()
    try FileSystem.rename(temporaryPath, to: path)
    isFinished = true
  }

  /// Makes a file of these bytes, or replaces it by one.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String, synchronized: Bool
  ) throws(SystemError) {
    let file = try TemporaryFile(for: path)
    try file.write(bytes)
    try file.finish(synchronized: synchronized)
  }

  /// Makes a file of these bytes, or replaces it by one.
  package static func write(
    _ bytes: [UInt8], to path: String, synchronized: Bool
  ) throws(SystemError) {
    try bytes.withBytes { (bytes) throws(SystemError) in
      try write(bytes, to: path, synchronized: synchronized)
    }
  }
}
