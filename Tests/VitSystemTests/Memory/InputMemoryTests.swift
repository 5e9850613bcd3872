import Testing

@testable import VitSystem

@Suite struct InputMemoryTests {
  @Test(arguments: [0, 1, 1000, 1 << 20]) func elementsAreThoseThatWereGiven(count: Int) throws {
    let array = try InputMemory.array(of: Int32.self, count: count) { buffer in
      #expect(buffer.count == count)
      for index in buffer.indices { buffer[index] = Int32(index) }
    }
    #expect(array == (0..<Int32(count)).map { $0 })
  }

  /// What no machine has is an error, and the next request is served.
  @Test(arguments: [1 << 50, Int.max / 8, Int.max]) func whatIsNotThereIsAnError(count: Int) throws
  {
    #expect(throws: OutOfMemory.self) {
      _ = try InputMemory.array(of: Int32.self, count: count) { _ in
        Issue.record("memory of \(count)")
      }
    }
    #expect(try InputMemory.array(count: 1 << 20) { $0.initialize(repeating: UInt8(7)) }[5] == 7)
  }

  @Test func whatTheBodyThrowsIsThrown() throws {
    struct Broken: Error {}
    for count in [10, 1 << 20] {
      #expect(throws: Broken.self) {
        _ = try InputMemory.array(of: UInt8.self, count: count) { _ in throw Broken() }
      }
      // No lock is left.
      _ = try InputMemory.array(of: UInt8.self, count: count) { $0.initialize(repeating: 0) }
    }
  }
}
