import VitKit
import VitSystem

/// Where results go: standard output, or a file that takes its name only when it is whole.
///
/// A failed write throws `CommandFailure` with status 74, a reader that has gone `ClosedPipe`.
final class ResultSink {
  /// What messages call it.
  let name: String
  private let descriptor: FileDescriptor
  /// nil for standard output and for devices.
  private let file: TemporaryFile?
  /// Whether an earlier result has the name until `finish`.
  private var replaces = false
  private var buffer: [UInt8] = []

  /// - Parameter path: nil or `-` for standard output.
  init(path: String?) throws {
    guard let path, path != "-" else {
      (name, descriptor, file) = ("standard output", .standardOutput, nil)
      return
    }
    name = path
    let status = try? FileStatus(path)
    guard status?.kind != .folder else {
      throw CommandFailure(.cannotWrite, "\(path): is a folder; name a file in it")
    }
    do throws(SystemError) {
      if let status, status.kind != .regular {
        // A device or a named pipe: there is nothing to rename.
        (descriptor, file) = (try FileDescriptor(path, for: .writing), nil)
        return
      }
      let target = Self.target(of: path)
      let file = try TemporaryFile(for: target ?? path, permissions: status?.permissions)
      (descriptor, self.file) = (file.descriptor, file)
      replaces = target != nil
    } catch {
      throw Self.failure(path, error)
    }
  }

  /// The file that a result called `path` replaces, found through symbolic links, so that a link stays
  /// a link; nil where nothing is there.
  static func target(of path: String) -> String? { FileSystem.canonicalPath(path) }

  var isTerminal: Bool { descriptor.isTerminal }

  /// A table.
  func write(_ text: TerminalText) throws {
    if isTerminal { try write(text.shown) } else { try write(text.bytes) }
  }

  /// A line for programs that want a path.
  func write(path: String) throws {
    if isTerminal {
      try write("\(name: path)\n" as TerminalText)
    } else {
      try write(SystemName.bytes(path) + [0x0A])
    }
  }

  /// A form for machines, which has escapes of its own.
  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func flush() throws {
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    do {
      try descriptor.write(pending)
    } catch {
      if error.code == .brokenPipe { throw ClosedPipe() }
      throw Self.failure(name, error)
    }
  }

  /// Puts other bytes over what was written at `offset`; for headers that hold a count.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws {
    try flush()
    do { try descriptor.write(bytes, at: offset) } catch { throw Self.failure(name, error) }
  }

  /// Writes what is left and gives the file its name, unless the work was interrupted and an earlier
  /// result has it: that is worth more than an unfinished one.
  func finish() throws { try Self.finish([self]) }

  /// As `finish()`, of files that belong together: all get their names, or none where the work was
  /// interrupted and one of them is there already.
  static func finish(_ sinks: [ResultSink]) throws {
    for sink in sinks { try sink.flush() }
    if Interrupt.isRequested, let kept = sinks.first(where: \.replaces) {
      throw CommandFailure(.interrupted, "interrupted; \(kept.name) is as it was before")
    }
    for sink in sinks {
      do { try sink.file?.finish(synchronized: false) } catch { throw failure(sink.name, error) }
    }
  }

  private static func failure(_ name: String, _ error: SystemError) -> CommandFailure {
    let remedy =
      switch error.code {
      case .noSpace, .diskQuotaExceeded: "free some space"
      case .noSuchFileOrDirectory: "make the folder first"
      default: "choose another --output"
      }
    return CommandFailure(
      .cannotWrite, "\(name): cannot be written (\(error.reason)); \(remedy)")
  }
}
