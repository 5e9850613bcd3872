import VitSystem

extension PreprocessingError {
  /// Calls `body` and throws what it throws as the public type.
  static func publicly<Result>(_ body: () throws -> Result) throws(InputError) -> Result {
    do {
      return try body()
    } catch let error as InputError {
      throw error
    } catch let error as ImageError {
      throw error.asPublic
    } catch let error as any PartedError {
      throw InputError(error, name: "image", .tooLarge)
    } catch {
      throw InputError("image", .tooLarge, reason: "\(error)")
    }
  }
}
