/// Names beside a path for what is not whole yet.
enum TemporaryName {
  /// Six letters, as `mkstemp` has them: another run does not meet the same by chance.
  private static func suffix() -> String {
    String((0..<6).map { _ in letters.randomElement()! })
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

  /// Calls `make` with new names that begin so until one is free.
  static func firstFree<Made>(
    beginning: String, _ make: (String) throws(SystemError) -> Made
  ) throws(SystemError) -> Made {
    while true {
      do throws(SystemError) {
        return try make(beginning + suffix())
      } catch {
        guard error.code == .fileExists else { throw error }
      }
    }
  }
}
