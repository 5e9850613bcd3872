import VitTensor

extension ImageTowerPlan {
  /// The size of a batch's images, and what only depends on it.
  struct ImageGrid {
    let height: Int
    let width: Int
    let patches: Int
    /// Position embeddings of the patches, `[patches, configuration.width]`.
    let positionRows: [Float]
  }

  /// What the first block reads, `[images · sequence, width]`, in memory of the workspace: patch
  /// embedding, prefix tokens, positions and, where the model has one, a norm.
  func embed(
    _ images: [UnsafePointer<Float>], grid: ImageGrid, workspace: Workspace
  ) throws -> UnsafeMutablePointer<Float> {
    let width = configuration.width
    let patches = images.count * grid.patches
    let rows = images.count * (configuration.prefixTokens + grid.patches)
    let patchRows = try workspace.floats(.patches, patches * configuration.patchElements)
    let patchTokens = try workspace.floats(.patchTokens, patches * width)
    let tokens = try workspace.floats(.tokens, rows * width)
    let division = Division.byRows(rows, threads: ThreadPool.shared.threadCount)
    ThreadPool.shared.run(count: division.shares) {
      let share = division.share($0).rows
      embed(
        share, of: images, grid: grid, patchRows: patchRows, patchTokens: patchTokens, to: tokens)
      let first = tokens + share.lowerBound * width
      normBeforeBlocks?.apply(first, rows: share.count, to: first)
    }
    return tokens
  }

  /// The rows `share` of `tokens`, with `patchRows` and `patchTokens` for what comes in between, in
  /// which each share has its own rows.
  private func embed(
    _ share: Range<Int>, of images: [UnsafePointer<Float>], grid: ImageGrid,
    patchRows: UnsafeMutablePointer<Float>, patchTokens: UnsafeMutablePointer<Float>,
    to tokens: UnsafeMutablePointer<Float>
  ) {
    let width = configuration.width
    let elements = configuration.patchElements
    let prefix = configuration.prefixTokens
    let sequence = prefix + grid.patches
    /// Patches of all images before this row.
    func patches(before row: Int) -> Int {
      row / sequence * grid.patches + max(0, row % sequence - prefix)
    }

    let range = patches(before: share.lowerBound)..<patches(before: share.upperBound)
    ThreadPool.shared.run(count: range.count) { index in
      let patch = range.lowerBound + index
      let (image, ofImage) = patch.quotientAndRemainder(dividingBy: grid.patches)
      patchEmbedding.extractPatch(
        ofImage, of: images[image], height: grid.height, width: grid.width,
        to: patchRows + patch * elements)
    }
    patchEmbedding.projection.apply(
      patchRows + range.lowerBound * elements, rows: range.count,
      to: patchTokens + range.lowerBound * width)

    for row in share {
      let token = tokens + row * width
      let (image, position) = row.quotientAndRemainder(dividingBy: sequence)
      guard position >= prefix else {
        prefixTokens.withUnsafeBufferPointer {
          token.update(from: $0.baseAddress! + position * width, count: width)
        }
        continue
      }
      let patch = position - prefix
      let source = patchTokens + (image * grid.patches + patch) * width
      grid.positionRows.withUnsafeBufferPointer {
        let positionRow = $0.baseAddress! + patch * width
        for channel in 0..<width { token[channel] = source[channel] + positionRow[channel] }
      }
    }
  }
}
