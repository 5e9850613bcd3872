/// A model as the Hugging Face Hub names it: `owner/name`, or `owner/name@revision`.
///
/// Only what the Hub allows is accepted, so that a name can leave neither the cache's folder nor
/// the Hub's address.
public struct HubName: Sendable, Equatable, CustomStringConvertible {
  /// `owner/name`; some old models of the Hub have no owner.
  public let repository: String
  /// A branch, a tag or a commit.
  public let revision: String
  /// Whether the name said which revision.
  public let namesRevision: Bool

  /// Nil for what is no such name.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let repository = parts.first.map(String.init), Self.isRepository(repository) else {
      return nil
    }
    let revision = parts.count == 2 ? String(parts[1]) : "main"
    guard Self.isRevision(revision) else { return nil }
    (self.repository, self.revision, namesRevision) = (repository, revision, parts.count == 2)
  }

  public var description: String { namesRevision ? "\(repository)@\(revision)" : repository }

  /// Whether an owner is named, as it must be to ask the Hub.
  public var hasOwner: Bool { repository.utf8.contains(UInt8(ascii: "/")) }

  /// The folder in the Hub's cache: `models--owner--name`.
  package var cacheFolder: String {
    "models--" + repository.split(separator: "/").joined(separator: "--")
  }

  /// Whether a text is a whole commit hash, which never points to anything else later.
  package static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")) ~= $0 }
  }

  private static func isRepository(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    // 96 characters is the Hub's own limit; two dashes would read as the cache's separator.
    guard parts.count == 1 || parts.count == 2, text.utf8.count <= 96 + 96 else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && part.utf8.count <= 96 && part.first != "." && part.first != "-"
        && part.utf8.allSatisfy(isNameByte) && !part.contains("..") && !part.contains("--")
    }
  }

  private static func isRevision(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 255
      && parts.allSatisfy { part in
        !part.isEmpty && part.first != "." && part.first != "-"
          && part.utf8.allSatisfy(isNameByte) && !part.contains("..")
      }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
