/// A hash function over blocks of 64 bytes, as SHA-1 and SHA-256 are (FIPS 180-4, sections 5.1.1 and
/// 6): each block of the padded message changes a state of 32-bit words, whose last one is the digest.
///
///     padded message = message ‖ 0x80 ‖ zeros ‖ the message's bits, 8 bytes big-endian
///
/// with as many zeros as fill the last block. A message comes in pieces of any size; pieces of many
/// blocks are hashed where they lie.
package protocol BlockHash {
  var state: [UInt32] { get }
  var pending: PendingBlock { get set }

  /// Changes the state by each of `count` blocks, one after another.
  mutating func compress(_ blocks: UnsafeRawPointer, count: Int)
}

/// What came of a message and fills no block yet.
package struct PendingBlock: Sendable {
  fileprivate static let size = 64

  /// Fewer than a block's.
  fileprivate var bytes: [UInt8] = []
  /// Bytes of the message so far.
  fileprivate var messageLength: UInt64 = 0

  package init() {}
}

extension BlockHash {
  /// Takes the next piece of the message.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let size = PendingBlock.size
    pending.messageLength &+= UInt64(bytes.count)
    var start = 0
    if !pending.bytes.isEmpty {
      start = min(size - pending.bytes.count, bytes.count)
      pending.bytes += bytes[..<start]
      guard pending.bytes.count == size else { return }
      let block = pending.bytes
      pending.bytes.removeAll(keepingCapacity: true)
      block.withUnsafeBytes { compress($0.baseAddress!, count: 1) }
    }
    let blocks = (bytes.count - start) / size
    if blocks > 0 { compress(bytes.baseAddress! + start, count: blocks) }
    pending.bytes += bytes[(start + size * blocks)...]
  }

  /// The digest in hexadecimal. Nothing may be asked of the hash afterwards.
  package mutating func finalized() -> String {
    let bits = pending.messageLength &* 8
    var tail: [UInt8] = [0x80]
    while (pending.bytes.count + tail.count) % PendingBlock.size != 56 { tail.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(bits >> shift & 255)) }
    tail.withUnsafeBytes { update($0) }
    let digits = Array("0123456789abcdef")
    var text = ""
    for word in state {
      for shift in stride(from: 28, through: 0, by: -4) {
        text.append(digits[Int(word >> shift & 15)])
      }
    }
    return text
  }
}
