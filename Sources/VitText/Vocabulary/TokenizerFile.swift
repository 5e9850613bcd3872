import VitJSON
import VitSystem

/// What a `tokenizer.json` of CLIP says.
struct TokenizerFile {
  var vocabulary: Vocabulary
  var cleaning: Cleaning
  /// Whether the split knows `<|startoftext|>` and `<|endoftext|>` (transformers 5) or not (4).
  var splitsSpecials: Bool
  var added: [AddedToken]
  var startID: Int32
  var endID: Int32

  /// The id of a token by its name in the vocabulary.
  func id(of name: String) -> Int32? {
    (0..<Int32(vocabulary.names.idLimit)).first {
      vocabulary.names[$0] == ArraySlice(name.utf8)
    }
  }

  private static let contractions = "'s|'t|'re|'ve|'m|'ll|'d|"
  private static let words = #"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#

  /// - Parameter isCLIP: whether `tokenizer_config.json` names the class `CLIPTokenizer`. Then
  ///   transformers 5 takes only the vocabulary and the added tokens from the file, and normalises
  ///   and splits as CLIP does, whatever the file says.
  init(_ bytes: [UInt8], file: String, isCLIP: Bool) throws(TokenizerError) {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TokenizerError) in
        try TokenizerFile(buffer, file: file, isCLIP: isCLIP)
      }
    }
    self = try result.get()
  }

  private init(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, isCLIP: Bool
  ) throws(TokenizerError) {
    var cursor = JSONCursor(bytes, file: file)
    var settings: ExactDictionary<JSONValue> = [:]
    var modelSettings: ExactDictionary<JSONValue> = [:]
    var tokens: TokenTable?
    var merges = MergeList(size: bytes.count / 4)
    var mergesBefore: Int?

    func value(_ cursor: inout JSONCursor) throws(TokenizerError) -> JSONValue {
      let range = try cursor.skip()
      do throws(JSONError) {
        return try JSONValue.parse(
          UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])), name: file)
      } catch {
        throw .malformed(
          file: file, place: "byte \(range.lowerBound + error.offset)", reason: error.reason)
      }
    }

    try cursor.object { (key, cursor) throws(TokenizerError) in
      guard key == Array("model".utf8) else {
        settings[String(decoding: key, as: UTF8.self)] = try value(&cursor)
        return
      }
      guard try cursor.peek() == UInt8(ascii: "{") else {
        throw cursor.failure("the model has to be an object")
      }
      try cursor.object { (key, cursor) throws(TokenizerError) in
        switch key {
        case Array("vocab".utf8):
          guard try cursor.peek() == UInt8(ascii: "{") else {
            throw .unsupported(file: file, what: "a vocabulary that is not an object")
          }
          tokens = try VocabularyFiles.vocabulary(&cursor, size: bytes.count)
        case Array("merges".utf8):
          mergesBefore = cursor.position
          try Self.readMerges(&cursor, into: &merges)
        default: modelSettings[String(decoding: key, as: UTF8.self)] = try value(&cursor)
        }
      }
    }
    try cursor.expectEnd()
    guard let tokens, mergesBefore != nil else {
      throw .unsupported(file: file, what: "a tokeniser without vocabulary and merges")
    }
    let check = SettingsCheck(file: file)
    try check.model(modelSettings)
    vocabulary = try Vocabulary(
      tokens: tokens, merges: merges,
      endOfWord: modelSettings["end_of_word_suffix"]?.string ?? "",
      unknown: modelSettings["unk_token"]?.string, file: file)
    cleaning = isCLIP ? .clip : try check.normalizer(settings["normalizer"])
    splitsSpecials = isCLIP ? true : try check.split(settings["pre_tokenizer"])
    added = try check.added(settings["added_tokens"])
    (startID, endID) = try check.frame(settings["post_processor"])
  }

  /// An array of pairs, or of names with a space between.
  private static func readMerges(
    _ cursor: inout JSONCursor, into merges: inout MergeList
  ) throws(TokenizerError) {
    try cursor.expect("[")
    if try cursor.take("]") { return }
    repeat {
      if try cursor.take("[") {
        try cursor.string { merges.appendLeft($0) }
        try cursor.expect(",")
        try cursor.string { merges.appendRight($0) }
        try cursor.expect("]")
      } else {
        let isPair = try cursor.string { pair in
          guard let space = pair.firstIndex(of: 0x20), space > 0, space + 1 < pair.count,
            !pair[(space + 1)...].contains(0x20)
          else { return false }
          merges.append(
            UnsafeBufferPointer(rebasing: pair[..<space]),
            UnsafeBufferPointer(rebasing: pair[(space + 1)...]))
          return true
        }
        guard isPair else { throw cursor.failure("a merge is two names with one space between") }
      }
    } while try cursor.take(",")
    try cursor.expect("]")
  }

  /// Compares the settings with those of CLIP's tokenisers, and refuses what would give other ids.
  private struct SettingsCheck {
    let file: String

    func unsupported(_ what: String) -> TokenizerError { .unsupported(file: file, what: what) }

    func model(_ model: ExactDictionary<JSONValue>) throws(TokenizerError) {
      if let type = model["type"]?.string, type != "BPE" {
        throw unsupported("a tokeniser of type \(type)")
      }
      for key in ["byte_fallback", "ignore_merges", "fuse_unk"] where model[key]?.bool == true {
        throw unsupported("a tokeniser with \(key)")
      }
      if let prefix = model["continuing_subword_prefix"]?.string, !prefix.isEmpty {
        throw unsupported("a tokeniser with continuing_subword_prefix")
      }
      if let dropout = model["dropout"]?.double, dropout != 0 {
        throw unsupported("a tokeniser with dropout")
      }
    }

    func normalizer(_ value: JSONValue?) throws(TokenizerError) -> Cleaning {
      var (composes, collapsesSpace, lowercases) = (false, false, false)
      for step in steps(value, list: "normalizers") {
        let type = step["type"]?.string ?? "without a type"
        // The order counts where a letter's small form composes with what follows.
        switch type {
        case "NFC" where !collapsesSpace && !lowercases: composes = true
        case "Replace"
        where step["pattern"]?["Regex"]?.string == #"\s+"# && step["content"]?.string == " "
          && !lowercases:
          collapsesSpace = true
        case "Lowercase": lowercases = true
        default: throw unsupported("the normaliser \(type) at this place")
        }
      }
      return .huggingFace(
        composes: composes, collapsesSpace: collapsesSpace, lowercases: lowercases)
    }

    func split(_ value: JSONValue?) throws(TokenizerError) -> Bool {
      let steps = steps(value, list: "pretokenizers")
      guard steps.count == 2, steps[0]["type"]?.string == "Split",
        steps[0]["behavior"]?.string == "Removed", steps[0]["invert"]?.bool == true,
        steps[1]["type"]?.string == "ByteLevel", steps[1]["add_prefix_space"]?.bool == false,
        let pattern = steps[0]["pattern"]?["Regex"]?.string
      else { throw unsupported("a way to split words other than CLIP's") }
      switch pattern {
      case contractions + words: return false
      case #"<\|startoftext\|>|<\|endoftext\|>|"# + contractions + words: return true
      default: throw unsupported("splitting words by \(pattern)")
      }
    }

    func added(_ value: JSONValue?) throws(TokenizerError) -> [AddedToken] {
      var tokens: [AddedToken] = []
      var bytes = 0
      for entry in value?.array ?? [] {
        guard let content = entry["content"]?.string, !content.isEmpty,
          let id = entry["id"]?.int, (0...Int(VocabularyFiles.largestID)).contains(id)
        else {
          throw .malformed(
            file: file, place: "added_tokens", reason: "an entry lacks its content or its id")
        }
        bytes += content.utf8.count
        guard bytes <= AddedTokens.mostBytes else {
          throw unsupported("added tokens of more than \(AddedTokens.mostBytes) bytes")
        }
        if entry["single_word"]?.bool == true {
          throw unsupported("the added token \(content) with single_word")
        }
        tokens.append(
          AddedToken(
            content: Array(content.utf8), id: Int32(id),
            normalized: entry["normalized"]?.bool ?? false))
      }
      return tokens
    }

    /// The ids that the post-processor puts before and after a text.
    func frame(_ value: JSONValue?) throws(TokenizerError) -> (start: Int32, end: Int32) {
      var ids: (start: Int?, end: Int?)
      switch value?["type"]?.string {
      case "RobertaProcessing", "BertProcessing":
        ids = (value?["cls"]?.array?.last?.int, value?["sep"]?.array?.last?.int)
      case "TemplateProcessing":
        let single = value?["single"]?.array ?? []
        func id(_ item: JSONValue?) -> Int? {
          guard let name = item?["SpecialToken"]?["id"]?.string else { return nil }
          return value?["special_tokens"]?[name]?["ids"]?.array?.first?.int
        }
        guard single.count == 3, single[1]["Sequence"] != nil else {
          throw unsupported("a template other than start, text, end")
        }
        ids = (id(single.first), id(single.last))
      default: throw unsupported("a tokeniser that puts no tokens around the text")
      }
      let range = 0...Int(VocabularyFiles.largestID)
      guard let start = ids.start, let end = ids.end, range.contains(start), range.contains(end)
      else {
        throw .malformed(
          file: file, place: "post_processor", reason: "the start and end tokens lack their ids")
      }
      return (Int32(start), Int32(end))
    }

    /// The steps of a sequence, or the only one.
    private func steps(_ value: JSONValue?, list: String) -> [JSONValue] {
      guard let value, !value.isNull else { return [] }
      return value["type"]?.string == "Sequence" ? value[list]?.array ?? [] : [value]
    }
  }
}
