import CArguments
import VitSystem

/// What the command was called with.
enum CommandArguments {
  /// Its own name first; each as `SystemName` has it, so that what is not UTF-8 is kept.
  static var all: [String] {
    guard let first = vit_arguments() else { return CommandLine.arguments }
    var arguments: [String] = []
    while let argument = first[arguments.count] {
      arguments.append(SystemName.text(cString: argument))
    }
    return arguments
  }

  /// As the parser takes them: it knows characters, and a combining mark after the `=` of
  /// `--text=VALUE` would be one with it, and an empty value only as a word of its own. So such a value
  /// becomes the next word.
  static func separated(_ given: some Collection<String>) -> [String] {
    var result: [String] = []
    var isPositional = false
    for argument in given {
      if argument.isExactly("--") { isPositional = true }
      guard !isPositional, argument.beginsExactly("--"),
        let equals = argument.utf8.firstIndex(of: UInt8(ascii: "="))
      else {
        result.append(argument)
        continue
      }
      let value = argument.utf8.index(after: equals)
      if value == argument.endIndex || argument.index(after: equals) != value {
        result += [String(argument[..<equals]), String(argument[value...])]
      } else {
        result.append(argument)
      }
    }
    return result
  }
}
