// libFuzzer target: tokeniser files of any bytes are read or refused, and any text gets ids.
//
// The first byte says what the rest is: a vocabulary, merges, a `tokenizer.json`, a gzip file, or a
// text for each layout.

import FuzzHarness

@testable import VitText

nonisolated(unsafe) private let harness = FuzzHarness("were accepted")
private let tokenizers = Tokenizer.Layout.allCases.map { try! Tokenizer.bundled($0) }

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ input: UnsafeMutableRawBufferPointer) {
  let bytes = Array(input.dropFirst())
  do throws(TokenizerError) {
    switch input[0] % 8 {
    case 0: _ = try VocabularyFiles.vocabulary(bytes, file: "input")
    case 1: _ = try VocabularyFiles.merges(bytes, file: "input")
    case 2: use(try TokenizerFile(bytes, file: "input", isCLIP: input[0] & 8 != 0))
    case 3: try gunzip(bytes)
    case let kind: encode(bytes, tokenizers[Int(kind) % tokenizers.count])
    }
    harness.note("were accepted")
  } catch {
    precondition(!error.description.isEmpty)
  }
}

/// A vocabulary that was accepted encodes any text.
private func use(_ file: TokenizerFile) {
  var output: [Int32] = []
  var scratch = MergeScratch()
  Array("ab<|endoftext|>é!".utf8).withUnsafeBufferPointer {
    file.vocabulary.model.appendTokens(of: $0, to: &output, scratch: &scratch)
  }
  for id in output { precondition(file.vocabulary.name(of: id) != nil) }
}

private func gunzip(_ bytes: [UInt8]) throws(TokenizerError) {
  let result = bytes.withUnsafeBufferPointer { buffer in
    Result { () throws(TokenizerError) in try VocabularyFiles.gunzip(buffer, file: "input") }
  }
  _ = try VocabularyFiles.originalMerges(try result.get(), file: "input")
}

private func encode(_ bytes: [UInt8], _ tokenizer: Tokenizer) {
  let encoding = bytes.withUnsafeBytes { tokenizer.encode(utf8: $0) }
  precondition(encoding.ids.count <= tokenizer.contextLength)
  precondition(encoding.ids.first == tokenizer.startID)
  precondition(encoding.ids.last == tokenizer.endID)
  precondition(encoding.ids.allSatisfy { $0 >= 0 && $0 <= tokenizer.endID })
  let whole = tokenizer.encodeWhole(String(decoding: bytes, as: UTF8.self))
  precondition(encoding.truncated == (whole.ids.count > tokenizer.contextLength))
  precondition(whole.ids.starts(with: encoding.ids.dropLast()))
}
