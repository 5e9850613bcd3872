import VitHub

/// One line on a terminal that tells how far a download is.
struct TransferBar {
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var drawnWidth = 0
  /// Bytes that were there before the download began; they do not count for its speed.
  private var startBytes: Int?

  mutating func show(_ progress: HubProgress) {
    let now = ContinuousClock.now
    startBytes = startBytes ?? progress.bytes
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let text = Self.text(
      progress, newBytes: progress.bytes - (startBytes ?? 0), seconds: (now - start).seconds)
    StandardError.draw(text, over: &drawnWidth)
  }

  /// Wipes the line, so that what is said next begins at the margin.
  mutating func clear() {
    guard drawnWidth > 0 else { return }
    StandardError.write("\r\(String(repeating: " ", count: drawnWidth))\r")
    drawnWidth = 0
  }

  /// `[#####-----]  120.4/605.2 MB  11.2 MB/s  43 s left  model.safetensors`
  static func text(_ progress: HubProgress, newBytes: Int, seconds: Double) -> String {
    let total = max(progress.totalBytes, progress.bytes)
    let rate = seconds > 0 ? Double(newBytes) / seconds : 0
    let width = 24
    let filled =
      total > 0 ? min(width, Int(Double(width) * Double(progress.bytes) / Double(total))) : 0
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let left =
      rate > 0 ? ProgressBar.duration(Double(total - progress.bytes) / rate) + " left" : "? left"
    let amount =
      "\(decimals(Double(progress.bytes) / 1e6, 1))/\(decimals(Double(total) / 1e6, 1)) MB"
    return "[\(bar)]  \(amount)  \(decimals(rate / 1e6, 1)) MB/s  \(left)  \(progress.file)"
  }
}
