import VitTensor

/// How a batch is spread over the threads.
///
/// A thread takes a group of items through all layers by itself: its activations stay in its own
/// cache, and it waits for nobody. What is left when there are fewer items than threads is one
/// group that all threads work on, operation by operation. The bits of a result do not depend on
/// its group.
enum BatchGroups {
  /// Rows of a group: more leave the cache between one layer and the next, fewer read the weights
  /// too often.
  static let rowsAtOnce = 200

  /// The results of consecutive groups of at most `largest` of `count` items, in order.
  ///
  /// - Throws: what `body` throws for the first group that fails.
  static func map<Result>(
    count: Int, largest: Int, _ body: (Range<Int>) throws -> Result
  ) throws -> [Result] {
    let threads = ThreadPool.shared.threadCount
    var results: [Result] = []
    var start = 0
    while start < count {
      let left = count - start
      let size = min(largest, left / threads)
      if threads == 1 || size == 0 {
        let end = start + min(largest, left)
        results.append(try body(start..<end))
        start = end
        continue
      }
      let groups = left / (size * threads) * threads
      let first = start
      results += try concurrent(groups) { try body(first + $0 * size..<first + ($0 + 1) * size) }
      start += groups * size
    }
    return results
  }

  private static func concurrent<Value>(
    _ count: Int, _ body: (Int) throws -> Value
  ) throws -> [Value] {
    var results = [Result<Value, any Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      // Each index writes its own place.
      ThreadPool.shared.run(count: count) { index in
        results[index] = Result { try body(index) }
      }
    }
    return try results.map { try $0!.get() }
  }
}
