/// Sequences of tokens that lie one after another in the rows of a tensor, each of its own length:
/// sequence i is the rows `offsets[i]..<offsets[i + 1]`.
package struct Sequences: Sendable, Equatable {
  /// One more than there are sequences; the first is 0.
  package let offsets: [Int]

  package init(lengths: [Int]) {
    var offsets = [0]
    for length in lengths {
      precondition(length >= 0, "a sequence of \(length) rows")
      offsets.append(offsets[offsets.count - 1] + length)
    }
    self.offsets = offsets
  }

  /// `count` sequences of the same length, as of a batch of images.
  package init(count: Int, length: Int) {
    self.init(lengths: [Int](repeating: length, count: count))
  }

  package var count: Int { offsets.count - 1 }

  /// The rows of all sequences together.
  package var rowCount: Int { offsets[offsets.count - 1] }

  package var lengths: [Int] { zip(offsets, offsets.dropFirst()).map { $1 - $0 } }

  /// The rows of one sequence.
  package func rows(_ sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }
}
