import VitSystem

/// The memory that the images under way share.
///
/// Requests are served in the order in which they come, so that a large image is not passed over for
/// ever. An image that needs more than the whole budget is refused before it is decoded. A thread that
/// waits must hold nothing, or two could wait for each other.
package final class MemoryBudget: Sendable {
  /// 2 GiB: enough for the largest image that is decoded by default (178,956,970 pixels of 3 bytes, as
  /// much again for the coefficients of several scans with halved colours, and a file of 256 MiB), or
  /// for some 50 of 12 megapixels at once.
  package static let standardBytes = 2 << 30

  /// What the program takes beside the model and the images.
  private static let programBytes = 32 << 20
  /// Smaller ones would refuse every photograph.
  private static let leastBytes = 16 << 20

  /// The budget where nobody names one: `standardBytes`, or half of what the limits leave beside the
  /// model, where that is less. The other half is for what the model computes, for results, and for
  /// pages of files.
  ///
  /// - Parameters:
  ///   - modelBytes: what the model's weights take.
  ///   - limit: of the process's memory.
  ///   - addressSpaceLeft: where there is such a limit; the model is part of what is used.
  package static func defaultBytes(
    modelBytes: Int, limit: Int = MemoryLimit.bytes,
    addressSpaceLeft: Int? = MemoryLimit.addressSpaceLeft
  ) -> Int {
    let left = min(limit - programBytes - modelBytes, addressSpaceLeft ?? .max)
    return max(leastBytes, min(standardBytes, left / 2))
  }

  package let bytes: Int

  private struct State {
    var used = 0
    var nextTicket = 0
    var serving = 0
  }

  private let state = Monitor(State())

  package init(bytes: Int = standardBytes) { self.bytes = max(1, bytes) }

  /// Takes `need` bytes if they are there now and nobody waits.
  package func tryReserve(_ need: Int) -> Bool {
    state.withLock { state in
      guard state.serving == state.nextTicket, fits(need, state) else { return false }
      state.used += need
      return true
    }
  }

  /// Waits for `need` bytes; for more than there are until nothing is held.
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
