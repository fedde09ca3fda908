package io.cofferdam.benchmarks.report;

/**
 * What another program printed, as it is.
 *
 * @param title the command that a reader can repeat
 * @param text what it printed
 */
public record Listing(String title, String text) {}
