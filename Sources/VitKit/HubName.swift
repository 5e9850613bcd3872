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

  /// Nil where `text` is not a name that the Hub allows.
  public init?(_ text: String) {
    let fields = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let repository = fields.first.map(String.init), Self.isRepository(repository) else {
      return nil
    }
    let revision = fields.count == 2 ? String(fields[1]) : "main"
    guard Self.isRevision(revision) else { return nil }
    (self.repository, self.revision, namesRevision) = (repository, revision, fields.count == 2)
  }

  public var description: String { namesRevision ? "\(repository)@\(revision)" : repository }

  /// Whether an owner is named, as it must be to ask the Hub.
  public var hasOwner: Bool { repository.utf8.contains(UInt8(ascii: "/")) }

  /// The folder in the Hub's cache: `models--owner--name`.
  package var cacheFolder: String {
    "models--" + repository.split(separator: "/").joined(separator: "--")
  }

  /// Whether `text` is a full commit hash, 40 lower-case hexadecimal digits. A branch or a tag may
  /// point elsewhere later; a commit stays the same.
  package static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")) ~= $0 }
  }

  private static func isRepository(_ text: String) -> Bool {
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    // 96 characters is the Hub's own limit; two dashes would read as the cache's separator.
    guard (1...2).contains(components.count), text.utf8.count <= 96 + 96 else { return false }
    return components.allSatisfy { name in
      !name.isEmpty && name.utf8.count <= 96 && name.first != "." && name.first != "-"
        && name.utf8.allSatisfy(isNameByte) && !name.contains("..") && !name.contains("--")
    }
  }

  private static func isRevision(_ text: String) -> Bool {
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 255
      && components.allSatisfy { name in
        !name.isEmpty && name.first != "." && name.first != "-"
          && name.utf8.allSatisfy(isNameByte) && !name.contains("..")
      }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
