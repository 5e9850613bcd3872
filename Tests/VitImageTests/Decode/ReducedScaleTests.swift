import Testing

@testable import VitImage

/// JPEGs that are decoded at a reduced scale.
@Suite struct ReducedScaleTests {
  @Test func theScaleLeavesAtLeastWhatTheResizeMakes() {
    // 1977 at an eighth is 247.1, which libjpeg rounds up.
    for (width, height, eighths) in [
      (4000, 3000, 1), (1984, 1984, 1), (1977, 1977, 1), (1976, 1976, 2), (992, 1500, 2),
      (988, 1500, 4), (496, 900, 4), (494, 900, 8), (248, 248, 8), (100, 5000, 8), (1, 1, 8),
    ] {
      #expect(
        ReducedScale.eighths(width: width, height: height, for: .shortestEdge(248)) == eighths,
        "\(width) × \(height)")
    }
    for side in 1...3000 {
      let eighths = ReducedScale.eighths(width: side, height: side, for: .shortestEdge(248))
      #expect(eighths == 8 || ReducedScale.size(side, eighths) >= 248)
    }
    #expect(ReducedScale.eighths(width: 4000, height: 3000, for: .none) == 8)
    #expect(
      ReducedScale.eighths(width: 4000, height: 300, for: .exact(width: 224, height: 224)) == 8)
  }

  /// How far the pixels are from the means of the blocks that they stand for, on average.
  private func difference(_ reduced: Image, _ full: Image, divisor: Int) -> Double {
    var (sum, count) = (0.0, 0)
    for y in 0..<full.height / divisor {
      for x in 0..<full.width / divisor {
        var means = [0, 0, 0]
        for index in 0..<divisor * divisor {
          let pixel = full[x * divisor + index % divisor, y * divisor + index / divisor]
          for channel in 0..<3 { means[channel] += Int(pixel[channel]) }
        }
        for (mean, value) in zip(means, reduced[x, y]) {
          sum += abs(Double(mean) / Double(divisor * divisor) - Double(value))
          count += 1
        }
      }
    }
    return sum / Double(count)
  }

  /// A smaller transform gives nearly the mean of a block, at an eighth just that; chroma that is
  /// stored at less than the full size is taken as it is, not spread out and averaged again.
  @Test(arguments: [
    ("go-video-005.gray.q50.2x2.jpeg", 0.5), ("image-rs-jpeg-decoder-restarts.jpg", 0.6),
    ("derived-ycck.jpg", 4.0), ("go-video-001.rgb.jpeg", 4.0), ("go-video-001.q50.440.jpeg", 6.0),
  ])
  func pixelsAreTheMeansOfBlocks(name: String, limit: Double) throws {
    let bytes = try TestImage.committed("jpeg/\(name)")
    let full = try Image.test(bytes).image
    for divisor in [2, 4, 8] {
      let resize = ResizePolicy.shortestEdge(min(full.width, full.height) / divisor)
      let reduced = try Image.test(bytes, DecodeOptions(reducedFor: resize)).image
      #expect(reduced.width == (full.width + divisor - 1) / divisor)
      #expect(reduced.height == (full.height + divisor - 1) / divisor)
      #expect(difference(reduced, full, divisor: divisor) < limit, "1/\(divisor)")
    }
  }

  /// The resize is that of the upright image, which is the one that is turned.
  @Test func orientationIsApplied() throws {
    let exif = Array("Exif\0\0".utf8) + TestImage.tiff(orientation: 6)
    let name = "jpeg/go-video-001.q50.440.jpeg"
    let turned = try Image.test(
      TestImage.jpeg(name, with: [(marker: 0xE1, data: exif)]),
      DecodeOptions(reducedFor: .exact(width: 50, height: 70))
    ).image
    let stored = try Image.test(
      TestImage.committed(name), DecodeOptions(reducedFor: .exact(width: 70, height: 50))
    ).image
    #expect((stored.width, stored.height) == (75, 52))
    #expect((turned.width, turned.height) == (52, 75))
    for y in 0..<75 {
      for x in 0..<52 { #expect(turned[x, y] == stored[y, 51 - x]) }
    }
  }

  @Test func whatIsNotLargerIsUntouched() throws {
    let options = DecodeOptions(reducedFor: .shortestEdge(60))
    for name in ["jpeg/go-video-001.q50.440.jpeg", "pngsuite/basn2c08.png"] {
      let bytes = try TestImage.committed(name)
      #expect(try Image.test(bytes, options).image == Image.test(bytes).image)
    }
  }

  @Test func itTakesLessMemory() throws {
    let bytes = try TestImage.committed("jpeg/go-video-001.q50.440.jpeg")
    let image = CompressedImage(bytes: bytes, name: "test")
    let reduced = try image.memory(DecodeOptions(reducedFor: .shortestEdge(26)))
    let saved = 3 * ((150 * (103 + 32)) - 38 * (26 + 26))
    #expect(try image.memory(DecodeOptions()) - reduced == saved)
  }

  /// Broken files are refused at every scale as they are whole.
  @Test func truncationIsTold() throws {
    let bytes = try TestImage.committed("jpeg/go-video-001.q50.440.jpeg")
    for size in [100, 52, 26, 13] {
      var options = DecodeOptions(reducedFor: .shortestEdge(size))
      let cut = Array(bytes.prefix(bytes.count / 2))
      guard case .truncated? = refusal(cut, options) else {
        Issue.record("accepted at \(size)")
        continue
      }
      options.allowsTruncated = true
      #expect(refusal(cut, options) == nil)
    }
  }
}
