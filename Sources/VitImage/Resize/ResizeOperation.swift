import CKernels
import VitSystem

/// A resize of RGB pixels of which only a window is wanted, as when a crop follows.
///
/// The window's pixels are those that a resize of the whole would have there; source rows and
/// columns that it does not need are not read.
struct ResizeOperation {
  let sourceWidth: Int
  let sourceHeight: Int
  /// Size of the whole target.
  let width: Int
  let height: Int
  /// The window of the target.
  let columns: Range<Int>
  let rows: Range<Int>
  let filter: ResampleFilter
  /// All sets give the same bits.
  var kernels: UnsafePointer<vit_kernels> = vit_kernels_active()

  /// Pillow 13 resizes vertically first exactly then; up to 12.3 it never did. The passes round to
  /// 8 bits, so that their order shows.
  var isVerticalFirst: Bool {
    sourceHeight > height && sourceHeight - height > 2 * (sourceWidth - width)
  }

  /// The bytes that the operation takes at its highest beside source and result.
  var workingBytes: Int {
    let resizesColumns = width != sourceWidth
    let resizesRows = height != sourceHeight
    if filter == .nearest { return 2 * MemoryLayout<Int>.size * (columns.count + rows.count) }
    // What one pass hands to the other; at most all source rows or columns are needed.
    var bytes = Int(VIT_RESIZE_SLACK)
    if resizesColumns && resizesRows {
      bytes += 3 * (isVerticalFirst ? rows.count * sourceWidth : columns.count * sourceHeight)
    }
    if resizesColumns {
      bytes += ResizeWeights.byteCount(
        inputSize: sourceWidth, outputSize: width, outputs: columns.count, filter: filter,
        kernels: kernels)
      // The copy of the last rows: one, or as many as lie within the slack.
      bytes += 3 * sourceWidth + 2 * Int(VIT_RESIZE_SLACK)
    }
    if resizesRows {
      bytes += ResizeWeights.byteCount(
        inputSize: sourceHeight, outputSize: height, outputs: rows.count, filter: filter,
        kernels: kernels)
    }
    return bytes
  }

  /// RGB8 pixels of the window, row-major. `source` is `[sourceHeight, sourceWidth, 3]`.
  ///
  /// - Throws: `OutOfMemory`.
  func callAsFunction(_ source: UnsafeBufferPointer<UInt8>) throws -> [UInt8] {
    try InputMemory.array(count: columns.count * rows.count * 3) { target in
      try run(source.baseAddress!, target.baseAddress!)
    }
  }

  private func run(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>
  ) throws {
    let resizesColumns = width != sourceWidth
    let resizesRows = height != sourceHeight
    guard resizesColumns || resizesRows else { return copyWindow(source, target) }
    if filter == .nearest { return takeNearest(source, target) }

    let sourceStride = sourceWidth * 3
    let targetStride = columns.count * 3
    guard resizesRows else {
      let part = source + rows.lowerBound * sourceStride
      return try horizontal(
        horizontalWeights(), part, stride: sourceStride, rows: rows.count,
        readable: (sourceHeight - rows.lowerBound) * sourceStride, target, targetStride)
    }
    guard resizesColumns else {
      return try vertical(
        verticalWeights(), source + columns.lowerBound * 3, stride: sourceStride,
        rowBytes: targetStride, target)
    }
    if isVerticalFirst {
      var weights = try horizontalWeights()
      let needed = weights.sourceRange
      weights.rebase()
      let stride = needed.count * 3
      let between = try InputMemory.array(
        of: UInt8.self, count: rows.count * stride + Int(VIT_RESIZE_SLACK)
      ) { between in
        (between.baseAddress! + rows.count * stride)
          .initialize(repeating: 0, count: Int(VIT_RESIZE_SLACK))
        try vertical(
          verticalWeights(), source + needed.lowerBound * 3, stride: sourceStride,
          rowBytes: stride, between.baseAddress!)
      }
      try between.withUnsafeBufferPointer { between in
        try horizontal(
          weights, between.baseAddress!, stride: stride, rows: rows.count,
          readable: between.count, target, targetStride)
      }
    } else {
      var weights = try verticalWeights()
      let needed = weights.sourceRange
      weights.rebase()
      let between = try InputMemory.array(of: UInt8.self, count: needed.count * targetStride) {
        try horizontal(
          horizontalWeights(), source + needed.lowerBound * sourceStride, stride: sourceStride,
          rows: needed.count, readable: (sourceHeight - needed.lowerBound) * sourceStride,
          $0.baseAddress!, targetStride)
      }
      try between.withUnsafeBufferPointer {
        try vertical(
          weights, $0.baseAddress!, stride: targetStride, rowBytes: targetStride, target)
      }
    }
  }

