#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

// `localizedDescription` would otherwise be "The operation could not be completed".

extension HubError: LocalizedError {
  public var errorDescription: String? { description }
}
