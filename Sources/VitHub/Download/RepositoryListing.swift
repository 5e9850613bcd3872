import VitJSON
import VitKit
import VitSystem

/// What a repository holds at one commit, as the Hub's `/api/models/…/revision/…` tells it.
struct RepositoryListing {
  struct File {
    let name: String
    /// Of the content; nil where the Hub does not say.
    let size: Int?
    let hash: ContentHash?
  }

  /// Empty where the server does not say.
  var commit: String
  let files: ExactDictionary<File>

  static let limit = 32 << 20

  init(_ bytes: [UInt8], url: String) throws(HubError) {
    let json: JSONValue
    do {
      json = try bytes.withUnsafeBytes {
        try JSONValue.parse($0, name: url, limits: JSONLimits(bytes: Self.limit))
      }
    } catch {
      let reason = (error as? JSONError)?.reason ?? "\(error)"
      throw .invalidAnswer(url: url, reason: "not a list of files: \(reason)")
    }
    let commit = json["sha"]?.string ?? ""
    guard commit.isEmpty || HubName.isCommit(commit), let siblings = json["siblings"]?.array
    else { throw .invalidAnswer(url: url, reason: "not a list of files") }
    self.commit = commit
    var files: ExactDictionary<File> = [:]
    for sibling in siblings {
      guard let name = sibling["rfilename"]?.string else { continue }
      let large = sibling["lfs"]
      let size = (large?["size"] ?? sibling["size"])?.int
      let hash = (large?["sha256"] ?? sibling["blobId"])?.string
      files[name] = File(
        name: name, size: size.flatMap { $0 < 0 ? nil : $0 }, hash: hash.flatMap { ContentHash($0) }
      )
    }
    self.files = files
  }
}
