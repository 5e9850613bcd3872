import VitSystem

/// One line on a terminal that tells how far long work is, its rate and the remaining time.
struct ProgressBar {
  private var total: Total?
  private let start = ContinuousClock.now
  private var done = 0
  private var lastDrawn: ContinuousClock.Instant?
  private var drawnWidth = 0
  private let usesEscapes = Environment["NO_COLOR"] == nil

  /// How many there will be.
  struct Total: Equatable {
    let count: Int
    /// Whether it is told from how much of the archives is left.
    var isEstimate = false
  }

  init(total: Total?) { self.total = total }

  mutating func expect(_ total: Total?) { self.total = total }

  mutating func advance(by count: Int) {
    done += count
    let now = ContinuousClock.now
    // Short work needs no bar, and ten drawings a second are enough for the eye.
    guard now - start > .milliseconds(500) else { return }
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    draw(seconds: (now - start).seconds)
  }

  /// Wipes the line, so that what is said next begins at the margin.
  mutating func clear() {
    guard drawnWidth > 0 else { return }
    let blank: TerminalText =
      usesEscapes ? "\u{1B}[K" : "\(String(repeating: " ", count: drawnWidth))\r"
    StandardError.write("\r\(blank)")
    drawnWidth = 0
  }

  private mutating func draw(seconds: Double) {
    let text = Self.text(done: done, total: total, seconds: seconds)
    StandardError.draw(text, over: &drawnWidth)
  }

  /// `[#####-----]  120/240  85.2 images/s  2 s left`; `120/about 240` of an estimate.
  static func text(done: Int, total: Total?, seconds: Double) -> String {
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let rateText = "\(decimals(rate, 1)) images/s"
    guard let total, total.count > 0 else { return "\(done)  \(rateText)" }
    let width = 24
    let filled = min(width, done * width / total.count)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let left = rate > 0 ? duration(Double(max(0, total.count - done)) / rate) : "?"
    let count = total.isEstimate ? "about \(total.count)" : "\(total.count)"
    return "[\(bar)]  \(done)/\(count)  \(rateText)  \(left) left"
  }

  /// `8 s`, `2 min 5 s`, `3 h 20 min`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 3.6e9))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
