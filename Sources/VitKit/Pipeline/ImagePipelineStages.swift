import VitImage

/// What is done with each of any number of images, in the order in which an image meets it.
///
///     nextInputs → open → decoding → preprocess → encode → report
///
/// An `ImagePipeline` calls the stages and decodes between two of them, within its budget of memory.
///
/// `open`, `preprocess` and `encode` are called by several threads at once, each with other images.
/// `nextInputs` is called by one thread at a time, and so are `report` and `flush` together; but one
/// thread may ask for inputs while another reports, so what both touch needs a lock.
package protocol ImagePipelineStages: Sendable {
  /// Names an image, and says where its bytes are.
  associatedtype Input: Sendable
  /// An image as the model takes it.
  associatedtype Preprocessed: Sendable
  /// What the model makes of an image.
  associatedtype Output: Sendable

  /// Asked before each image, by any thread; from the first true on, which must stay true, no other
  /// image is begun. Those that are under way are reported where none before them is missing.
  var isCancelled: Bool { get }

  /// The next inputs, in order.
  ///
  /// - Parameters:
  ///   - count: the most that are taken.
  ///   - waits: whether to wait for the first one. Later ones are never waited for, so that whoever
  ///     feeds a pipe gets an answer before the next line is written.
  /// - Returns: none at the end, and where it must not wait and none is there.
  /// - Throws: what ends the work; inputs that were taken before are finished.
  func nextInputs(atMost count: Int, waits: Bool) throws -> [Input]

  /// Finds the bytes of an image, without reading more of them than it must.
  ///
  /// - Throws: any error fails this image alone.
  func open(_ input: Input) throws -> CompressedImage

  /// Makes the model's input of a decoded image.
  ///
  /// - Throws: any error fails this image alone.
  func preprocess(_ image: Image) throws -> Preprocessed

  /// The most memory that `preprocess` takes beside an image of that size, its result included.
  func preprocessingMemory(width: Int, height: Int) -> Int

  /// The memory that a preprocessed image takes while it waits for its batch.
  func byteCount(of preprocessed: Preprocessed) -> Int

  /// Takes a batch through the model.
  ///
  /// - Returns: an output for each image, in their order.
  /// - Throws: where it is a `ModelError`, the images are tried again one at a time, and only one
  ///   that throws alone has failed. Any other error ends the work.
  func encode(_ batch: [Preprocessed]) throws -> [Output]

  /// Takes what became of an image; called once an input, in the order of the inputs.
  ///
  /// - Throws: what ends the work.
  func report(_ outcome: ImageOutcome<Output>, of input: Input) throws

  /// Called after reports where none is ready to follow, so that buffered results can be handed on.
  ///
  /// - Throws: what ends the work.
  func flush() throws
}

extension ImagePipelineStages where Preprocessed == PixelTensor {
  package func byteCount(of pixels: PixelTensor) -> Int {
    pixels.values.count * MemoryLayout<Float>.size
  }
}
