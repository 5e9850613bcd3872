import Foundation
import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct RegularFileTests {
  private func error(_ path: String, limit: Int = 1 << 20) -> SystemError? {
    do throws(SystemError) {
      _ = try RegularFile.contents(of: path, limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test func contentsAreAllBytesUpToTheLimit() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("file", "12345")
    #expect(try RegularFile.contents(of: path, limit: 5) == Array("12345".utf8))
    #expect(
      error(path, limit: 4)
        == SystemError(path, .read, .tooLarge(bytes: 5, limit: 4)))
    #expect(error(path, limit: 4)?.reason == "5 bytes are more than the 4 allowed")
    let empty = try folder.write("empty", "")
    #expect(try RegularFile.contents(of: empty, limit: 0) == [])
  }

  @Test func whatGrewIsReadToItsEndAndNoFurtherThanTheLimit() throws {
    let folder = try ScratchFolder()
    let file = try RegularFile(folder.write("file", "12"))
    try folder.write("more", "")
    let handle = try #require(FileHandle(forWritingAtPath: folder["file"]))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 51, count: 10_000))
    #expect(file.size == 2)
    #expect(try file.contents(limit: 10_002).count == 10_002)
    #expect(throws: SystemError.self) { try file.contents(limit: 10_001) }
  }

  @Test func whatShrankIsReadToItsEnd() throws {
    let folder = try ScratchFolder()
    let file = try RegularFile(folder.write("file", "12345"))
    try #require(FileHandle(forWritingAtPath: folder["file"])).truncate(atOffset: 2)
    #expect(try file.contents(limit: 100) == Array("12".utf8))
    #expect(try file.read(at: 1, count: 9) == Array("2".utf8))
    #expect(try file.read(at: 7, count: 9) == [])
  }

  #if os(Linux)
    @Test func filesOfProcSayThatTheyAreEmpty() throws {
      let file = try RegularFile("/proc/self/status")
      #expect(file.size == 0)
      #expect(String(decoding: try file.contents(limit: 1 << 20), as: UTF8.self).contains("VmRSS"))
    }
  #endif

  /// A wait for a writer would never end.
  @Test(.timeLimit(.minutes(10))) func aFIFOIsRefusedAtOnce() throws {
    let folder = try ScratchFolder()
    #expect(mkfifo(folder["fifo"], 0o600) == 0)
    #expect(error(folder["fifo"])?.cause == .notRegular(.fifo))
    #expect(error(folder["fifo"])?.reason == "not a regular file")
    #expect(throws: SystemError.self) { try MappedFile(folder["fifo"]) }
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    let folder = try ScratchFolder()
    #expect(error(folder.path)?.cause == .notRegular(.folder))
    #expect(error("/dev/null")?.cause == .notRegular(.device))
    #expect(error(folder["none"])?.code == .noSuchFileOrDirectory)
    #expect(error(folder["none"])?.attempt == .opened)
    #expect(
      error(folder["none"]).map { "\($0)" }
        == "\(folder["none"]): cannot be opened: No such file or directory")
    try folder.write("file", "12345")
    #expect(error(folder["file/below"])?.code == .notDirectory)
    // C would read `file`.
    #expect(error(folder["file\0.jpg"])?.code == .noSuchFileOrDirectory)
  }

  @Test func programsThatAreStartedDoNotInheritIt() throws {
    let folder = try ScratchFolder()
    let file = try RegularFile(folder.write("file", "1"))
    #expect(fcntl(file.descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func theDescriptorIsClosedWithTheLastReference() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("file", "1")
    weak var descriptor: FileDescriptor?
    do {
      let file = try RegularFile(path)
      descriptor = file.descriptor
      #expect(descriptor != nil)
      withExtendedLifetime(file) {}
    }
    #expect(descriptor == nil)
    // Far more than a process may have open.
    for _ in 0..<3000 { _ = try RegularFile(path) }
  }
}
