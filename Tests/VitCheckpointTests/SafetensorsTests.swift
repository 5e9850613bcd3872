import Foundation
import Testing
import VitTestSupport

@testable import VitCheckpoint

struct SafetensorsTests {
  @Test func readsTensorsInPlace() throws {
    let numbers: [Float] = [1, 2, 3, 4, 5, 6, 7]
    let checkpoint = try checkpoint(
      """
       {"b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"more":1,\
      "__metadata__":{"format":"pt"},"s":{"dtype":"F32","shape":[],"data_offsets":[24,28]},\
      "e":{"dtype":"I64","shape":[0,5],"data_offsets":[28,28]}}  
      """.replacing("\"more\":1,", with: ""), data: raw(numbers))
    #expect(checkpoint.names == ["b", "e", "s"])
    #expect(checkpoint.metadata == ["format": "pt"])
    #expect(checkpoint.tensors["b"]?.shape == [2, 3])
    #expect(try checkpoint.float32("b", shape: [2, 3]) == [1, 2, 3, 4, 5, 6])
    #expect(try checkpoint.float32("s", shape: []) == [7])
    #expect(try checkpoint.float32("e") == [])
    #expect(try checkpoint.plainFloat32("e") == nil)
  }

  @Test func readsNumbersThatAreNotAligned() throws {
    // 61 bytes of header, so that the float32 begin at an odd address.
    let header = #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    for padding in 0..<8 {
      let padded = header + String(repeating: " ", count: padding)
      let checkpoint = try checkpoint(padded, data: raw([1.5, -2] as [Float]))
      #expect(try checkpoint.float32("x") == [1.5, -2])
      let plain = try checkpoint.plainFloat32("x")
      #expect((plain != nil) == (padded.utf8.count % 4 == 0))
      if let plain { #expect(plain[1] == -2) }
    }
  }

  @Test func spellingsOfOneCharacterAreTwoNames() throws {
    let checkpoint = try checkpoint(
      "{\"caf\u{E9}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
        + "\"cafe\u{301}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
      data: [1, 2])
    #expect(checkpoint.names.count == 2)
    #expect(try checkpoint.float32("caf\u{E9}") == [1])
    #expect(try checkpoint.float32("cafe\u{301}") == [2])
  }

