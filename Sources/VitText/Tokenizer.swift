/// Turns a text into the ids that a CLIP text tower was trained with: byte-level byte-pair
/// encoding, with the same result as the Python tokeniser of the checkpoint's layout.
///
/// A tokeniser is a value, can be used from many tasks at once, and remembers words between calls.
public struct Tokenizer: Sendable {
  /// Whose tokeniser to agree with. They differ outside plain English: in entities of HTML, curly
  /// quotation marks, ligatures, full width, the final sigma, and in how special strings are
  /// written.
  public enum Layout: String, Sendable, CaseIterable {
    /// transformers 5 (`CLIPTokenizer`).
    case huggingFace
    /// OpenCLIP 3.3 (`SimpleTokenizer`).
    case openCLIP
    /// OpenAI's original (`clip.tokenize`).
    case openAI
  }

  /// OpenCLIP's `clean`.
  public enum Clean: String, Sendable, CaseIterable {
    /// In small letters. The default.
    case lower
    /// Capitals stay.
    case whitespace
    /// In small letters and without punctuation.
    case canonicalize
  }

  public let layout: Layout
  /// The file that the vocabulary came from, or what says that it is the one in the library.
  public let source: String
  /// The most ids that an encoding has: 77 for CLIP. At least 2.
  public var contextLength: Int
  /// What fills a row up: the end of text for Hugging Face, 0 for the others.
  public var padID: Int32

  let engine: TokenizerEngine
  /// What open_clip does to a text before another library's tokeniser sees it.
  var cleaningFirst: Clean?

  init(
    layout: Layout, source: String, contextLength: Int, padID: Int32, engine: TokenizerEngine
  ) {
    self.layout = layout
    self.source = source
    self.contextLength = contextLength
    self.padID = padID
    self.engine = engine
  }

  /// The id that begins every text.
  public var startID: Int32 { engine.startID }
  /// The id that ends every text, also a truncated one.
  public var endID: Int32 { engine.endID }

  /// One more than the highest id of the vocabulary.
  public var vocabularySize: Int {
    max(engine.vocabulary.names.idLimit, Int(startID) + 1, Int(endID) + 1)
  }

  /// The ids of a text, from start to end of text, unpadded; at most `contextLength`.
  public func encode(_ text: String) -> Encoding { encode(text, limit: contextLength) }

  /// The ids of a text, however many.
  public func encodeWhole(_ text: String) -> Encoding { encode(text, limit: .max) }

  /// The ids of a text in UTF-8; what is not UTF-8 counts as U+FFFD.
  public func encode(utf8 bytes: UnsafeRawBufferPointer) -> Encoding {
    encode(String(decoding: bytes, as: UTF8.self))
  }

  /// The ids of a text filled up to `contextLength`, as the references' text towers take them.
  public func encodePadded(_ text: String) -> [Int32] {
    encode(text).padded(to: contextLength, with: padID)
  }

  private func encode(_ text: String, limit: Int) -> Encoding {
    var text = cleaningFirst?.cleaning.text(text) ?? text
    return text.withUTF8 { engine.encode($0, limit: limit) }
  }

  // MARK: Back to text

  /// The names of tokens as the vocabulary spells them, `</w>` at the ends of words.
  public func tokens(_ ids: [Int32]) -> [String] { ids.map { name(of: $0) } }

  private func name(of id: Int32) -> String {
    engine.vocabulary.name(of: id)
      ?? (id == startID ? "<|startoftext|>" : id == endID ? "<|endoftext|>" : "<unknown \(id)>")
  }

  /// The text that ids stand for, without start, end and capitals; words are one space apart.
  public func decode(_ ids: [Int32]) -> String {
    let vocabulary = engine.vocabulary
    var bytes: [UInt8] = []
    for id in ids where id != startID && id != endID {
      guard var name = vocabulary.names[id] else { continue }
      let endsWord = !vocabulary.endOfWord.isEmpty && name.ends(with: vocabulary.endOfWord)
      if endsWord { name = name.dropLast(vocabulary.endOfWord.count) }
      for scalar in name.withUnsafeBufferPointer({ UTF8Text.scalars($0) }) {
        if let byte = ByteSymbols.bytes[scalar] { bytes.append(byte) }
      }
      if endsWord { bytes.append(0x20) }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count) == suffix[...] }
}
