/// The square patches of images as rows, from left to right and top to bottom: with a linear layer
/// after it, the patch embedding (Dosovitskiy et al. 2020, equation 1), which checkpoints store as a
/// convolution whose kernel and stride are the patch (PyTorch's `torch.nn.functional.unfold`):
///
///     forward    y at (patch row i, patch column j), (channel c, row u, column v)
///                  = x at (channel c, row i P + u, column j P + v)
///     backward   ∂x = ∂y where each pixel went, 0 where no whole patch is
///
/// - Parameters:
///   - images: `[n, channels, height, width]`; pixels that fill no whole patch at the right and at the
///     bottom are left out, as a strided convolution leaves them.
///   - patchSize: P
/// - Returns: `[n · ⌊height / P⌋ · ⌊width / P⌋, channels · P · P]`, the order of a convolution's weight
package func patches(_ images: Tensor, patchSize: Int) -> Tensor {
  precondition(
    images.shape.count == 4 && patchSize > 0,
    "patches: images \(images.shape) and a patch size of \(patchSize)")
  let channels = images.shape[1]
  let height = images.shape[2]
  let width = images.shape[3]
  let gridWidth = width / patchSize
  let patchesPerImage = height / patchSize * gridWidth
  return Tensor(
    rows: images.shape[0] * patchesPerImage, width: channels * patchSize * patchSize
  ) { patch, output in
    let (image, number) = patch.quotientAndRemainder(dividingBy: patchesPerImage)
    let top = number / gridWidth * patchSize
    let left = number % gridWidth * patchSize
    var index = 0
    for channel in 0..<channels {
      for row in top..<top + patchSize {
        for column in left..<left + patchSize {
          output[index] = images[((image * channels + channel) * height + row) * width + column]
          index += 1
        }
      }
    }
  }
  .recorded(as: "patches", from: [images], backward: nil)
}
