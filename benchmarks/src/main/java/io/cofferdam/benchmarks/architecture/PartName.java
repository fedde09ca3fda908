package io.cofferdam.benchmarks.architecture;

/** The parts of the comparison, in the order in which they are measured. */
enum PartName {
  /** All architectures under the same load. */
  LOAD,
  /** A process with a connection for each client. */
  PROCESSES,
  /** What a connection takes in a server, where it is a process or a thread. */
  CONNECTIONS,
  /** What one transaction that goes wrong takes from the others. */
  BLAST,
  /** What a context switch costs. */
  SWITCHES,
  /** How many workers a load needs. */
  WORKERS,
  /** The queue alone, and what follows for larger machines. */
  QUEUE
}
