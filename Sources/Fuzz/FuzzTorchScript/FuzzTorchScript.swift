// libFuzzer target: OpenAI's archives of any bytes become a CLIP or are refused.
//
// The first byte says what the rest is: a whole archive, the pickle of an archive whose storages are
// the golden's, or changes of the golden's pickle, three bytes each. Chance would seldom change a
// pickle and leave the archive readable, and a pickle at many places at once is refused early.

import FuzzHarness
import VitSystem

@testable import VitCheckpoint
@testable import VitModel

nonisolated(unsafe) private let harness = FuzzHarness("were a CLIP", "gave a model")

/// A golden's archive, taken apart; its code, which nothing reads, is compressed and left out.
private let members: [(name: String, content: [UInt8])] = {
  let file = try! MappedFile("Tests/Data/goldens/clip/openai-torchscript/ViT-tiny.pt")
  let archive = try! ZipArchive(file.bytes, file: "golden")
  return archive.entries.values.filter { !$0.name.contains("/code/") }
    .sorted { $0.name < $1.name }
    .map { ($0.name, Array(try! archive.data($0))) }
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ bytes: UnsafeMutableRawBufferPointer) {
  let choice = bytes[0]
  let towers: Towers = choice & 2 == 0 ? .image : .text
  var input = Array(bytes.dropFirst())
  if choice & 1 == 0 {
    if choice & 4 != 0 { input = changedPickle(input) }
    // A text tower that loaded would make a vocabulary of 49,408 words for each input.
    if towers == .text { misname("ln_final", in: &input) }
    input = archive(pickle: input)
  }
  input.withUnsafeBytes { withExactCopy(of: $0) { load(UnsafeRawBufferPointer($0), towers) } }
}

private func load(_ archive: UnsafeRawBufferPointer, _ towers: Towers) {
  let source = ModelSource(
    name: "input",
    files: ["model.safetensors": ModelSource.MemoryFile(archive)])
  if ModelDescription.family(of: source) != nil { harness.note("were a CLIP") }
  do {
    let model = try ModelDescription.read(
      source, precision: .exactly(.float32), ModelRequest(towers: towers))
    _ = try ModelPlan(model)
    harness.note("gave a model")
    precondition(model.embeddingSize > 0)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}

/// The golden's pickle with a byte at a place, in two bytes, changed for each three of `changes`.
private func changedPickle(_ changes: [UInt8]) -> [UInt8] {
  var pickle = members.first { $0.name.hasSuffix("/data.pkl") }!.content
  for start in stride(from: 0, to: changes.count - 2, by: 3) {
    let place = Int(changes[start]) << 8 | Int(changes[start + 1])
    pickle[place % pickle.count] = changes[start + 2]
  }
  return pickle
}

/// Changes the last letter of a name wherever it stands.
private func misname(_ name: String, in bytes: inout [UInt8]) {
  let name = Array(name.utf8)
  guard bytes.count >= name.count else { return }
  for place in 0...bytes.count - name.count where bytes[place] == name[0] {
    if bytes[place..<place + name.count].elementsEqual(name) {
      bytes[place + name.count - 1] = 0x5F
    }
  }
}

/// The golden's archive with another pickle: a ZIP file without compression and checksums.
private func archive(pickle: [UInt8]) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  func append<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  for member in members {
    let content = member.name.hasSuffix("/data.pkl") ? pickle : member.content
    let (offset, name) = (UInt32(file.count), Array(member.name.utf8))
    append(UInt32(0x0403_4B50), to: &file)
    file += [UInt8](repeating: 0, count: 22)
    append(UInt16(name.count), to: &file)
    append(UInt16(0), to: &file)
    file += name + content
    append(UInt32(0x0201_4B50), to: &directory)
    directory += [UInt8](repeating: 0, count: 16)
    append(UInt32(content.count), to: &directory)
    append(UInt32(content.count), to: &directory)
    append(UInt16(name.count), to: &directory)
    directory += [UInt8](repeating: 0, count: 12)
    append(offset, to: &directory)
    directory += name
  }
  let start = UInt32(file.count)
  file += directory
  append(UInt32(0x0605_4B50), to: &file)
  append(UInt32(0), to: &file)
  append(UInt16(members.count), to: &file)
  append(UInt16(members.count), to: &file)
  append(UInt32(directory.count), to: &file)
  append(start, to: &file)
  append(UInt16(0), to: &file)
  return file
}
