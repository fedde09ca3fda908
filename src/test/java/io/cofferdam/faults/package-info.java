/**
 * Every fault at every point of a task's way: {@link io.cofferdam.faults.FaultMatrixTest} is the
 * test, {@link io.cofferdam.faults.FaultBench} lets one fault happen, {@link
 * io.cofferdam.faults.FaultVerdict} judges what the callers were told.
 */
package io.cofferdam.faults;
