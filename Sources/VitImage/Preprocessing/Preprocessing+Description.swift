extension Preprocessing: CustomStringConvertible {
  /// All steps in a line, for people, and to tell two preprocessings apart.
  public var description: String {
    var steps: [String] = []
    switch resize {
    case .none: break
    default: steps.append("\(resize), \(filter.rawValue)")
    }
    if let crop { steps.append("\(crop)") }
    steps.append("\(normalization)")
    return steps.joined(separator: "; ")
  }
}

extension ResizePolicy: CustomStringConvertible {
  public var description: String {
    switch self {
    case .none: "no resize"
    case .shortestEdge(let size): "resize the shortest edge to \(size)"
    case .shortestEdgeWithin(let size, let longest):
      "resize the shortest edge to \(size), the longest to at most \(longest)"
    case .within(let width, let height): "resize to fit \(width) x \(height) (truncated)"
    case .exact(let width, let height): "resize to \(width) x \(height)"
    case .covering(let width, let height): "resize to cover \(width) x \(height)"
    case .fitting(let width, let height): "resize to fit \(width) x \(height)"
    }
  }
}

extension CenterCrop: CustomStringConvertible {
  public var description: String {
    let padding =
      fill == [0, 0, 0] ? "" : ", padded with \(fill.map(String.init).joined(separator: " "))"
    return "centre crop \(width) x \(height) (\(convention.rawValue)\(padding))"
  }
}

extension Normalization: CustomStringConvertible {
  public var description: String {
    func numbers(_ values: [Float]) -> String {
      Set(values).count == 1 ? "\(values[0])" : values.map { "\($0)" }.joined(separator: " ")
    }
    let scale =
      switch rescaling {
      case .none: ""
      case .division: "divide by 255, "
      case .factor(let factor): factor == 1.0 / 255 ? "scale by 1/255, " : "scale by \(factor), "
      }
    return "\(scale)mean \(numbers(mean)), std \(numbers(standardDeviation))"
  }
}
