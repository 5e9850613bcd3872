/// Which weights to take from a checkpoint that holds averaged ones (an exponential moving average,
/// a teacher) beside those that were trained.
package enum WeightsChoice: String, Sendable {
  case averaged, raw
}
