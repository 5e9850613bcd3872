import VitModel
import VitSystem

/// Models that are loaded once for each set of options.
private let loadedModels = Monitor([LoadOptions: Model]())

extension Model {
  /// The model in the box: its bytes are part of the binary and never change, so that one copy serves
  /// all who ask for it.
  package static func loadedOnce(_ source: ModelSource, options: LoadOptions) throws -> Model {
    try publicly {
      try options.applyThreads()
      var key = options
      key.threads = nil
      return try loadedModels.withLock { models in
        if let model = models[key] { return model }
        let model = try Model(source, options: key)
        models[key] = model
        return model
      }
    }
  }
}
