import Logging

/// What the library tells of itself, at the level `debug`, and what a user should know, at `notice` and
/// `warning`; where it goes is the program's choice (`LoggingSystem.bootstrap`).
let log = Logger(label: "VitKit")
