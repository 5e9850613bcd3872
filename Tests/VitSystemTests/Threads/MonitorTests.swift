import Foundation
import Testing

@testable import VitSystem

@Suite struct MonitorTests {
  @Test func oneThreadIsInAtATime() {
    let counter = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 { counter.withLock { $0 += 1 } }
    }
    #expect(counter.withLock { $0 } == 80_000)
  }

  @Test(.timeLimit(.minutes(10))) func waitingThreadsAreWokenByAChange() {
    let turn = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
      for round in 0..<1000 {
        turn.withLock(when: { $0 == 2 * round + thread }, do: { $0 += 1 })
      }
    }
    #expect(turn.withLock { $0 } == 2000)
  }

  @Test func theLockIsFreeAfterAnError() {
    struct Failure: Error {}
    let monitor = Monitor(0)
    #expect(throws: Failure.self) { try monitor.withLock { _ in throw Failure() } }
    #expect(monitor.withLock { $0 } == 0)
  }

  @Test func sleepIsNoShorterThanAsked() {
    let start = ContinuousClock.now
    CurrentThread.sleep(for: .milliseconds(20))
    #expect(ContinuousClock.now - start >= .milliseconds(20))
  }
}
