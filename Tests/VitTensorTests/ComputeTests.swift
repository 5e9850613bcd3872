import Testing

/// All tests of this module, one at a time: they share the pool of threads, some change its size,
/// and one measures the time the process uses.
@Suite(.serialized) struct ComputeTests {}
