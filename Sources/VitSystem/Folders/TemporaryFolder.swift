/// A folder of files that takes its name when all of them are there; left unfinished, it is removed.
package final class TemporaryFolder {
  private let path: String
  private let temporaryPath: String
  private var files: [String] = []
  private var places: [UnfinishedFiles.Place] = []
  private var isFinished = false

  /// - Parameter path: The name that it will have: of nothing yet, or of an empty folder.
  package init(for path: String) throws(SystemError) {
    self.path = path
    temporaryPath = try TemporaryName.firstFree(for: path, mark: ".") {
      (temporaryPath) throws(SystemError) in
      try FileSystem.makeFolder(temporaryPath)
      return temporaryPath
    }
    list(temporaryPath, .folder)
  }

  deinit {
    defer { places.forEach(UnfinishedFiles.strike) }
    guard !isFinished else { return }
    for file in files { FileSystem.remove("\(temporaryPath)/\(file)") }
    FileSystem.removeFolder(temporaryPath)
  }

  private func list(_ path: String, _ kind: UnfinishedFiles.Kind) {
    if let place = UnfinishedFiles.list(path, kind) { places.append(place) }
  }

  /// Writes a file of what `content` hands out.
  ///
  /// - Parameter name: of a file that the folder does not have yet.
  /// - Throws: `SystemError`, and what `content` throws.
  package func write(
    _ name: String, _ content: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let file = try FileDescriptor(
      "\(temporaryPath)/\(name)", for: .creating, name: "\(path)/\(name)")
    files.append(name)
    list("\(temporaryPath)/\(name)", .file)
    try content { try file.write($0) }
    try file.checkWritten()
  }

  /// Gives the folder its name.
  package func finish() throws(SystemError) {
    try FileSystem.rename(temporaryPath, to: path)
    isFinished = true
  }
}
