import Testing

@testable import VitKit

@Suite struct HubNameTests {
  @Test func onlyWhatTheHubAllowsIsAName() {
    #expect(HubName("a/b")?.revision == "main")
    #expect(HubName("a/b@refs/pr/1")?.revision == "refs/pr/1")
    #expect(HubName("a/b")?.cacheFolder == "models--a--b")
    #expect(HubName("gpt2")?.hasOwner == false)
    let wrong = [
      "", "/", "a/", "/b", "a/b/c", "../b", "a/..", "a/b@", "a/b@..", "a/b@../../c", "a/b@/c",
      "a b/c", "a/b@x y", "a--b/c", "-a/b", ".a/b", "a/b\n", "a/b@c//d", "é/b", "a%2f/b",
    ]
    for name in wrong { #expect(HubName(name) == nil, "\(name)") }
  }

  @Test func onlyFullHashesAreCommits() {
    let commit = String(repeating: "0123456789", count: 4)
    #expect(HubName.isCommit(commit))
    for other in [String(commit.dropLast()), commit + "0", "A" + commit.dropFirst(), "main"] {
      #expect(!HubName.isCommit(other), "\(other)")
    }
  }
}
