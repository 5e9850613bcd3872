// libFuzzer target: a model whose configuration is any bytes is read or refused.
//
// The first byte says which file of which model the rest is; the model's other files and its tensors
// are a golden's, so that a configuration that fits is followed to the end.

import FuzzHarness
import VitJSON
import VitSystem

@testable import VitCheckpoint
@testable import VitImage
@testable import VitModel

nonisolated(unsafe) private let harness = FuzzHarness("were of a family", "gave a model")

/// A golden, the file of it that is replaced, and which tower is loaded.
private struct Subject {
  let files: [String: ModelSource.MemoryFile]
  let replaced: String
  let towers: Towers

  init(_ golden: String, _ replaced: String, _ towers: Towers, weights: String) {
    let folder = "Tests/Data/goldens/\(golden)"
    var files = [weights: Self.weights(folder, weights)]
    for name in ["config.json", "open_clip_config.json", "preprocessor_config.json"] {
      if let bytes = try? RegularFile.configuration("\(folder)/\(name)") {
        files[name] = Self.kept(bytes)
      }
    }
    precondition(files[replaced] != nil, "\(folder)/\(replaced) is missing")
    (self.files, self.replaced, self.towers) = (files, replaced, towers)
  }

  /// The golden's tensors without the text tower's last norm: a text tower that loaded would make a
  /// vocabulary of 49,408 words for each input.
  private static func weights(_ folder: String, _ file: String) -> ModelSource.MemoryFile {
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    if let list = try? RegularFile.configuration("\(folder)/weights.json") {
      let json = try! list.withUnsafeBytes { try JSONValue.parse($0, name: folder) }
      tensors = json.array!.map { entry in
        let shape = entry["shape"]!.array!.map { $0.int! }
        return (
          entry["name"]!.string!, shape, [Float](repeating: 0.1, count: shape.reduce(1, *))
        )
      }
    } else {
      let checkpoint = try! Checkpoint.open(file: "\(folder)/\(file)")
      tensors = checkpoint.names.map {
        ($0, checkpoint.tensors[$0]!.shape, try! checkpoint.float32($0))
      }
    }
    return kept(
      SafetensorsWriter.bytes(
        tensors.filter {
          $0.name != "text_model.final_layer_norm.weight" && $0.name != "ln_final.weight"
        }))
  }

  private static func kept(_ bytes: [UInt8]) -> ModelSource.MemoryFile {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    copy.copyBytes(from: bytes)
    return ModelSource.MemoryFile(UnsafeRawBufferPointer(copy))
  }
}

private let subjects = [
  Subject("image/vit-f16-safetensors", "config.json", .image, weights: "model.safetensors"),
  Subject("image/deit-teacher", "config.json", .image, weights: "model.safetensors"),
  Subject("image/timm-test-vit", "config.json", .image, weights: "model.safetensors"),
  Subject("clip/clip-f16-position-ids", "config.json", .image, weights: "model.safetensors"),
  Subject("clip/clip-f16-position-ids", "config.json", .text, weights: "model.safetensors"),
  Subject(
    "clip/openclip-average", "open_clip_config.json", .image, weights: "open_clip_model.safetensors"
  ),
  Subject(
    "clip/openclip-average", "open_clip_config.json", .text, weights: "open_clip_model.safetensors"),
  Subject(
    "clip/openclip-timm-mlp", "open_clip_config.json", .image,
    weights: "open_clip_model.safetensors"),
  Subject(
    "image/vit-f16-safetensors", "preprocessor_config.json", .image, weights: "model.safetensors"),
  Subject(
    "clip/clip-f16-position-ids", "preprocessor_config.json", .image, weights: "model.safetensors"),
]

private let picture = try! Image(
  width: 9, height: 7, pixels: (0..<9 * 7 * 3).map { UInt8($0) })

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ input: UnsafeMutableRawBufferPointer) {
  let subject = subjects[Int(input[0]) % subjects.count]
  var files = subject.files
  files[subject.replaced] = ModelSource.MemoryFile(UnsafeRawBufferPointer(rebasing: input[1...]))
  let source = ModelSource(name: "input", files: files)
  if ModelDescription.family(of: source) != nil { harness.note("were of a family") }
  do {
    let model = try ModelDescription.read(
      source, precision: .exactly(.float32), ModelRequest(towers: subject.towers))
    let plan = try ModelPlan(model)
    harness.note("gave a model")
    try use(model, plan)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}

/// A model that loaded takes any picture, or says why not. Sizes that are only slow are left out.
private func use(_ model: ModelDescription, _ plan: ModelPlan) throws {
  guard let tower = plan.imageTower, let preprocessing = model.preprocessing else { return }
  let resized = preprocessing.resize.size(width: picture.width, height: picture.height)
  let output = preprocessing.outputSize(width: picture.width, height: picture.height)
  for size in [resized, output] where size.width > 256 || size.height > 256 { return }
  let pixels = try preprocessing.pixels(picture)
  precondition(pixels.values.count == 3 * output.width * output.height)
  let encoded = try tower.encode(batch: 1, height: pixels.height, width: pixels.width) { _ in
    pixels.values.withUnsafeBufferPointer { $0.baseAddress! }
  }
  precondition(encoded.pooled.count == tower.configuration.width)
  if let head = plan.classifier { precondition(head.logits(encoded).count == head.classCount) }
  if let projection = plan.imageProjection {
    precondition(projection.apply(encoded.pooled).count == projection.outputSize)
  }
}
