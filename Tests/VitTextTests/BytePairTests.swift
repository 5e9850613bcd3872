import Testing

@testable import VitText

struct BytePairTests {
  /// The quick way for words and the one for long runs are the same function.
  @Test func shortAndLongMergesAgree() throws {
    let model = try Tokenizer.bundled(.huggingFace).engine.vocabulary.model
    var generator = SplitMix64(state: 7)
    let letters = Array("etaoinshrdlu".utf8)
    for _ in 0..<2000 {
      let count = Int(generator.next() % 63) + 2
      let word = (0..<count).map { _ in letters[Int(generator.next() % UInt64(letters.count))] }
      var short = MergeScratch()
      short.ids = word.map { model.byteIDs[Int($0)] }
      var long = short
      model.mergeShort(&short)
      model.mergeLong(&long)
      #expect(short.ids == long.ids, "\(String(decoding: word, as: UTF8.self))")
    }
  }

  @Test func queueSorts() {
    var queue = MinimumQueue()
    var generator = SplitMix64(state: 3)
    let values = (0..<1000).map { _ in generator.next() % 500 }
    for value in values { queue.insert(value) }
    var sorted: [UInt64] = []
    while let value = queue.removeMinimum() { sorted.append(value) }
    #expect(sorted == values.sorted())
  }

  @Test func byteSymbols() {
    #expect(Set(ByteSymbols.scalars).count == 256)
    #expect(ByteSymbols.order.sorted() == Array(0...255))
    #expect(ByteSymbols.scalars[0x20] == 0x120 && ByteSymbols.scalars[0x21] == 0x21)
  }

  /// A table that has to grow, with a name given twice.
  @Test func tokenTable() {
    var table = TokenTable(capacity: 1)
    for id in 0..<Int32(5000) { table.insert(Array("t\(id)".utf8), id: id) }
    table.insert(Array("t7".utf8), id: 9000)
    table.insert([], id: 1)
    #expect(table.count == 5001)
    #expect(table.id(of: Array("t4999".utf8)) == 4999)
    #expect(table.id(of: Array("t7".utf8)) == 9000)
    #expect(table.id(of: []) == 1)
    #expect(table.id(of: Array("t5000".utf8)) == nil)
    #expect(table.namesByID()[9000].map { Array($0) } == Array("t7".utf8))
  }
}

/// The same numbers on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
