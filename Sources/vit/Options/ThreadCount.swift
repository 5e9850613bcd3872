import ArgumentParser

/// What `--threads` or its environment twin asks for; nil where neither is given.
func requestedThreads(_ option: Int?) throws -> Int? {
  let fromEnvironment = environment("VIT_THREADS")
  guard option != nil || fromEnvironment != nil else { return nil }
  guard let count = option ?? Int(fromEnvironment!), (1...1024).contains(count) else {
    throw ValidationError("--threads (VIT_THREADS) must be a number from 1 to 1024")
  }
  return count
}
