/// Finds added tokens in a text: from left to right, the longest one at each place.
///
/// An automaton of Aho and Corasick (1975): each state is a beginning of a token, the longest one that
/// the bytes read so far end in. A text without tokens takes a number of steps in proportion to its
/// length, whatever the tokens are; each token that is found adds at most the longest one's length.
struct AddedTokens: Sendable {
  private struct State: Sendable {
    /// The byte that leads here.
    let byte: UInt8
    /// Bytes of the beginning that it stands for.
    let depth: Int32
    /// The states a byte further are a list: the first of them, and the next of the one before.
    var firstChild: Int32 = 0
    var sibling: Int32 = 0
    /// Of the longest beginning that this one ends in, itself left out.
    var fallback: Int32 = 0
    /// Of the longest token that this beginning ends in, itself included; 0 where it ends in none.
    var found: Int32 = 0
    /// Of the token that ends here; -1 where none does.
    var id: Int32 = -1
  }

  private struct Match {
    let range: Range<Int>
    let id: Int32
  }

  private var states = [State(byte: 0, depth: 0)]
  /// The states of one byte; 0 where no token begins with it.
  private var roots = [Int32](repeating: 0, count: 256)

  /// Tokens of more bytes, all together, are refused where they are read.
  static let mostBytes = 4 << 20

  init(_ tokens: [AddedToken]) {
    for token in tokens where !token.content.isEmpty { insert(token) }
    link()
  }

  var isEmpty: Bool { states.count == 1 }

  func canBegin(with byte: UInt8) -> Bool { roots[Int(byte)] != 0 }

  /// Calls `text` with each part between tokens that is not empty, and `token` with each token, until
  /// `isFull` says that no more are wanted.
  func split(
    _ bytes: UnsafeBufferPointer<UInt8>, isFull: () -> Bool,
    text: (UnsafeBufferPointer<UInt8>) -> Void, token: (Int32) -> Void
  ) {
    var (start, index, state) = (0, 0, 0)
    var best: Match?
    func flush(to end: Int) {
      if start < end { text(UnsafeBufferPointer(rebasing: bytes[start..<end])) }
    }
    while true {
      // Nothing that is still under way begins before it, or where it does.
      if let match = best,
        index == bytes.count || index - Int(states[state].depth) > match.range.lowerBound
      {
        flush(to: match.range.lowerBound)
        token(match.id)
        (start, index, state, best) = (match.range.upperBound, match.range.upperBound, 0, nil)
        if isFull() { return }
      } else if index == bytes.count {
        break
      } else if let next = child(of: state, bytes[index]) {
        state = next
        index += 1
        let found = Int(states[state].found)
        guard found > 0 else { continue }
        let range = index - Int(states[found].depth)..<index
        if best.map({ range.lowerBound <= $0.range.lowerBound }) ?? true {
          best = Match(range: range, id: states[found].id)
        }
      } else if state == 0 {
        index += 1
      } else {
        state = Int(states[state].fallback)
      }
    }
    flush(to: bytes.count)
  }

  @inline(__always)
  private func child(of state: Int, _ byte: UInt8) -> Int? {
    var child = state == 0 ? roots[Int(byte)] : states[state].firstChild
    while child != 0, states[Int(child)].byte != byte { child = states[Int(child)].sibling }
    return child == 0 ? nil : Int(child)
  }

  /// Of tokens of the same bytes the first counts.
  private mutating func insert(_ token: AddedToken) {
    var state = 0
    for byte in token.content {
      if let next = child(of: state, byte) {
        state = next
        continue
      }
      let new = Int32(states.count)
      var next = State(byte: byte, depth: states[state].depth + 1)
      if state == 0 {
        roots[Int(byte)] = new
      } else {
        next.sibling = states[state].firstChild
        states[state].firstChild = new
      }
      states.append(next)
      state = Int(new)
    }
    if states[state].id < 0 { states[state].id = token.id }
  }

  /// Finds where each state falls back to; shorter beginnings first.
  private mutating func link() {
    var queue = roots.filter { $0 != 0 }.map(Int.init)
    var position = 0
    for root in queue where states[root].id >= 0 { states[root].found = Int32(root) }
    while position < queue.count {
      let parent = queue[position]
      position += 1
      var next = Int(states[parent].firstChild)
      while next != 0 {
        var fallback = Int(states[parent].fallback)
        while fallback != 0, child(of: fallback, states[next].byte) == nil {
          fallback = Int(states[fallback].fallback)
        }
        fallback = child(of: fallback, states[next].byte) ?? 0
        states[next].fallback = Int32(fallback)
        states[next].found = states[next].id >= 0 ? Int32(next) : states[fallback].found
        queue.append(next)
        next = Int(states[next].sibling)
      }
    }
  }
}
