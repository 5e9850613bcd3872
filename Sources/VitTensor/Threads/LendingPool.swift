import VitSystem

/// Lends objects to concurrent calls and keeps as many as ever were lent at once.
///
/// `@unchecked Sendable`: an object is reachable either from `free` or from the one call that took
/// it out, never from both.
package final class LendingPool<Element: AnyObject>: @unchecked Sendable {
  private let free = Monitor<[Element]>([])
  private let make: @Sendable () -> Element

  /// - Parameter make: Makes an object when all are lent.
  package init(_ make: @escaping @Sendable () -> Element) {
    self.make = make
  }

  package func lend<Result>(_ body: (Element) throws -> Result) rethrows -> Result {
    let element = free.withLock { $0.popLast() } ?? make()
    defer { free.withLock { $0.append(element) } }
    return try body(element)
  }
}
