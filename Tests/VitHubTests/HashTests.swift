import Testing

@testable import VitHub

@Suite struct HashTests {
  private func sha1(_ text: String, pieces: Int = 1 << 20) -> String {
    var hash = SHA1()
    Array(text.utf8).withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + pieces)
        hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
    return hash.finalized()
  }

  /// FIPS 180-4's own examples.
  @Test func sha1OfTheStandard() {
    #expect(sha1("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    #expect(sha1("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(
      sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    let million = String(repeating: "a", count: 1_000_000)
    for pieces in [1 << 20, 1000, 64, 63] {
      #expect(sha1(million, pieces: pieces) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }
  }

  /// `printf 'hello\n' | git hash-object --stdin`
  @Test func gitNamesOfContent() {
    #expect(
      HubServer.File.small("hello\n").hash == "ce013625030ba8dba906f756967f9e9ca394464a")
    #expect(HubServer.File.small("").hash == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
  }

  @Test func onlyHashesAreTakenFromETags() {
    let sha256 = String(repeating: "0123456789abcdef", count: 4)
    for etag in [sha256, "\"\(sha256)\"", "W/\"\(sha256)\""] {
      #expect(ContentHash(linked: etag)?.text == sha256)
      #expect(ContentHash(linked: etag)?.kind == .sha256)
    }
    let others = [
      "", "\"", "\"\"", "abc", sha256 + "0", sha256.uppercased(), "../" + sha256.dropFirst(3),
    ]
    for etag in others { #expect(ContentHash(linked: etag) == nil) }
  }

  @Test func originsAreToldApart() {
    let origin = Origin("https://hub.example")
    #expect(origin == Origin("https://HUB.example:443/path?query"))
    let others = [
      "http://hub.example", "https://hub.example:444", "https://hub.example.evil.example",
      "https://evil.example/hub.example", "https://evil.example\\hub.example",
    ]
    for other in others { #expect(Origin(other) != origin) }
    #expect(Origin("http://[::1]:8080/a")?.port == 8080)
    for url in ["https://hub.example@evil.example", "file:///etc", "https://a:0", "https://:80"] {
      #expect(Origin(url) == nil)
    }
  }
}
