import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct InspectTests {
    @Test func jsonHasFlatKeysAndTheTensors() throws {
      let outcome = try VitCommand().run("inspect", "--format", "json")
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      #expect(object["model"] as? String == "box")
      #expect(object["width"] as? Int == 192)
      #expect(object["depth"] as? Int == 12)
      #expect(object["heads"] as? Int == 3)
      #expect(object["patch_size_px"] as? Int == 16)
      #expect(object["class_count"] as? Int == 1000)
      #expect(object["parameter_count"] as? Int == 5_717_416)
      #expect((object["weights_sha256"] as? String)?.count == 64)
      let tensors = try #require(object["tensors"] as? [[String: Any]])
      #expect(tensors.count == 152)
      #expect(tensors.contains { $0["name"] as? String == "blocks.0.attn.qkv.weight" })
      for key in object.keys where key != "tensors" {
        #expect(!(object[key] is [String: Any]), "\(key) is not flat")
      }
    }

    @Test func anImageIsTold() throws {
      let photo = TestData.committed("images/jpeg/go-video-001.q50.440.jpeg").path
      let outcome = try VitCommand().run("inspect", photo, "--format", "json")
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      #expect(object["format"] as? String == "JPEG")
      #expect(object["width_px"] as? Int == 150)
      #expect(object["height_px"] as? Int == 103)
      #expect(object["color"] as? String == "ycbcr")
      #expect(object["orientation"] as? Int == 1)
      #expect(object["profile"] is NSNull)
      let table = try VitCommand().run("inspect", photo)
      #expect(table.text.contains("150 × 103 px"))
      #expect(try VitCommand().run("inspect", photo, "--tensors").status == 64)
    }

    /// By its name an image, by its content none.
    @Test func whatIsNoImageIsRefused() throws {
      let scratch = try Scratch()
      let file = try scratch.write("photo.jpg", Data("hello".utf8))
      let outcome = try VitCommand().run("inspect", file)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("not a JPEG"))
    }

    @Test func tableNamesTheArchitecture() throws {
      let outcome = try VitCommand().run("inspect", "--tensors")
      #expect(outcome.text.contains("12 blocks of width 192"))
      #expect(outcome.text.contains("blocks.0.attn.qkv.weight"))
    }
  }
}
