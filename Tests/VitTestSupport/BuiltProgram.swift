import Foundation

/// The programs that were built with the tests.
public enum BuiltProgram {
  public struct Missing: Error { public let what: String }

  /// The program of that name, which lies beside the tests.
  public static func find(_ name: String) throws -> URL {
    // In the test bundle on macOS, the test program itself elsewhere.
    var place = testImage
    for _ in 0..<5 {
      place.deleteLastPathComponent()
      let candidate = place.appending(path: name)
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    throw Missing(what: "no \(name) beside \(testImage.path); build the package first")
  }
}

/// The file that this code was loaded from.
private var testImage: URL {
  #if canImport(Darwin)
    // A helper of the toolchain loads the test bundle.
    var information = Dl_info()
    if dladdr(#dsohandle, &information) != 0, let name = information.dli_fname {
      return URL(filePath: String(cString: name)).standardizedFileURL
    }
    return URL(filePath: CommandLine.arguments[0]).standardizedFileURL
  #else
    return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  #endif
}
