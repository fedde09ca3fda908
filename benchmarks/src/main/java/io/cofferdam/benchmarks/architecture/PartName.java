package io.cofferdam.benchmarks.architecture;

/** The parts of the comparison, in the order in which they are measured. */
enum PartName {
  /** All architectures under the same load. */
  LOAD
}
