package io.cofferdam.benchmarks.run;

import io.cofferdam.benchmarks.report.Report;

/** A part of a report that several kinds of measurement make together. */
@FunctionalInterface
public interface Part {

  /** Measures, and adds what was found. */
  void run(Report report) throws Exception;
}
