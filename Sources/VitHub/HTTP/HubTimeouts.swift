/// How long a silent network is waited for, and how often it is tried again.
public struct HubTimeouts: Sendable {
  /// Seconds until a connection must stand.
  public var connect: Int
  /// Seconds without a byte after which a connection counts as broken.
  public var idle: Int
  /// Tries in a row that bring no byte, before giving up.
  public var attempts: Int
  /// Seconds to wait before the second try; twice as long before each further one.
  public var firstPause: Double

  public init(connect: Int = 10, idle: Int = 30, attempts: Int = 5, firstPause: Double = 1) {
    self.connect = connect
    self.idle = idle
    self.attempts = attempts
    self.firstPause = firstPause
  }
}
