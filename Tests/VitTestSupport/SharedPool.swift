import Foundation

/// The process's one pool of threads, as tests share it: who sets its threads or counts them keeps the
/// others from doing so meanwhile.
public enum SharedPool {
  private static let lock = NSRecursiveLock()

  public static func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }
}
