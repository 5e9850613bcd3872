import VitCheckpoint
import VitJSON
import VitSystem

/// What a folder of vectors says of itself in `manifest.json`: what made it, from what, and what
/// each part holds.
package struct VectorManifest: Sendable, Equatable {
  /// Which inputs are embedded, in parts of which size, by what: what the shards of one job, whose
  /// folders can be joined, have in common.
  package struct Job: Sendable, Equatable {
    /// Consecutive inputs of a part, failed ones included.
    package var partSize: Int
    /// Of the whole job, whichever shards its parts belong to.
    package var inputCount: Int
    /// SHA-256 of all inputs' names in order, each followed by a NUL.
    package var inputsHash: String
    package var embeddingSize: Int
    /// Model, weights, preprocessing, precision, kernels.
    package var madeWith: ExactDictionary<String>
    /// Those options that change the vectors, or which inputs fail.
    package var options: ExactDictionary<String>

    package init(
      partSize: Int, inputs: some Sequence<String>, embeddingSize: Int,
      madeWith: ExactDictionary<String>, options: ExactDictionary<String>
    ) {
      self.partSize = partSize
      self.embeddingSize = embeddingSize
      self.madeWith = madeWith
      self.options = options
      var hash = InputsHash()
      inputCount = 0
      for name in inputs {
        inputCount += 1
        hash.update(name)
      }
      inputsHash = hash.finalized()
    }

    /// Earlier versions wrote the budget of memory, which differs from machine to machine.
    private static let earlierOption = "memory_bytes"

    package var partCount: Int { inputCount == 0 ? 0 : (inputCount - 1) / partSize + 1 }

    /// The inputs of a part, by number from 0.
    package func inputs(ofPart part: Int) -> Range<Int> {
      part * partSize..<min(inputCount, (part + 1) * partSize)
    }

    /// What differs, by the manifest's keys, as `made_with.precision (int8, not float32)`; of what made
    /// the vectors only what `VectorProvenance` compares.
    func differences(from other: Job) -> [String] {
      var keys: [String] = []
      if partSize != other.partSize { keys.append("part_size") }
      if inputCount != other.inputCount || inputsHash != other.inputsHash {
        keys.append("inputs")
      }
      if embeddingSize != other.embeddingSize { keys.append("embedding_size") }
      keys += VectorProvenance.differences(madeWith, from: other.madeWith).map { "made_with.\($0)" }
      for (key, _) in options.overridden(by: other.options).inOrder
      where !Self.isSame(options[key], other.options[key]) && key != Self.earlierOption {
        func shown(_ value: String?) -> String {
          value.map { String($0.prefix(64)) } ?? "nothing"
        }
        keys.append("options.\(key) (\(shown(options[key])), not \(shown(other.options[key])))")
      }
      return keys
    }

    private static func isSame(_ left: String?, _ right: String?) -> Bool {
      left.map(ExactString.init) == right.map(ExactString.init)
    }
  }

  /// SHA-256 of inputs' names in order, each followed by a NUL.
  struct InputsHash {
    private var hash = SHA256()

    mutating func update(_ name: String) {
      (SystemName.bytes(name) + [0]).withUnsafeBytes { hash.update($0) }
    }

    mutating func finalized() -> String { hash.finalized() }
  }

  /// The parts that one process of a job writes: every `count`-th, from part `index` on.
  package struct Shard: Sendable, Equatable {
    package let index: Int
    package let count: Int

    /// `0/1`, the whole.
    package static let whole = Shard(index: 0, count: 1)!

    /// Nil unless `index` is from 0 and below `count`.
    package init?(index: Int, count: Int) {
      guard index >= 0, index < count else { return nil }
      (self.index, self.count) = (index, count)
    }

    /// `i/N`.
    package init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else {
        return nil
      }
      self.init(index: index, count: count)
    }

    package var text: String { "\(index)/\(count)" }

    package func contains(_ part: Int) -> Bool { part % count == index }
  }

  /// What a part of the folder holds.
  package struct Part: Sendable, Equatable {
    package let number: Int
    package let inputCount: Int
    package let vectorCount: Int
    /// SHA-256 of the `.npy`.
    package let vectorsHash: String
    /// SHA-256 of the `.jsonl`.
    package let linesHash: String
  }

  /// An input that has no vector, and why.
  package struct Failure: Sendable, Equatable {
    package let part: Int
    package let input: String
    package let reason: String
  }

  package var job: Job
  package var shard: Shard
  /// False while parts of the shard are missing.
  package var isComplete: Bool
  /// By number.
  package var parts: [Part]
  /// In the order of the inputs.
  package var failures: [Failure]

  package init(
    job: Job, shard: Shard, isComplete: Bool = false, parts: [Part] = [], failures: [Failure] = []
  ) {
    self.job = job
    self.shard = shard
    self.isComplete = isComplete
    self.parts = parts
    self.failures = failures
  }

  package var vectorCount: Int { parts.reduce(0) { $0 + $1.vectorCount } }

  package static let fileName = "manifest.json"

  /// `part-00042`, what the names of a part's files begin with.
  package static func name(ofPart number: Int) -> String {
    let digits = String(number)
    return "part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