  @Test(.timeLimit(.minutes(1)))
  func refusesEndlessNames() {
    let name = "a" + String(repeating: "\u{301}\u{316}", count: 200_000)
    #expect(throws: CheckpointError.self) {
      try checkpoint("{\"\(name)\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")
    }
  }

  @Test func acceptsNoTensors() throws {
    #expect(try checkpoint("{}").names.isEmpty)
  }

  /// Of a name that occurs twice the last counts, also where both have the same size.
  @Test func acceptsDuplicateNames() throws {
    let same =
      #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
      + #""x":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#
    #expect(try checkpoint(same, data: [255]).float32("x") == [-1])
    let other =
      #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"#
      + #""x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    #expect(throws: CheckpointError.self) { try checkpoint(other, data: [1, 2]) }
  }

  @Test(arguments: [
    ("an array", "[]"), ("a number", "1"), ("not JSON", "{"), ("something after it", "{} x"),
    ("metadata of numbers", #"{"__metadata__":{"a":1}}"#),
    ("metadata that is a list", #"{"__metadata__":[]}"#),
    ("an entry that is a number", #"{"x":1}"#),
    ("no dtype", #"{"x":{"shape":[8],"data_offsets":[0,8]}}"#),
    ("no shape", #"{"x":{"dtype":"U8","data_offsets":[0,8]}}"#),
    ("no offsets", #"{"x":{"dtype":"U8","shape":[8]}}"#),
    ("unknown dtype", #"{"x":{"dtype":"F31","shape":[8],"data_offsets":[0,8]}}"#),
    (
      "a known dtype that is not read",
      #"{"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#
    ),
    ("dtype of another kind", #"{"x":{"dtype":1,"shape":[8],"data_offsets":[0,8]}}"#),
    ("a negative size", #"{"x":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}}"#),
    ("two negative sizes", #"{"x":{"dtype":"U8","shape":[-2,-4],"data_offsets":[0,8]}}"#),
    ("a size that is text", #"{"x":{"dtype":"U8","shape":["8"],"data_offsets":[0,8]}}"#),
    ("a fraction", #"{"x":{"dtype":"U8","shape":[8.5],"data_offsets":[0,8]}}"#),
    ("overflow", #"{"x":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#),
    (
      "overflow by the type",
      #"{"x":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}"#
    ),
    (
      "overflow and a zero",
      #"{"x":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#
    ),
    ("too few bytes", #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#),
    ("too many bytes", #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#),
    ("past the end", #"{"x":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#),
    (
      "far past the end",
      #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[9223372036854775799,9223372036854775807]}}"#
    ),
    ("backwards", #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}"#),
    ("negative offsets", #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[-8,0]}}"#),
    ("one offset", #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[0]}}"#),
    ("three offsets", #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8,8]}}"#),
    ("a hole at the start", #"{"x":{"dtype":"U8","shape":[7],"data_offsets":[1,8]}}"#),
    ("trailing bytes", #"{"x":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}}"#),
    ("nothing but trailing bytes", "{}"),
    (
      "a hole between",
      #"{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"#
        + #""y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#
    ),
    (
      "overlap",
      #"{"x":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"#
        + #""y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#
    ),
    (
      "the same bytes twice",
      #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"#
        + #""y":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#
    ),
    (
      "seventeen axes",
      #"{"x":{"dtype":"U8","shape":[8,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,8]}}"#
    ),
  ])
  func refuses(reason: String, header: String) {
    let error = #expect(throws: CheckpointError.self, "\(reason)") {
      try checkpoint(header, data: [UInt8](0..<8))
    }
    #expect(error?.description.hasPrefix("test.safetensors: ") == true)
  }

  @Test func refusesFilesThatAreTooShort() {
    for count in 0..<8 {
      #expect(throws: CheckpointError.self) {
        try Checkpoint(kept([UInt8](repeating: 0, count: count)), name: "short")
      }
    }
    for length: UInt64 in [3, 100_000_000, 100_000_001, 1 << 63, .max] {
      #expect(throws: CheckpointError.self) {
        try Checkpoint(kept(safetensors("{}", length: length)), name: "long")
      }
    }
  }

  /// A file that another program cut off at any place is refused.
  @Test func refusesEveryTruncation() throws {
    let whole = SafetensorsWriter.bytes([("x", [3], [1, 2, 3]), ("y", [1, 2], [4, 5])])
    for count in 0..<whole.count {
      #expect(throws: CheckpointError.self) {
        try Checkpoint(kept(Array(whole[..<count])), name: "cut")
      }
    }
  }

  @Test func readsWhatItWrites() throws {
    let bytes = SafetensorsWriter.bytes(
      [("b\"\n", [2, 2], [1, 2, 3, 4]), ("a", [], [5]), ("é", [0], [])],
      metadata: ["model": "tiny"])
    #expect(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } % 8 == 0)
    let checkpoint = try Checkpoint(kept(bytes), name: "written")
    #expect(checkpoint.metadata == ["model": "tiny"])
    #expect(try checkpoint.float32("b\"\n", shape: [2, 2]) == [1, 2, 3, 4])
    #expect(try checkpoint.float32("a", shape: []) == [5])
    #expect(try checkpoint.float32("é", shape: [0]) == [])
  }

  /// Both copies of the real model, and the same numbers in one as in float16 in the other.
  @Test(.enabled(if: TestData.collection != nil))
  func readsRealModels() throws {
    let timm = try Checkpoint.open(
      file: TestData.collection(
        "models/vit_tiny_patch16_224.augreg_in21k_ft_in1k/model.safetensors"
      ).path)
    let huggingFace = try Checkpoint.open(
      file: TestData.collection("models/vit-tiny-patch16-224/model.safetensors").path)
    let (here, there) = (
      "patch_embed.proj.weight", "vit.embeddings.patch_embeddings.projection.weight"
    )
    let values = try timm.float32(here, shape: [192, 3, 16, 16])
    let others = try huggingFace.float32(there, shape: [192, 3, 16, 16])
    #expect(zip(values, others).allSatisfy { abs($0 - $1) <= max(1e-6, abs($1) * 1e-3) })
    #expect(values.contains { $0 != 0 } && values.allSatisfy(\.isFinite))
    timm.releasePages()
    #expect(try timm.float32(here) == values)
  }
}
