import VitSystem

/// The memory that the images under way share.
///
/// Requests are served in the order in which they come, so that a large image is not passed over for
/// ever. One that needs more than the whole budget waits until nothing else is held. A thread that
/// waits must hold nothing, or two could wait for each other.
package final class MemoryBudget: Sendable {
  /// 1 GiB: enough for the largest image in one scan that is decoded by default (178,956,970 pixels
  /// of 3 bytes and a file of 256 MiB), or for some 25 of 12 megapixels at once.
  package static let standardBytes = 1 << 30

  package let bytes: Int

  private struct State {
    var used = 0
    var nextTicket = 0
    var serving = 0
  }

  private let state = Monitor(State())

  package init(bytes: Int = standardBytes) { self.bytes = max(1, bytes) }

  /// The most bytes that one image may need: twice the budget.
  package var mostForOne: Int {
    bytes.multipliedReportingOverflow(by: 2).overflow ? .max : bytes * 2
  }

  /// Takes `need` bytes if they are there now and nobody waits.
  package func tryReserve(_ need: Int) -> Bool {
    state.withLock { state in
      guard state.serving == state.nextTicket, fits(need, state) else { return false }
      state.used += need
      return true
    }
  }

  /// Waits for `need` bytes, of which there are at most `mostForOne`.
  package func reserve(_ need: Int) {
    let ticket = state.withLock { state in
      defer { state.nextTicket += 1 }
      return state.nextTicket
    }
    state.withLock(
      when: { $0.serving == ticket && fits(need, $0) },
      do: { state in
        state.serving += 1
        state.used += need
      })
  }

  /// Gives back what was reserved, all at once or a share of it.
  package func release(_ count: Int) {
    if count > 0 { state.withLock { $0.used -= count } }
  }

  private func fits(_ need: Int, _ state: State) -> Bool {
    state.used == 0 || need <= bytes - state.used
  }
}
