import Logging

/// What downloads tell of themselves, at the level `debug`.
let log = Logger(label: "VitHub")
