import Foundation
import Testing
import VitSystem

@testable import VitKit

@Suite struct MemoryBudgetTests {
  /// Many threads that hold a share for a moment: together never more than the budget, but for one
  /// that is alone, and every one of them gets its turn.
  @Test func isNeverExceededButByOneAlone() {
    let budget = MemoryBudget(bytes: 100)
    let held = Monitor((count: 0, bytes: 0))
    let served = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 200) { index in
      let need = index % 10 == 0 ? 150 : index % 40
      budget.reserve(need)
      held.withLock { held in
        held = (held.count + 1, held.bytes + need)
        let others = held.bytes - need
        #expect(held.bytes <= 100 || others == 0, "\(held)")
      }
      usleep(200)
      held.withLock { $0 = ($0.count - 1, $0.bytes - need) }
      budget.release(need)
      served.withLock { $0 += 1 }
    }
    #expect(served.withLock { $0 } == 200)
    #expect(budget.tryReserve(150))
  }

  @Test func nobodyOvertakesOneWhoWaits() throws {
    let budget = MemoryBudget(bytes: 100)
    #expect(budget.tryReserve(60))
    let large = Monitor(false)
    let thread = Thread {
      budget.reserve(90)
      large.withLock { $0 = true }
    }
    thread.start()
    // Until the thread waits a small share is given; from then on none is.
    var refused = false
    for _ in 0..<2000 where !refused {
      refused = !budget.tryReserve(1)
      if !refused { budget.release(1) }
      usleep(1000)
    }
    #expect(refused)
    #expect(!large.withLock { $0 })
    budget.release(60)
    for _ in 0..<2000 where !large.withLock({ $0 }) { usleep(1000) }
    #expect(large.withLock { $0 })
  }

  /// Half of what the limits leave beside model and program; never so little that nothing is decoded.
  @Test func theDefaultFollowsTheLimits() {
    let mebibyte = 1 << 20
    func bytes(_ limit: Int, model: Int = 0, left: Int? = nil) -> Int {
      MemoryBudget.defaultBytes(
        modelBytes: model * mebibyte, limit: limit * mebibyte,
        addressSpaceLeft: left.map { $0 * mebibyte }) / mebibyte
    }
    #expect(bytes(1 << 20) == 2048)
    #expect(bytes(256, model: 24) == 100)
    #expect(bytes(256, model: 600) == 16)
    #expect(bytes(1 << 20, model: 24, left: 300) == 150)
    #expect(bytes(1 << 20, left: 0) == 16)
    #expect(MemoryBudget(bytes: 0).bytes == 1)
  }
}
