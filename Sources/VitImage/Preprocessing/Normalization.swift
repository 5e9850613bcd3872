/// From a byte to the number that a model takes: `(rescaled - mean) / standardDeviation`, each step
/// rounded to float32 as in the reference.
public struct Normalization: Sendable, Equatable {
  /// The first step. The variants differ in rounding.
  public enum Rescaling: Sendable, Equatable {
    /// The byte itself.
    case none
    /// `float32(byte) / 255` in float32: torchvision's `ToTensor`.
    case division
    /// `byte · factor` in float64, rounded to float32: transformers' `rescale` in NumPy.
    case factor(Double)
  }

  public let rescaling: Rescaling
  /// Of red, green and blue; 0 where nothing is subtracted.
  public let mean: [Float]
  /// Of red, green and blue; 1 where nothing is divided.
  public let standardDeviation: [Float]

  public init(rescaling: Rescaling, mean: [Float], standardDeviation: [Float]) {
    precondition(mean.count == 3 && standardDeviation.count == 3)
    self.rescaling = rescaling
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The 256 values of a channel. A byte has no more, so that looking them up gives the
  /// reference's bits whatever the order of its roundings.
  func values(channel: Int) -> [Float] {
    (0..<256).map { byte in
      let rescaled: Float =
        switch rescaling {
        case .none: Float(byte)
        case .division: Float(byte) / 255
        case .factor(let factor): Float(Double(byte) * factor)
        }
      return (rescaled - mean[channel]) / standardDeviation[channel]
    }
  }

  /// Writes `[3, count]` from `count` RGB pixels.
  func write(
    _ pixels: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<Float>
  ) {
    let tables = (0..<3).flatMap(values(channel:))
    tables.withUnsafeBufferPointer { tables in
      let red = tables.baseAddress!
      let green = red + 256
      let blue = green + 256
      let greens = target + count
      let blues = greens + count
      var pixel = pixels
      for index in 0..<count {
        target[index] = red[Int(pixel[0])]
        greens[index] = green[Int(pixel[1])]
        blues[index] = blue[Int(pixel[2])]
        pixel += 3
      }
    }
  }
}

extension Normalization {
  static let openAIMean = [0.48145466, 0.4578275, 0.40821073]
  static let openAIStandardDeviation = [0.26862954, 0.26130258, 0.27577711]
  static let imageNetMean = [0.485, 0.456, 0.406]
  static let imageNetStandardDeviation = [0.229, 0.224, 0.225]
  static let half = [0.5, 0.5, 0.5]
}
