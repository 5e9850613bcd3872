import CBoxModel
import VitKit
import VitModel

extension Model {
  /// The name under which the model in the box is known to the command.
  public static let boxName = "box"

  /// The model that is part of the binary: timm's `vit_tiny_patch16_224.augreg_in21k_ft_in1k`, a
  /// ViT-Tiny/16 with ImageNet's 1,000 classes (Steiner et al. 2021, Apache-2.0).
  ///
  /// Its files are read in place, wherever the binary lies.
  ///
  /// It is loaded once for each set of options, and shared by all who ask.
  ///
  /// - Throws: `RequestError` for threads out of range.
  public static func box(options: LoadOptions) throws -> Model {
    try loadedOnce(boxSource, options: options)
  }

  /// `convert` of the model in the box.
  package static func convertBox(
    to folder: String, precision: LoadOptions.Precision, weights: LoadOptions.Weights? = nil
  ) throws {
    try convert(boxSource, to: folder, precision: precision, weights: weights)
  }

  fileprivate static var boxSource: ModelSource {
    ModelSource(
      name: boxName,
      files: [
        "model.safetensors": .init(vit_box_weights()),
        "config.json": .init(vit_box_configuration()),
      ])
  }

  /// The model in the box in float32, loaded once.
  public static var box: Model {
    get throws { try box(options: LoadOptions()) }
  }
}

extension DescribedModel {
  /// As `Model.box`, without its weights.
  package static func box(options: LoadOptions) throws -> DescribedModel {
    try DescribedModel(Model.boxSource, options: options)
  }
}

extension ModelSource.MemoryFile {
  fileprivate init(_ file: vit_box_file) {
    self.init(UnsafeRawBufferPointer(start: file.bytes, count: file.size))
  }
}
