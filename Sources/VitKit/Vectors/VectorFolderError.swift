/// Why a folder of vectors cannot be read, written or joined.
package enum VectorFolderError: Error, CustomStringConvertible, Sendable {
  case missing(path: String)
  /// What lies there is no folder of vectors, or damaged.
  case unusable(path: String, reason: String, remedy: String)
  /// It was made from, with or by something else.
  case differs(path: String, from: String, what: [String], remedy: String)
  case cannotWrite(path: String, reason: String, remedy: String)

  package var description: String {
    switch self {
    case .missing(let path):
      "\(path): no folder of vectors is there; check the name"
    case .unusable(let path, let reason, let remedy):
      "\(path): \(reason); \(remedy)"
    case .differs(let path, let from, let what, let remedy):
      "\(path): differs from \(from) in \(what.joined(separator: ", ")); \(remedy)"
    case .cannotWrite(let path, let reason, let remedy):
      "\(path): cannot be written (\(reason)); \(remedy)"
    }
  }
}
