import VitModel

extension Model {
  /// Writes a model to a folder with its linear weights packed in one precision, so that loading it
  /// maps the file and computes nothing.
  ///
  /// The folder takes its name when it is whole. Vectors have the same bits as those of the original
  /// at that precision on the same kernel set. A kernel set that packs in another way copies the
  /// weights when they are loaded.
  ///
  /// - Parameters:
  ///   - nameOrPath: as `load` takes it.
  ///   - folder: must not be there, or be empty.
  ///   - precision: `auto` is bfloat16 where the processor has instructions for it.
  ///   - weights: as `LoadOptions.weights`.
  /// - Throws: as `load`, and `RequestError` of the kind `.cannotWrite`.
  public static func convert(
    _ nameOrPath: String, to folder: String, precision: LoadOptions.Precision,
    weights: LoadOptions.Weights? = nil
  ) throws {
    try publicly {
      let path = try ModelLocation.find(nameOrPath)
      try convert(
        ModelSource(path: path, name: nameOrPath), to: folder, precision: precision,
        weights: weights)
    }
  }

  package static func convert(
    _ source: ModelSource, to folder: String, precision: LoadOptions.Precision,
    weights: LoadOptions.Weights? = nil
  ) throws {
    let draft = try FolderDraft(folder)
    let file = try ConvertedWeights.file(
      source, precision: precision.resolved, choice: weights?.choice)
    try draft.finish(file, named: "model.safetensors", with: source)
  }
}
