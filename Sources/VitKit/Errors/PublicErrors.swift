import VitCheckpoint
import VitImage
import VitJSON
import VitModel
import VitSystem
import VitText

/// Calls `body` and throws what it throws as one of the two public types.
func publicly<Result>(_ body: () throws -> Result) throws -> Result {
  do { return try body() } catch { throw publicError(error) }
}

/// What the layers below throw, as one of the two types that a user of the library catches. What is
/// neither, such as an error that a caller's own closure threw, stays as it is.
package func publicError(_ error: any Error) -> any Error {
  switch error {
  case let error as ModelError: error.asPublic
  case let error as VectorFolderError: error.asPublic
  case let error as ImageError: error.asPublic
  case let error as PreprocessingError:
    if case .invalidSize = error {
      InputError(error, name: "image", .tooLarge)
    } else {
      InputError(error, .invalid)
    }
  case let error as TokenizerError: InputError(error, error.problem)
  case let error as CheckpointError: InputError(error, error.problem)
  case let error as JSONError: InputError(error, .damaged)
  case let error as SystemError: InputError(error, .unreadable)
  case let error as ImagePipelineError: InputError(error, .tooLarge)
  case let error as OutOfMemory: RequestError(.outOfMemory, error)
  default: error
  }
}

extension InputError {
  /// What is wrong with an image of this name, whichever stage refused it.
  init(image error: any Error, name: String) {
    switch error {
    case let error as InputError:
      // Below, an image in memory has no name.
      self.init(name, error.problem, reason: error.reason, remedy: error.remedy)
    case ModelError.notFinite(let model):
      self.init(
        name, .notFinite,
        reason:
          "\(model) computes no numbers for this (NaN or infinity), so its weights are damaged "
          + "or too large", remedy: "get the model again, or load it in float32")
    case let error as TarArchive.Damage: self.init(error, name: name, .damaged)
    case let error as PreprocessingError: self.init(error, name: name, .tooLarge)
    default:
      switch publicError(error) {
      case let error as InputError: self = error
      case let error as RequestError:
        self.init(name, .invalid, reason: error.reason, remedy: error.remedy)
      case let error: self.init(name, .invalid, reason: "\(error)")
      }
    }
  }

  /// What is wrong with a file of vectors.
  static func of(vectors error: any Error, path: String) -> any Error {
    switch publicError(error) {
    case let error as InputError: error
    case let error as RequestError: error
    case let error: InputError(path, .damaged, reason: "\(error)")
    }
  }
}

extension ModelError {
  fileprivate var asPublic: any Error {
    switch self {
    case .notAModel(_, let reason):
      InputError(
        self,
        reason.hasPrefix("no such file") || reason.hasPrefix("not found")
          ? .missing : .unknownFormat)
    case .unsupported: InputError(self, .unsupported)
    case .invalidConfiguration: InputError(self, .invalid)
    case .notFinite: RequestError(.notFinite, self)
    case .missingCapability, .convertedOtherwise: RequestError(.missingCapability, self)
    case .notWritable: RequestError(.cannotWrite, self)
    case .invalidInput: RequestError(.invalidArgument, self)
    }
  }
}

extension CheckpointError {
  fileprivate var problem: InputError.Problem {
    switch self {
    case .unreadable: .unreadable
    case .unsupported, .notNumeric: .unsupported
    default: .damaged
    }
  }
}

extension TokenizerError {
  fileprivate var problem: InputError.Problem {
    switch self {
    case .unreadable: .unreadable
    case .missing: .missing
    case .unsupported: .unsupported
    default: .damaged
    }
  }
}

extension VectorFolderError {
  fileprivate var asPublic: any Error {
    switch self {
    case .missing(let path):
      InputError(path, .missing, reason: "no folder of vectors is there", remedy: "check the name")
    case .unusable(let path, let reason, let remedy):
      InputError(path, .damaged, reason: reason, remedy: remedy)
    case .differs(let path, let from, let what, let remedy):
      InputError(
        path, .mismatched, reason: "differs from \(from) in \(what.joined(separator: ", "))",
        remedy: remedy)
    case .cannotWrite(let path, let reason, let remedy):
      RequestError(
        .cannotWrite, reason: "\(path): cannot be written (\(reason))", remedy: remedy)
    }
  }
}
