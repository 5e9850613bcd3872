import Testing
import VitKit

@testable import vit

@Suite struct InputFailureTests {
  private struct Told: Error, CustomStringConvertible { let description: String }

  @Test func theReasonIsWithoutTheName() {
    let name = "a.jpg"
    #expect(InputFailure(Told(description: "a.jpg: cut"), name: name).reason == "cut")
    #expect(InputFailure(Told(description: "b.jpg: cut"), name: name).reason == "b.jpg: cut")
    #expect(InputFailure(InputFailure(reason: "a.jpg: kept"), name: name).reason == "a.jpg: kept")
  }

  @Test func theBudgetIsToldByItsOption() {
    let error = ImagePipelineError.exceedsBudget(
      name: "a.jpg", needed: 3 << 30, budget: 1 << 30)
    #expect(
      InputFailure(error, name: "a.jpg").reason
        == "takes 3 GiB of memory, more than the budget of 1 GiB; raise --memory, or make the image "
        + "smaller")
  }
}
