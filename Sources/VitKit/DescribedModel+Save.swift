import VitModel

extension DescribedModel {
  /// Writes the model to a folder in the layout that it was read in, with its configuration,
  /// preprocessing and tokeniser: what did not change is the same to the bit, changed numbers are
  /// rounded to the data types of their tensors.
  ///
  /// The folder takes its name when it is whole. Shards and PyTorch archives become one safetensors
  /// file of the same tensors.
  ///
  /// - Parameter folder: must not be there, or be empty.
  /// - Throws: `ModelError.notWritable`, and `CheckpointError` for a model that was converted.
  package func save(to folder: String) throws {
    let weights = try SavedWeights.file(description)
    try FolderDraft(folder).finish(
      weights, named: description.weightsFileName, with: description.source)
  }
}
