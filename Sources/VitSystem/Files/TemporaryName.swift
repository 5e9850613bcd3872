/// Names beside a path for what is not whole yet.
enum TemporaryName {
  /// Six, as `mkstemp` has them: another run does not meet the same by chance.
  private static func suffix() -> String {
    String((0..<6).map { _ in characters.randomElement()! })
  }

  private static let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

  /// Calls `make` with new names, the path with a mark and a suffix of chance, until one is free.
  ///
  /// - Throws: what `make` throws, of `path`.
  static func firstFree<Made>(
    for path: String, mark: String, _ make: (String) throws(SystemError) -> Made
  ) throws(SystemError) -> Made {
    while true {
      do throws(SystemError) {
        return try make(path + mark + suffix())
      } catch {
        guard error.code == .fileExists else {
          throw SystemError(path, error.attempt, error.cause)
        }
      }
    }
  }
}
