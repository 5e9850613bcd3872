import VitModel
import VitSystem
import VitTensor

/// A tower that `vit bench encode` measures, on inputs that do not change from call to call.
enum BenchTower {
  case image(ImageTowerPlan)
  /// With the length of every caption in tokens, start and end included.
  case text(TextTowerPlan, tokens: Int)

  /// What a rate counts: `images` or `texts`.
  var unit: String {
    switch self {
    case .image: "images"
    case .text: "texts"
    }
  }

  var packedBytes: Int {
    switch self {
    case .image(let tower): tower.packedBytes
    case .text(let tower, _): tower.packedBytes
    }
  }

  /// The multiplications with an addition for one image or text; only those in `precision` if one is
  /// given.
  func multiplyAdds(in precision: Precision? = nil) -> Int {
    switch self {
    case .image(let tower):
      precision.map(tower.multiplyAdds(in:)) ?? tower.multiplyAddsPerImage
    case .text(let tower, let tokens):
      tower.multiplyAdds(for: tower.sampleCaption(tokens: tokens, number: 0), in: precision)
    }
  }

  /// Members of a row that only one kind has.
  var members: [(String, JSONText)] {
    let count = (unit == "images" ? "multiply_adds_per_image" : "multiply_adds_per_text")
    let operations = (count, JSONText.number(multiplyAdds()))
    return switch self {
    case .image: [operations]
    case .text(_, let tokens): [operations, ("tokens_per_text", .number(tokens))]
    }
  }

  /// Encodes a batch again and again.
  func measure(batch: Int, seconds: Double) throws -> (Timings, peakMemory: Int) {
    let workload = try workload(batch: batch)
    ResourceUsage.resetPeakMemory()
    return (try Timings.measure(seconds: seconds, workload), ResourceUsage.peakMemory)
  }

  /// Encodes one batch of inputs that are made beforehand.
  private func workload(batch: Int) throws -> () throws -> Void {
    switch self {
    case .image(let tower):
      let (height, width) = (tower.configuration.imageHeight, tower.configuration.imageWidth)
      let pixels = try FloatBuffer(count: batch * 3 * height * width)
      var noise = HashedWeights()
      noise.fill(pixels.pointer, count: pixels.count)
      return {
        _ = try tower.encode(batch: batch, height: height, width: width) {
          UnsafePointer(pixels.pointer + $0 * 3 * height * width)
        }
      }
    case .text(let tower, let tokens):
      let captions = (0..<batch).map { tower.sampleCaption(tokens: tokens, number: $0) }
      return { _ = try tower.encode(captions) }
    }
  }
}
