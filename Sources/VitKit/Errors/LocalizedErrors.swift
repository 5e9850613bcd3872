import VitSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// `localizedDescription` would otherwise be "The operation could not be completed".

extension InputError: LocalizedError {
  public var errorDescription: String? { description }
  public var failureReason: String? { reason }
  public var recoverySuggestion: String? { remedy.isEmpty ? nil : remedy }
}

extension RequestError: LocalizedError {
  public var errorDescription: String? { description }
  public var failureReason: String? { reason }
  public var recoverySuggestion: String? { remedy.isEmpty ? nil : remedy }
}
