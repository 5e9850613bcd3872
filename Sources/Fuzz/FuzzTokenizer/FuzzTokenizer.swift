// libFuzzer target: tokeniser files of any bytes are read or refused, and any text gets ids.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzTokenizer
//   .build-fuzz/release/FuzzTokenizer CORPUS SEEDS -max_len=4096
//
// The first byte says what the rest is: a vocabulary, merges, a `tokenizer.json`, a gzip file, or a
// text for each layout.

@testable import VitText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var accepted = 0
private let tokenizers = Tokenizer.Layout.allCases.map { try! Tokenizer.bundled($0) }

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit { print("executions \(executions), of which \(accepted) were accepted") }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  executions += 1
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  do throws(TokenizerError) {
    switch start[0] % 8 {
    case 0: _ = try VocabularyFiles.vocabulary(bytes, file: "input")
    case 1: _ = try VocabularyFiles.merges(bytes, file: "input")
    case 2: use(try TokenizerFile(bytes, file: "input", isCLIP: start[0] & 8 != 0))
    case 3: try gunzip(bytes)
    case let kind: encode(bytes, tokenizers[Int(kind) % tokenizers.count])
    }
    accepted += 1
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
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
