#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The memory that the process may take before it is ended or its requests fail: the least of the
/// machine's, of the limits of its control group and of all groups above (a container, a unit of a
/// service manager, a job of a cluster), and of its address space (`ulimit -v`).
package enum MemoryLimit {
  /// In bytes.
  package static var bytes: Int {
    var least = Machine.memoryBytes
    if let group = ControlGroup.memoryLimit() { least = min(least, group) }
    return max(1, least)
  }

  /// Whether the system refuses memory before it has given out all: where the address space is limited, or
  /// what is given out is never more than there is (`vm.overcommit_memory` is 2).
  ///
  /// It is asked before the first array of `InputMemory`, and makes none itself.
  static var mayRefuse: Bool {
    if addressSpace != nil { return true }
    let file = open("/proc/sys/vm/overcommit_memory", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var digit: UInt8 = 0
    return read(file, &digit, 1) == 1 && digit == UInt8(ascii: "2")
  }

  /// The bytes of address space that are left, or nil where there is no limit.
  package static var addressSpaceLeft: Int? {
    addressSpace.map { max(0, $0 - (addressSpaceUsed ?? 0)) }
  }

  /// In bytes, or nil where it is not limited.
  private static var addressSpace: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(UInt32(RLIMIT_AS.rawValue))
    #else
      let resource = RLIMIT_AS
    #endif
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else { return nil }
    return Int(limit.rlim_cur)
  }

  /// The first number of `/proc/self/statm`, in pages (proc(5)).
  private static var addressSpaceUsed: Int? {
    guard let bytes = try? RegularFile.contents(of: "/proc/self/statm", limit: 4096) else {
      return nil
    }
    let pages = String(decoding: bytes, as: UTF8.self).prefix(while: \.isNumber)
    return Int(pages).map { $0 * max(1, sysconf(Int32(_SC_PAGESIZE))) }
  }
}

/// The control groups that the process is in (cgroups(7)).
package enum ControlGroup {
  /// The least memory limit of the process's group and of those it is in, of either version of control
  /// groups; nil where there is none.
  ///
  /// - Parameters:
  ///   - membership: lines `NUMBER:CONTROLLERS:PATH`; version 2 has no controllers.
  ///   - root: where the groups are mounted.
  package static func memoryLimit(
    membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup"
  ) -> Int? {
    let bytes = (try? RegularFile.contents(of: membership, limit: 1 << 20)) ?? []
    var limits: [Int] = []
    for line in bytes.split(separator: 0x0A) {
      let fields = line.split(separator: 0x3A, maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].first == 0x2F else { continue }
      let path = String(decoding: fields[2], as: UTF8.self)
      let controllers = fields[1].split(separator: 0x2C)
      if fields[1].isEmpty {
        // Beside groups of version 1 those of version 2 are mounted apart.
        for mount in [root, "\(root)/unified"] {
          limits += Self.limits(mount: mount, path: path, files: ["memory.max", "memory.high"])
        }
      } else if controllers.contains(where: { $0.elementsEqual("memory".utf8) }) {
        limits += Self.limits(
          mount: "\(root)/memory", path: path, files: ["memory.limit_in_bytes"])
      }
    }
    return limits.min()
  }

  /// Of a group and of those it is in. Inside a container `path` may name folders that are not there,
  /// and the mount is the container's own group.
  private static func limits(mount: String, path: String, files: [String]) -> [Int] {
    var folder = path == "/" ? mount : mount + path
    var found: [Int] = []
    while true {
      for file in files {
        if let limit = number("\(folder)/\(file)") { found.append(limit) }
      }
      guard folder.utf8.count > mount.utf8.count, let slash = folder.lastIndex(of: "/") else {
        return found
      }
      folder = String(folder[..<slash])
    }
  }

  /// A limit in bytes; "max" of version 2 and the largest number of version 1, which is rounded down
  /// to pages, are none.
  private static func number(_ path: String) -> Int? {
    guard let bytes = try? RegularFile.contents(of: path, limit: 4096) else { return nil }
    let digits = String(decoding: bytes, as: UTF8.self).prefix(while: \.isNumber)
    return Int(digits).flatMap { $0 < Int.max - (1 << 20) ? $0 : nil }
  }
}
