import VitModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Model {
  /// Writes a model to a folder with its linear weights packed in one precision, so that loading it
  /// maps the file and computes nothing.
  ///
  /// The folder takes its name when it is whole. Vectors have the same bits as those of the original
  /// at that precision, on the same kernels. Kernels that pack in another way read it at the price of a copy.
  ///
  /// - Parameters:
  ///   - nameOrPath: as `load` takes it.
  ///   - folder: must not be there, or be empty.
  ///   - precision: `auto` is bfloat16 where the processor has instructions for it.
  /// - Throws: as `load`, and `ModelError.notWritable`.
  public static func convert(
    _ nameOrPath: String, to folder: String, precision: LoadOptions.Precision
  ) throws {
    let path = try ModelLocation.find(nameOrPath)
    try convert(ModelSource(path: path, name: nameOrPath), to: folder, precision: precision)
  }

  package static func convert(
    _ source: ModelSource, to folder: String, precision: LoadOptions.Precision
  ) throws {
    let draft = try FolderDraft(folder)
    let weights = try ConvertedWeights(source, precision: precision.resolved)
    try draft.write("model.safetensors", weights.write)
    for file in ModelFiles.small {
      guard let content = try source.content(of: file) else { continue }
      try draft.write(file) { body in try content.withUnsafeBytes { try body($0) } }
    }
    try draft.finish()
  }
}

/// A folder that takes its name when all its files are there; left unfinished, it is removed.
private final class FolderDraft {
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

  func finish() throws {
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
