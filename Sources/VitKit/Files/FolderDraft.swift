import VitModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder that takes its name when all its files are there; left unfinished, it is removed.
final class FolderDraft {
  private let folder: String
  private let draft: String
  private var files: [String] = []
  private var isFinished = false

  init(_ folder: String) throws {
    var name = folder
    while name.count > 1, name.hasSuffix("/") { name.removeLast() }
    self.folder = name
    guard access(name, F_OK) != 0 || Self.isEmptyFolder(name) else {
      throw ModelError.notWritable(
        path: name, reason: "something is there already; name a folder that is not")
    }
    var template = Array("\(name).XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.failure(name) }
    draft = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // `mkdtemp` lets nobody else in; the result has the rights of any new folder.
    let mask = umask(0)
    umask(mask)
    chmod(draft, 0o777 & ~mask)
  }

  deinit {
    guard !isFinished else { return }
    for file in files { unlink("\(draft)/\(file)") }
    rmdir(draft)
  }

  /// Writes what `content` hands out.
  func write(
    _ name: String, _ content: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let path = "\(draft)/\(name)"
    files.append(name)
    guard let file = fopen(path, "wx") else { throw Self.failure("\(folder)/\(name)") }
    do {
      try content { bytes in
        guard bytes.isEmpty || fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count
        else { throw Self.failure("\(folder)/\(name)") }
      }
    } catch {
      fclose(file)
      throw error
    }
    // Some file systems tell only here that the disk is full.
    guard fclose(file) == 0 else { throw Self.failure("\(folder)/\(name)") }
  }

  /// Writes the weights and the configuration and tokeniser files of a model, and finishes.
  func finish(_ weights: WeightsFile, named name: String, with source: ModelSource) throws {
    try write(name, weights.write)
    for file in ModelFiles.small {
      guard let content = try source.content(of: file) else { continue }
      try write(file) { body in try content.withUnsafeBytes { try body($0) } }
    }
    try finish()
  }

  private func finish() throws {
    // Over an empty folder it moves too.
    guard rename(draft, folder) == 0 else { throw Self.failure(folder) }
    isFinished = true
  }

  private static func isEmptyFolder(_ path: String) -> Bool {
    guard let directory = opendir(path) else { return false }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let first = entry.pointee.d_name
      // `.` and `..`.
      let isSelf = first.0 == 46 && (first.1 == 0 || first.1 == 46 && first.2 == 0)
      if !isSelf { return false }
    }
    return true
  }

  private static func failure(_ path: String) -> ModelError {
    .notWritable(
      path: path, reason: "\(String(cString: strerror(errno))); choose another folder")
  }
}
