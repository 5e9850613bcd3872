import Logging

/// What the library tells of itself, at the level `debug`, and what a user should know, at `info` and
/// above; where it goes is the program's choice (`LoggingSystem.bootstrap`).
let log = Logger(label: "VitKit")

/// Says once in a process that kernels were compiled without optimisation, which makes everything
/// some forty times slower.
func warnOfDebugBuild() { _ = debugBuildWarning }

private let debugBuildWarning: Void = {
  var isOptimised = true
  // What is asserted is evaluated without optimisation alone.
  assert({ isOptimised = false }() == ())
  if !isOptimised {
    log.info(
      "a debug build of VitKit is some 40 times slower; build with -c release, or -Xswiftc -O -Xcc -O2"
    )
  }
}()
