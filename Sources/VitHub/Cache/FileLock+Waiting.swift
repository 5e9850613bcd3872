import VitSystem

extension FileLock {
  /// Locks a file as Python's `filelock` does; waits until the lock is free.
  ///
  /// - Parameter wait: called while another holds it, some ten times a second; throws to give up.
  static func waiting(
    for path: String, wait: () throws(HubError) -> Void
  ) throws(HubError) -> FileLock {
    while true {
      do throws(SystemError) {
        // Group-writable, so that users who share a cache can wait for each other.
        if let lock = try FileLock(file: path, permissions: 0o664) { return lock }
      } catch {
        throw HubError(error)
      }
      try wait()
      CurrentThread.sleep(for: .milliseconds(100))
    }
  }
}
