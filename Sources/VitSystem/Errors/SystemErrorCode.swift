#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The number by which the system says why a call failed (`errno`), under the names that its text
/// has in Apple's swift-system.
package struct SystemErrorCode: Hashable, Sendable {
  package let number: Int32

  init(_ number: Int32) { self.number = number }

  /// Of the call that this thread made last; meaningless unless that call failed.
  static var last: SystemErrorCode { SystemErrorCode(errno) }

  /// What the system calls it: `No such file or directory`.
  package var text: String { String(cString: strerror(number)) }

  package static let brokenPipe = SystemErrorCode(EPIPE)
  package static let diskQuotaExceeded = SystemErrorCode(EDQUOT)
  package static let fileExists = SystemErrorCode(EEXIST)
  package static let fileNameTooLong = SystemErrorCode(ENAMETOOLONG)
  static let ioError = SystemErrorCode(EIO)
  package static let noSpace = SystemErrorCode(ENOSPC)
  package static let noSuchAddressOrDevice = SystemErrorCode(ENXIO)
  package static let noSuchFileOrDirectory = SystemErrorCode(ENOENT)
  package static let notEnoughMemory = SystemErrorCode(ENOMEM)
  package static let notDirectory = SystemErrorCode(ENOTDIR)
  package static let notPermitted = SystemErrorCode(EPERM)
  package static let notSupported = SystemErrorCode(ENOTSUP)
  package static let operationNotSupported = SystemErrorCode(EOPNOTSUPP)
  package static let permissionDenied = SystemErrorCode(EACCES)
  package static let tooManyOpenFiles = SystemErrorCode(EMFILE)
  package static let tooManyOpenFilesInSystem = SystemErrorCode(ENFILE)
  package static let tooManySymbolicLinkLevels = SystemErrorCode(ELOOP)
}
