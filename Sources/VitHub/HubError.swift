import VitJSON
import VitSystem

/// Why a model does not come from the Hub.
public enum HubError: Error, CustomStringConvertible, Sendable {
  /// No name that the Hub could have.
  case invalidName(String)
  /// The network is not to be used, and the model is not in the cache.
  case offline(name: String, remedy: String)
  /// No answer, or only answers that the service is not working.
  case unreachable(endpoint: String, reason: String)
  /// An answer that ended before it was whole, again and again.
  case connectionBroke(url: String, reason: String)
  /// 401: the Hub does not tell a model that is not there from one that is not shown.
  case unauthorized(name: String, endpoint: String, hasToken: Bool)
  /// 403: the token's owner may not read the model.
  case forbidden(name: String, endpoint: String)
  /// 404, or no such revision or file.
  case notFound(name: String, what: String)
  /// The repository lacks what a model needs.
  case notAModel(name: String, reason: String)
  /// The Hub says what cannot be, or contradicts itself.
  case invalidAnswer(url: String, reason: String)
  /// What came is not what was announced. Nothing of it is kept.
  case wrongContent(name: String, file: String, reason: String)
  /// A setting of the environment that cannot be obeyed.
  case invalidSetting(name: String, reason: String)
  case diskFull(folder: String, needed: Int, free: Int)
  /// The cache cannot be written.
  case cannotWrite(path: String, reason: String)
  /// The caller asked to stop. What came so far is kept for the next time.
  case cancelled(name: String)

  /// What the system refused in the cache.
  init(_ error: SystemError) { self = .cannotWrite(path: error.path, reason: error.reason) }

  public var description: String { printable(text, limit: 2048) }

  private var text: String {
    switch self {
    case .invalidName(let name):
      "\(name): not a name of the Hub; give owner/name or owner/name@revision"
    case .offline(let name, let remedy):
      "\(name): not in the cache, and the network is not to be used; \(remedy)"
    case .unreachable(let endpoint, let reason):
      "\(endpoint): the Hub cannot be reached: \(reason); check the connection, HF_ENDPOINT and "
        + "the proxy's settings, or set `Hub.isOffline` to true"
    case .connectionBroke(let url, let reason):
      "\(url): the connection broke: \(reason); try again, what came so far is kept"
    case .unauthorized(let name, let endpoint, false):
      "\(name): \(endpoint) shows no such model without a token (401); check the name, or set "
        + "HF_TOKEN if the model is private or gated"
    case .unauthorized(let name, let endpoint, true):
      "\(name): \(endpoint) shows no such model to this token (401); check the name and HF_TOKEN"
    case .forbidden(let name, let endpoint):
      "\(name): the token may not read it (403); ask for access at \(endpoint)/"
        + (HubAddress.repository(of: name))
    case .notFound(let name, let what):
      "\(name): \(what)"
    case .notAModel(let name, let reason):
      "\(name): \(reason)"
    case .invalidAnswer(let url, let reason):
      "\(url): \(reason); check that HF_ENDPOINT and the proxy lead to a Hub"
    case .wrongContent(let name, let file, let reason):
      "\(name): \(file) is damaged: \(reason); it was thrown away, download it again"
    case .invalidSetting(let name, let reason):
      "\(name) names what cannot be used: \(reason); correct it, or unset it"
    case .diskFull(let folder, let needed, let free):
      "\(folder): \(needed) bytes are needed and \(free) are free; make room, or set HF_HUB_CACHE "
        + "to a larger disk"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); set HF_HUB_CACHE to a folder that can"
    case .cancelled(let name):
      "\(name): the download was stopped; the next one goes on where it ended"
    }
  }
}
