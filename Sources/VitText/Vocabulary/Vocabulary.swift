/// A byte-pair vocabulary: the model that encodes words, and the names of its tokens.
struct Vocabulary: Sendable {
  let model: BytePairModel
  let names: TokenNames
  let endOfWord: [UInt8]

  /// From names and merges, as Hugging Face's `BPE`.
  ///
  /// - Parameters:
  ///   - endOfWord: what a name at the end of a word ends in: `</w>`.
  ///   - unknown: the token that stands for a byte that the vocabulary lacks; such bytes vanish
  ///     where there is none.
  init(
    tokens: TokenTable, merges: MergeList, endOfWord: String, unknown: String?, file: String
  ) throws(TokenizerError) {
    let suffix = Array(endOfWord.utf8)
    let unknownID = unknown.flatMap { tokens.id(of: Array($0.utf8)) } ?? -1
    let symbols = (0...255).map { ByteSymbols.utf8(UInt8($0)) }
    model = BytePairModel(
      byteIDs: symbols.map { tokens.id(of: $0) ?? unknownID },
      lastByteIDs: symbols.map { tokens.id(of: $0 + suffix) ?? unknownID },
      pairs: PairTable(capacity: merges.count))
    names = tokens.namesByID()
    self.endOfWord = suffix
    let pairs = model.pairs
    let result = merges.names.withUnsafeBufferPointer { text in
      Result { () throws(TokenizerError) in
        // In the published vocabularies the first merge makes the token after the bytes'.
        var likely = 512
        for rank in 0..<merges.count {
          let (left, right) = merges.ranges(rank)
          let range = left.lowerBound..<right.upperBound
          let leftName = UnsafeBufferPointer(rebasing: text[left])
          let rightName = UnsafeBufferPointer(rebasing: text[right])
          let mergedName = UnsafeBufferPointer(rebasing: text[range])
          guard let leftID = tokens.id(of: leftName), let rightID = tokens.id(of: rightName),
            let mergedID = tokens.id(of: mergedName, likelyAt: &likely)
          else {
            let missing =
              [leftName, rightName, mergedName].first { tokens.id(of: $0) == nil } ?? mergedName
            throw TokenizerError.malformed(
              file: file, place: "merge \(rank + 1)",
              reason: "\(String(decoding: missing, as: UTF8.self)) is not in the vocabulary")
          }
          pairs.insert(leftID, rightID, rank: rank, merged: mergedID)
        }
      }
    }
    try result.get()
  }

  /// CLIP's original: bytes, bytes at the end of a word, merges in order, then `specials`.
  init(originalMerges merges: MergeList, specials: [String], file: String) throws(TokenizerError) {
    var tokens = TokenTable(capacity: 512 + merges.count + specials.count)
    let suffix = Array("</w>".utf8)
    var next: Int32 = 0
    func nextID() -> Int32 {
      defer { next += 1 }
      return next
    }
    for byte in ByteSymbols.order { tokens.insert(ByteSymbols.utf8(byte), id: nextID()) }
    for byte in ByteSymbols.order { tokens.insert(ByteSymbols.utf8(byte) + suffix, id: nextID()) }
    merges.names.withUnsafeBufferPointer { text in
      for rank in 0..<merges.count {
        let (left, right) = merges.ranges(rank)
        let name = text[left.lowerBound..<right.upperBound]
        tokens.insert(UnsafeBufferPointer(rebasing: name), id: nextID())
      }
    }
    for special in specials { tokens.insert(Array(special.utf8), id: nextID()) }
    try self.init(tokens: tokens, merges: merges, endOfWord: "</w>", unknown: nil, file: file)
  }

  /// A token's name as the vocabulary spells it.
  func name(of id: Int32) -> String? { names[id].map { String(decoding: $0, as: UTF8.self) } }
}
