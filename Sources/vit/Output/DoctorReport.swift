import VitBoxModel
import VitImage
import VitKit
import VitTensor

/// What `doctor` finds.
struct DoctorReport {
  struct FoundModel {
    let name: String
    let path: String
    /// Why it cannot be used.
    let error: String?
  }

  let machine = Machine()
  let models: [FoundModel]
  /// What a user may want that is not there, with the way to get it.
  let missing: [String]

  init() {
    let box = FoundModel(
      name: Model.boxName, path: "in the binary", error: Self.error { try Model.box })
    let cached = ModelLocation.cached().map { model in
      FoundModel(
        name: model.name, path: model.path, error: Self.error { try Model.load(model.path) })
    }
    models = [box] + cached
    var missing: [String] = []
    if cached.isEmpty {
      missing.append(
        "no other models; download one with `vit download "
          + "google/vit-base-patch16-224` and name it with --model")
    }
    if KernelSet.active == "scalar" && KernelSet.available.count > 1 {
      missing.append("fast kernels are switched off; unset VIT_KERNELS")
    }
    self.missing = missing
  }

  private static func error(_ load: () throws -> Model) -> String? {
    do {
      _ = try load()
      return nil
    } catch {
      return "\(error)"
    }
  }

  var json: JSONText {
    .object([
      ("version", .string(Vit.version)),
      ("system", .string(machine.system)),
      ("architecture", .string(machine.architecture)),
      ("processor", .string(machine.processor)),
      ("processor_count", .number(machine.processorCount)),
      ("memory_bytes", .number(machine.memoryBytes)),
      ("threads", .number(ThreadPool.shared.threadCount)),
      ("kernel_set", .string(KernelSet.active)),
      ("kernel_sets", .strings(KernelSet.available)),
      ("libraries", .strings(ImageLibraries.versions)),
      ("vit_home", .string(ModelLocation.vitHome)),
      ("hub_cache", .string(ModelLocation.hubCache)),
      (
        "models",
        .array(
          models.map { model in
            .object(
              [("name", .string(model.name)), ("path", .string(model.path))]
                + (model.error.map { [("error", .string($0))] } ?? []))
          })
      ),
      ("missing", .strings(missing)),
    ])
  }

  var table: String {
    let gibibytes = decimals(Double(machine.memoryBytes) / Double(1 << 30), 1)
    var rows = [
      ("vit", Vit.version),
      ("system", "\(machine.system), \(machine.architecture)"),
      ("processor", "\(machine.processor), \(machine.processorCount) threads"),
      ("memory", "\(gibibytes) GiB"),
      ("threads", "\(ThreadPool.shared.threadCount)"),
      ("kernels", "\(KernelSet.active) (of \(KernelSet.available.joined(separator: ", ")))"),
      ("libraries", ImageLibraries.versions.joined(separator: ", ")),
      ("VIT_HOME", ModelLocation.vitHome ?? "not set"),
      ("Hub cache", ModelLocation.hubCache),
    ]
    for model in models {
      let state = model.error.map { "unusable: \($0)" } ?? model.path
      rows.append(("model", "\(model.name)  \(state)"))
    }
    rows += missing.map { ("missing", $0) }
    return rows.map { "\($0.0.padded(to: 11))\($0.1)\n" }.joined()
  }
}
