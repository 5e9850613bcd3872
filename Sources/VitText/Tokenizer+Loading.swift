import VitJSON
import VitSystem

extension Tokenizer {
  /// The context of every published CLIP.
  public static let defaultContextLength = 77

  private static let start = "<|startoftext|>"
  private static let end = "<|endoftext|>"

  /// The tokeniser with the vocabulary in the library, for checkpoints that bring none.
  ///
  /// - Parameter clean: OpenCLIP's option; the other layouts have none.
  package static func bundled(
    _ layout: Layout, contextLength: Int = defaultContextLength, clean: Clean = .lower
  ) throws(TokenizerError) -> Tokenizer {
    try original(
      VocabularyFiles.bundled, file: "CLIP's vocabulary", layout: layout,
      contextLength: contextLength,
      clean: clean)
  }

  /// A folder in the Hugging Face layout: `tokenizer.json`, else `vocab.json` and `merges.txt`,
  /// else `bpe_simple_vocab_16e6.txt.gz`; `tokenizer_config.json` may say how long the context is
  /// and what pads.
  package static func load(
    folder: String, contextLength: Int? = nil
  ) throws(TokenizerError) -> Tokenizer {
    func path(_ name: String) -> String {
      folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
    if FileSystem.exists(path("tokenizer.json")) {
      return try load(tokenizerFile: path("tokenizer.json"), folder, contextLength)
    }
    if FileSystem.exists(path("vocab.json")), FileSystem.exists(path("merges.txt")) {
      return try load(
        vocabulary: path("vocab.json"), merges: path("merges.txt"), folder, contextLength)
    }
    if FileSystem.exists(path("bpe_simple_vocab_16e6.txt.gz")) {
      return try load(
        original: path("bpe_simple_vocab_16e6.txt.gz"), layout: .huggingFace, contextLength)
    }
    throw .missing(folder: folder)
  }

  /// As `load(folder:contextLength:)`, of texts that are cleaned first (open_clip's `HFTokenizer`).
  package static func load(
    folder: String, contextLength: Int, cleaningFirst clean: Clean
  ) throws(TokenizerError) -> Tokenizer {
    var tokenizer = try load(folder: folder, contextLength: contextLength)
    tokenizer.cleaningFirst = clean
    return tokenizer
  }

  /// Whether a folder holds the files of a tokeniser.
  package static func exists(in folder: String) -> Bool {
    exists { FileSystem.exists("\(folder)/\($0)") }
  }

  /// Whether the files of which `has` is true are enough for a tokeniser.
  package static func exists(where has: (String) -> Bool) -> Bool {
    has("tokenizer.json") || (has("vocab.json") && has("merges.txt"))
      || has("bpe_simple_vocab_16e6.txt.gz")
  }

  /// A folder, a `tokenizer.json`, a `vocab.json` or `merges.txt` with the other beside it, or
  /// OpenAI's `.txt.gz`, which is read as `layout` says; the others are Hugging Face's.
  package static func load(
    _ path: String, contextLength: Int? = nil, layout: Layout = .openCLIP
  ) throws(TokenizerError) -> Tokenizer {
    if FileSystem.isFolder(path) { return try load(folder: path, contextLength: contextLength) }
    let split = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = split.map { String(path[..<$0]) } ?? "."
    let name = split.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    if name.hasSuffix(".gz") { return try load(original: path, layout: layout, contextLength) }
    if name.hasSuffix("merges.txt") {
      let prefix = name.dropLast("merges.txt".count)
      return try load(
        vocabulary: "\(folder)/\(prefix)vocab.json", merges: path, folder, contextLength)
    }
    if name.hasSuffix("vocab.json") {
      let prefix = name.dropLast("vocab.json".count)
      return try load(
        vocabulary: path, merges: "\(folder)/\(prefix)merges.txt", folder, contextLength)
    }
    guard name.hasSuffix(".json") else {
      _ = try RegularFile.tokenizerContents(of: path)
      throw .unsupported(file: path, what: "this kind of tokeniser file")
    }
    return try load(tokenizerFile: path, folder, contextLength)
  }

  // MARK: Kinds of files

  private static func load(
    tokenizerFile path: String, _ folder: String, _ contextLength: Int?
  ) throws(TokenizerError) -> Tokenizer {
    let settings = try TokenizerSettings(folder: folder)
    let file = try TokenizerFile(
      RegularFile.tokenizerContents(of: path), file: path, isCLIP: settings.isCLIP)
    return Tokenizer(
      layout: .huggingFace, source: path,
      contextLength: contextLength ?? settings.contextLength ?? defaultContextLength,
      padID: settings.padToken.flatMap { pad in
        file.added.last { $0.content == Array(pad.utf8) }?.id ?? file.id(of: pad)
      } ?? file.endID,
      engine: huggingFaceEngine(
        file.vocabulary, file.cleaning, splitsSpecials: file.splitsSpecials, added: file.added,
        startID: file.startID, endID: file.endID))
  }

  private static func load(
    vocabulary vocabularyPath: String, merges mergesPath: String, _ folder: String,
    _ contextLength: Int?
  ) throws(TokenizerError) -> Tokenizer {
    let tokens = try VocabularyFiles.vocabulary(
      RegularFile.tokenizerContents(of: vocabularyPath), file: vocabularyPath)
    let merges = try VocabularyFiles.merges(
      RegularFile.tokenizerContents(of: mergesPath), file: mergesPath)
    let settings = try TokenizerSettings(folder: folder)
    let (startName, endName) = (settings.startToken ?? start, settings.endToken ?? end)
    func id(_ name: String) throws(TokenizerError) -> Int32 {
      guard let id = tokens.id(of: Array(name.utf8)) else {
        throw .malformed(
          file: vocabularyPath, place: "its end", reason: "the token \(name) is missing")
      }
      return id
    }
    let (startID, endID) = (try id(startName), try id(endName))
    let vocabulary = try Vocabulary(
      tokens: tokens, merges: merges, endOfWord: "</w>", unknown: settings.unknownToken ?? end,
      file: mergesPath)
    return Tokenizer(
      layout: .huggingFace, source: vocabularyPath,
      contextLength: contextLength ?? settings.contextLength ?? defaultContextLength,
      padID: settings.padToken.flatMap { tokens.id(of: Array($0.utf8)) } ?? endID,
      engine: huggingFaceEngine(
        vocabulary, .clip,
        splitsSpecials: true,
        added: [
          AddedToken(content: Array(startName.utf8), id: startID),
          AddedToken(content: Array(endName.utf8), id: endID),
        ], startID: startID, endID: endID))
  }

  private static func load(
    original path: String, layout: Layout, _ contextLength: Int?
  ) throws(TokenizerError) -> Tokenizer {
    let bytes = try RegularFile.tokenizerContents(of: path)
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TokenizerError) in
        try original(
          buffer, file: path, layout: layout,
          contextLength: contextLength ?? defaultContextLength, clean: .lower)
      }
    }
    return try result.get()
  }

  private static func original(
    _ gzip: UnsafeBufferPointer<UInt8>, file: String, layout: Layout, contextLength: Int,
    clean: Clean
  ) throws(TokenizerError) -> Tokenizer {
    let specials =
      layout == .openCLIP ? ["<start_of_text>", "<end_of_text>"] : [start, end]
    let vocabulary = try Vocabulary(
      originalMerges: VocabularyFiles.originalMerges(
        VocabularyFiles.gunzip(gzip, file: file), file: file),
      specials: specials, file: file)
    let startID = Int32(512 + VocabularyFiles.originalMergeCount)
    let endID = startID + 1
    let engine: TokenizerEngine
    if layout == .huggingFace {
      engine = huggingFaceEngine(
        vocabulary, .clip,
        splitsSpecials: true,
        added: [
          AddedToken(content: Array(start.utf8), id: startID),
          AddedToken(content: Array(end.utf8), id: endID),
        ], startID: startID, endID: endID)
    } else {
      let cleaning = (layout == .openCLIP ? clean : .lower).cleaning
      engine = TokenizerEngine(
        vocabulary: vocabulary, cleaning: cleaning,
        splitter: WordSplitter(
          specials: zip(specials, [startID, endID]).map {
            WordSplitter.Special(text: Array($0.utf8), id: $1)
          }, flavour: .python, ignoresCase: true),
        splitsSpecials: false, added: [], startID: startID, endID: endID)
    }
    return Tokenizer(
      layout: layout, source: file, contextLength: contextLength,
      padID: layout == .huggingFace ? endID : 0, engine: engine)
  }

  private static func huggingFaceEngine(
    _ vocabulary: Vocabulary, _ cleaning: Cleaning, splitsSpecials: Bool, added: [AddedToken],
    startID: Int32, endID: Int32
  ) -> TokenizerEngine {
    let specials = splitsSpecials ? [start, end] : []
    return TokenizerEngine(
      vocabulary: vocabulary, cleaning: cleaning,
      splitter: WordSplitter(
        specials: specials.map { WordSplitter.Special(text: Array($0.utf8), id: nil) },
        flavour: .huggingFace, ignoresCase: false),
      splitsSpecials: splitsSpecials, added: added, startID: startID, endID: endID)
  }
}
