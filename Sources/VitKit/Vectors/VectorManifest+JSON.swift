import VitCheckpoint
import VitJSON
import VitSystem

extension VectorManifest {
  private static let format = "vit vectors 1"

  /// JSON text, the same for the same content, a line a part.
  package var text: String {
    func number(_ value: Int) -> JSONValue { .number(.integer(Int64(value))) }
    func object(_ pairs: ExactDictionary<String>) -> JSONValue {
      .object(JSONObject(pairs.inOrder.map { ($0.key, .string($0.value)) }))
    }
    func lines(_ rows: [JSONValue]) -> String {
      rows.isEmpty
        ? "[]" : "[\n" + rows.map { "  " + $0.serialized() }.joined(separator: ",\n") + "\n]"
    }
    let members: [(String, JSONValue)] = [
      ("format", .string(Self.format)),
      ("complete", .bool(isComplete)),
      ("shard", .string(shard.text)),
      ("part_size", number(job.partSize)),
      ("input_count", number(job.inputCount)),
      ("inputs_sha256", .string(job.inputsHash)),
      ("embedding_size", number(job.embeddingSize)),
      ("made_with", object(job.madeWith)),
      ("options", object(job.options)),
      ("vector_count", number(vectorCount)),
      ("failed_count", number(failures.count)),
    ]
    let parts = parts.map { part -> JSONValue in
      [
        "part": number(part.number), "inputs": number(part.inputCount),
        "vectors": number(part.vectorCount), "npy_sha256": .string(part.vectorsHash),
        "jsonl_sha256": .string(part.linesHash),
      ]
    }
    let failures = failures.map { failure -> JSONValue in
      .object(
        JSONObject(
          [("part", number(failure.part))] + JSONValue.input(failure.input)
            + [("error", .string(failure.reason))]))
    }
    return "{\n"
      + members.map { "\(JSONValue.string($0.0).serialized()): \($0.1.serialized()),\n" }.joined()
      + "\"parts\": \(lines(parts)),\n\"failures\": \(lines(failures))\n}\n"
  }

  /// Reads and checks a manifest.
  ///
  /// - Parameter path: for errors.
  /// - Throws: `VectorFolderError.unusable`.
  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    func unusable(_ reason: String) -> VectorFolderError {
      .unusable(
        path: path, reason: reason, remedy: "name a folder that `vit embed` wrote, or embed again")
    }
    let json: JSONValue
    do {
      json = try JSONValue.parse(bytes, name: path, limits: JSONLimits(bytes: 1 << 30))
    } catch {
      throw unusable("no manifest (byte \(error.offset): \(error.reason))")
    }
    guard json["format"]?.string == Self.format else {
      throw unusable("a manifest of another format than \(Self.format)")
    }
    func whole(_ json: JSONValue, _ key: String, _ range: ClosedRange<Int>) throws -> Int {
      guard let value = json[key]?.int, range.contains(value) else {
        throw unusable("\(key) is no number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    func text(_ json: JSONValue, _ key: String) throws -> String {
      guard let value = json[key]?.string else { throw unusable("\(key) is no text") }
      return value
    }
    func texts(_ key: String) throws -> ExactDictionary<String> {
      guard let object = json[key]?.object else { throw unusable("\(key) is no object") }
      return ExactDictionary(
        object.map { ($0.key, $0.value.string ?? $0.value.serialized()) })
    }
    let most = 1 << 40
    var job = Job(
      partSize: try whole(json, "part_size", 1...most), inputs: EmptyCollection<String>(),
      embeddingSize: try whole(json, "embedding_size", 1...1 << 24),
      madeWith: try texts("made_with"), options: try texts("options"))
    job.inputCount = try whole(json, "input_count", 0...most)
    job.inputsHash = try text(json, "inputs_sha256")
    guard let shard = Shard(try text(json, "shard")) else {
      throw unusable("shard is not i/N with i from 0")
    }
    guard let isComplete = json["complete"]?.bool, let list = json["parts"]?.array,
      let failed = json["failures"]?.array
    else { throw unusable("complete, parts or failures is missing") }
    var parts: [Part] = []
    for item in list {
      let number = try whole(item, "part", 0...most)
      guard number < job.partCount, number > parts.last?.number ?? -1 else {
        throw unusable("part \(number) is out of place")
      }
      let inputs = job.inputs(ofPart: number).count
      guard try whole(item, "inputs", 0...most) == inputs else {
        throw unusable("part \(number) has not the \(inputs) inputs of its place")
      }
      parts.append(
        Part(
          number: number, inputCount: inputs, vectorCount: try whole(item, "vectors", 0...inputs),
          vectorsHash: try text(item, "npy_sha256"), linesHash: try text(item, "jsonl_sha256")))
    }
    let failures = try failed.map { item in
      guard let input = item.input else { throw unusable("a failure names no input") }
      return Failure(
        part: try whole(item, "part", 0...most), input: input, reason: try text(item, "error"))
    }
    self.init(
      job: job, shard: shard, isComplete: isComplete, parts: parts, failures: failures)
    guard vectorCount + failures.count == parts.reduce(0, { $0 + $1.inputCount }) else {
      throw unusable("its counts of inputs, vectors and failures do not add up")
    }
  }

  /// The manifest of a folder, or nil where there is none.
  package static func read(folder: String) throws -> VectorManifest? {
    let path = "\(folder)/\(fileName)"
    let file: MappedFile
    do {
      file = try MappedFile(path)
    } catch {
      guard FileSystem.hasEntry(path) else { return nil }
      throw VectorFolderError.unusable(
        path: path, reason: "cannot be read: \(error.reason)",
        remedy: "make it readable, or choose another folder")
    }
    return try withExtendedLifetime(file) { try VectorManifest(file.bytes, path: path) }
  }
}
