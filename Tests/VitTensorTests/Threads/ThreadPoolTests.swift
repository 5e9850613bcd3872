import CKernels
import Foundation
import Testing
import VitTestSupport

@testable import VitTensor

extension ComputeTests {
  @Suite struct ThreadPoolTests {
    /// Which threads ran, and how often each index came.
    final class Log: @unchecked Sendable {
      private let lock = NSLock()
      private var threads: Set<pthread_t> = []
      private var counts: [Int: Int] = [:]

      func add(_ index: Int) {
        lock.withLock {
          threads.insert(pthread_self())
          counts[index, default: 0] += 1
        }
      }

      var threadCount: Int { lock.withLock { threads.count } }
      /// All but the calling one.
      var otherThreads: Set<pthread_t> { lock.withLock { threads.subtracting([pthread_self()]) } }
      func ranOnceEach(of count: Int) -> Bool {
        lock.withLock { counts.count == count && counts.values.allSatisfy { $0 == 1 } }
      }
    }

    @Test func runsEachIndexOnceOnAtMostTheThreadsSet() {
      SharedPool.exclusively { countThreads() }
    }

    private func countThreads() {
      let threads = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(threads) }
      for count in [1, 2, 3, 4, 1, 4] {
        ThreadPool.shared.setThreadCount(count)
        #expect(ThreadPool.shared.threadCount == count)
        for indices in [0, 1, 2, 100] {
          let log = Log()
          ThreadPool.shared.run(count: indices) { index in
            if indices == 100 { usleep(100) }
            log.add(index)
          }
          #expect(log.ranOnceEach(of: indices))
          #expect(log.threadCount <= count)
          if indices == 100 && count > 1 { #expect(log.threadCount > 1) }
        }
      }
      ThreadPool.shared.setThreadCount(0)
      #expect(ThreadPool.shared.threadCount == 1)
    }

    @Test func nestedRunsStayInTheirThread() {
      let log = Log()
      ThreadPool.shared.run(count: 8) { outer in
        let thread = ObjectIdentifier(Thread.current)
        ThreadPool.shared.run(count: 8) { inner in
          #expect(ObjectIdentifier(Thread.current) == thread)
          log.add(outer * 8 + inner)
        }
      }
      #expect(log.ranOnceEach(of: 64))
    }

    @Test func runsFromManyThreadsAtOnceAllFinish() async {
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<50 {
              let log = Log()
              ThreadPool.shared.run(count: 20) { log.add($0) }
              if !log.ranOnceEach(of: 20) { return false }
            }
            return true
          }
        }
        for await finished in group { #expect(finished) }
      }
    }

    #if os(Linux)
      /// Other tests use the pool too, so an idle moment is waited for; threads that never sleep have
      /// none.
      @Test func idleThreadsUseNoTime() {
        SharedPool.exclusively {
          let threads = ThreadPool.shared.threadCount
          defer { ThreadPool.shared.setThreadCount(threads) }
          ThreadPool.shared.setThreadCount(3)
          let log = Log()
          ThreadPool.shared.run(count: 100) { index in
            usleep(100)
            log.add(index)
          }
          let others = log.otherThreads
          #expect(!others.isEmpty)
          let idle = (0..<200).contains { _ in
            let before = others.map(Self.secondsOfProcessor)
            usleep(20_000)
            return zip(others.map(Self.secondsOfProcessor), before).allSatisfy { $0 - $1 < 0.002 }
          }
          #expect(idle)
        }
      }

      private static func secondsOfProcessor(_ thread: pthread_t) -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else {
          return .infinity
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
      }
    #endif

    @Test func scratchGrowsAndIsKept() {
      let first = vit_scratch(0, 100)
      #expect(vit_scratch(0, 4000) == first)
      let larger = vit_scratch(0, 1_000_000)
      #expect(Int(bitPattern: larger) % 64 == 0)
      #expect(vit_scratch(0, 10) == larger)
    }
  }
}
