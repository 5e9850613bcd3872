import Logging

/// What the library tells of itself, at the level `debug`, and of a model that a user should know, at
/// `warning`; where it goes is the program's choice (`LoggingSystem.bootstrap`).
let log = Logger(label: "VitKit")
