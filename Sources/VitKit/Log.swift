import Logging

/// What the library tells of itself, at the level `debug`; where it goes is the program's choice
/// (`LoggingSystem.bootstrap`), and nothing is printed unless it chooses.
let log = Logger(label: "VitKit")
