import Testing

@testable import VitOperations

@Suite struct PatchesTests {
  /// With the linear layer after it, the convolution that it stands for.
  @Test func aLinearLayerOverPatchesIsAStridedConvolution() {
    var random = SplitMix64(state: 6)
    let (images, channels, height, width, patch, outputs) = (2, 3, 5, 7, 2, 4)
    let x = random.tensor([images, channels, height, width])
    let kernel = random.tensor([outputs, channels, patch, patch])
    let rows = patches(x, patchSize: patch)
    #expect(rows.shape == [images * 2 * 3, channels * patch * patch])
    let y = linear(rows, weight: kernel.reshaped([outputs, rows.shape[1]]), bias: nil)

    var expected: [Double] = []
    let (pixels, weights) = (x.doubles, kernel.doubles)
    for image in 0..<images {
      for top in [0, 2] {
        for left in [0, 2, 4] {
          for output in 0..<outputs {
            var sum = 0.0
            for channel in 0..<channels {
              for row in 0..<patch {
                for column in 0..<patch {
                  let pixel = (image * channels + channel) * height + top + row
                  let weight = (output * channels + channel) * patch + row
                  sum += pixels[pixel * width + left + column] * weights[weight * patch + column]
                }
              }
            }
            expected.append(sum)
          }
        }
      }
    }
    #expect(y.worstDifference(from: expected) < 1e-6)
  }

  @Test func anImageSmallerThanAPatchHasNone() {
    #expect(patches(Tensor(zeros: [1, 3, 4, 9]), patchSize: 8).shape == [0, 192])
  }
}
