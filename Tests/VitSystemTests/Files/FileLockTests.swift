import Testing
import VitTestSupport

@testable import VitSystem

/// `flock` belongs to the open file, so that a second one in the same process waits as another
/// process would.
@Suite struct FileLockTests {
  @Test func onlyOneHoldsAFilesLock() throws {
    let folder = try ScratchFolder()
    do {
      let lock = try FileLock(file: folder["lock"], permissions: 0o664)
      #expect(lock != nil)
      #expect(try FileLock(file: folder["lock"], permissions: 0o664) == nil)
      withExtendedLifetime(lock) {}
    }
    #expect(try FileLock(file: folder["lock"], permissions: 0o664) != nil)
  }

  @Test func onlyOneHoldsAFoldersLock() throws {
    let folder = try ScratchFolder()
    let lock = try FileLock(folder: folder.path)
    #expect(lock != nil)
    #expect(try FileLock(folder: folder.path) == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func aLockNeedsItsFolder() throws {
    let folder = try ScratchFolder()
    #expect(throws: SystemError.self) { try FileLock(folder: folder["none"]) }
    #expect(throws: SystemError.self) {
      try FileLock(file: folder["none/lock"], permissions: 0o664)
    }
  }
}