  private func horizontalWeights() throws -> ResizeWeights {
    try ResizeWeights(inputSize: sourceWidth, outputSize: width, outputs: columns, filter: filter)
  }

  private func verticalWeights() throws -> ResizeWeights {
    try ResizeWeights(inputSize: sourceHeight, outputSize: height, outputs: rows, filter: filter)
  }

  /// `readable`: bytes from `source` that may be read.
  private func horizontal(
    _ weights: ResizeWeights, _ source: UnsafePointer<UInt8>, stride: Int, rows: Int,
    readable: Int, _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int
  ) throws {
    // The kernels read a little behind a row. The last rows, behind which nothing may be read, go
    // through a copy.
    let slack = Int(VIT_RESIZE_SLACK)
    var direct = rows
    while direct > 0, readable - direct * stride < slack { direct -= 1 }
    let rest = rows - direct
    var copy: [UInt8] = []
    if rest > 0 {
      copy = try InputMemory.array(count: rest * stride + slack) { copy in
        copy.baseAddress!.initialize(from: source + direct * stride, count: rest * stride)
        (copy.baseAddress! + rest * stride).initialize(repeating: 0, count: slack)
      }
    }
    try weights.withPacked(for: kernels) { kernels, windows, packed in
      var pass = vit_resize_pass(
        windows: windows, packed: packed, source: source, source_stride: stride, rows: direct,
        row_bytes: 0, target: target, target_stride: targetStride)
      vit_resize_horizontal(kernels, &pass)
      copy.withUnsafeBufferPointer { copy in
        pass.source = copy.baseAddress
        pass.rows = rest
        pass.target = target + direct * targetStride
        vit_resize_horizontal(kernels, &pass)
      }
    }
  }

  private func vertical(
    _ weights: ResizeWeights, _ source: UnsafePointer<UInt8>, stride: Int, rowBytes: Int,
    _ target: UnsafeMutablePointer<UInt8>
  ) throws {
    try weights.withPacked(for: kernels) { kernels, windows, packed in
      var pass = vit_resize_pass(
        windows: windows, packed: packed, source: source, source_stride: stride, rows: 0,
        row_bytes: rowBytes, target: target, target_stride: rowBytes)
      vit_resize_vertical(kernels, &pass)
    }
  }

  private func copyWindow(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let count = columns.count * 3
    for (index, row) in rows.enumerated() {
      (target + index * count).update(
        from: source + (row * sourceWidth + columns.lowerBound) * 3, count: count)
    }
  }

  private func takeNearest(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let sourceColumns = Self.nearest(inputSize: sourceWidth, outputSize: width, outputs: columns)
    let sourceRows = Self.nearest(inputSize: sourceHeight, outputSize: height, outputs: rows)
    var pixel = target
    for row in sourceRows {
      for column in sourceColumns {
        let from = source + (row * sourceWidth + column) * 3
        pixel[0] = from[0]
        pixel[1] = from[1]
        pixel[2] = from[2]
        pixel += 3
      }
    }
  }

  /// The position is summed up step by step, because Pillow does (`ImagingScaleAffine` in
  /// `src/libImaging/Geometry.c`) and the sum's rounding decides ties.
  private static func nearest(
    inputSize: Int, outputSize: Int, outputs: Range<Int>
  ) -> [Int] {
    let scale = Double(inputSize) / Double(outputSize)
    var position = scale * 0.5
    var indices: [Int] = []
    for output in 0..<outputs.upperBound {
      if output >= outputs.lowerBound {
        indices.append(min(Int(position), inputSize - 1))
      }
      position += scale
    }
    return indices
  }
}
