import VitSystem

extension MappedFile {
  /// Maps a file of tensors.
  ///
  /// - Throws: `CheckpointError.unreadable`.
  convenience init(checkpoint path: String) throws(CheckpointError) {
    do throws(SystemError) {
      try self.init(path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }

  /// As `checkIntact`.
  ///
  /// - Throws: `CheckpointError.unreadable`.
  func checkTensors() throws(CheckpointError) {
    do throws(SystemError) {
      try checkIntact()
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }
}
