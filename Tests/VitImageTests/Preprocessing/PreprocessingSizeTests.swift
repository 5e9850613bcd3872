import Testing
import VitSystem

@testable import VitImage

@Suite struct PreprocessingSizeTests {
  /// Sizes written down in the reference, not computed with our formula.
  @Test func cropOffsets() {
    let huggingFace = CenterCrop(width: 1, height: 1, convention: .huggingFace)
    let torchvision = CenterCrop(width: 1, height: 1, convention: .torchvision)
    #expect(huggingFace.window(size: 255, crop: 224).kept.lowerBound == 15)
    #expect(torchvision.window(size: 255, crop: 224).kept.lowerBound == 16)
    #expect(huggingFace.window(size: 253, crop: 224).kept.lowerBound == 14)
    #expect(torchvision.window(size: 253, crop: 224).kept.lowerBound == 14)
    #expect(huggingFace.window(size: 100, crop: 225).before == 63)
    #expect(torchvision.window(size: 100, crop: 225).before == 62)
  }

  @Test func shortestEdge() {
    #expect(ResizePolicy.shortestEdge(224).size(width: 4000, height: 3000) == (298, 224))
    #expect(ResizePolicy.shortestEdge(224).size(width: 225, height: 300) == (224, 298))
    #expect(ResizePolicy.shortestEdge(224).size(width: 224, height: 999) == (224, 999))
  }

  @Test func keepRatioRoundsHalfToEven() {
    #expect(ResizePolicy.fitting(width: 2, height: 2).size(width: 4, height: 5) == (2, 2))
    #expect(ResizePolicy.covering(width: 2, height: 2).size(width: 4, height: 5) == (2, 2))
    #expect(ResizePolicy.covering(width: 2, height: 2).size(width: 4, height: 7) == (2, 4))
    #expect(ResizePolicy.fitting(width: 8, height: 8).size(width: 1, height: 5000) == (1, 8))
  }

  /// A very long image costs no more than its crop.
  @Test func longImages() throws {
    let image = try Noise.image(width: 60000, height: 1, seed: 1)
    let clip = try Preprocessing.huggingFace(nil, family: .clip, name: "none")
    #expect(try clip.croppedImage(image).pixels.count == 224 * 224 * 3)
    let uncropped = Preprocessing(
      resize: .shortestEdge(224), filter: .bicubic, crop: nil,
      normalization: clip.normalization)
    #expect(throws: InputError.self) { try uncropped.croppedImage(image) }
  }
}
