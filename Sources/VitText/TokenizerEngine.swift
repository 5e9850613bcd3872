import VitTensor

/// What the copies of a tokeniser share: the vocabulary, the rules, and the words met so far.
///
final class TokenizerEngine: Sendable {
  let vocabulary: Vocabulary
  let cleaning: Cleaning
  let splitter: WordSplitter
  let startID: Int32
  let endID: Int32

  /// Looked for in the text as it comes.
  private let rawTokens: AddedTokens
  /// Looked for in the cleaned text.
  private let normalizedTokens: AddedTokens
  /// Divides a special in the text where Hugging Face's second split does; nil where there is none.
  private let innerSplitter: WordSplitter?
  /// What a byte becomes in a text that is made only of bytes that need no cleaning; 0 for others.
  private let plain: [UInt8]
  /// Storage and word caches of calls that have ended; as many as ever ran at once.
  private let sessions = LendingPool { EncodingSession() }

  init(
    vocabulary: Vocabulary, cleaning: Cleaning, splitter: WordSplitter, splitsSpecials: Bool,
    added: [AddedToken], startID: Int32, endID: Int32
  ) {
    self.vocabulary = vocabulary
    self.cleaning = cleaning
    self.splitter = splitter
    self.startID = startID
    self.endID = endID
    innerSplitter =
      splitsSpecials
      ? WordSplitter(specials: [], flavour: splitter.flavour, ignoresCase: splitter.ignoresCase)
      : nil
    let rawTokens = AddedTokens(added.filter { !$0.normalized })
    let normalizedTokens = AddedTokens(
      added.filter(\.normalized).map { token in
        var token = token
        let text = token.content.withUnsafeBufferPointer { UTF8Text.scalars($0) }
        token.content = []
        UTF8Text.append(cleaning.applied(to: text), to: &token.content)
        return token
      })
    plain = (0...255).map { value in
      let byte = UInt8(value)
      let becomes = cleaning.lowercases && byte &- 0x41 < 26 ? byte | 0x20 : byte
      let isPlain =
        cleaning.keeps(byte) && !rawTokens.canBegin(with: byte)
        && !normalizedTokens.canBegin(with: becomes)
      return isPlain ? becomes : 0
    }
    self.rawTokens = rawTokens
    self.normalizedTokens = normalizedTokens
  }

  /// The ids of a text that is valid UTF-8, between start and end; at most `limit` in all.
  func encode(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Encoding {
    sessions.lend { session in
      session.begin(startID, wanted: max(0, limit - 2))
      if session.setText(bytes, mapping: plain) {
        session.withText { appendWords(of: $0, session) }
      } else {
        rawTokens.split(bytes, isFull: { session.isFull }) { part in
          appendCleaned(part, session)
        } token: { id in
          session.append(id)
        }
      }
      return session.finish(endID, limit: limit)
    }
  }

  private func appendCleaned(_ part: UnsafeBufferPointer<UInt8>, _ session: EncodingSession) {
    if session.isFull { return }
    var cleaned: [UInt8] = []
    UTF8Text.append(cleaning.applied(to: UTF8Text.scalars(part)), to: &cleaned)
    cleaned.withUnsafeBufferPointer { cleaned in
      if normalizedTokens.isEmpty {
        appendWords(of: cleaned, session)
      } else {
        normalizedTokens.split(cleaned, isFull: { session.isFull }) { part in
          appendWords(of: part, session)
        } token: { id in
          session.append(id)
        }
      }
    }
  }

  private func appendWords(of text: UnsafeBufferPointer<UInt8>, _ session: EncodingSession) {
    var index = 0
    while !session.isFull, let (range, kind) = splitter.next(in: text, from: &index) {
      let word = UnsafeBufferPointer(rebasing: text[range])
      if case .special(let special) = kind {
        appendSpecial(splitter.specials[special], word, session)
      } else {
        session.append(word, vocabulary.model)
      }
    }
  }

  private func appendSpecial(
    _ special: WordSplitter.Special, _ word: UnsafeBufferPointer<UInt8>, _ session: EncodingSession
  ) {
    if let id = special.id, word.elementsEqual(special.text) {
      session.append(id)
    } else if let innerSplitter {
      var index = 0
      while let (range, _) = innerSplitter.next(in: word, from: &index) {
        session.append(UnsafeBufferPointer(rebasing: word[range]), vocabulary.model)
      }
    } else {
      session.append(word, vocabulary.model)
    }
  }
}
