import Testing

/// Tests that run the binary, one after the other: each run uses all threads, and pipes of one run
/// that another inherits would keep it waiting.
@Suite(.serialized) enum CommandTests {}
