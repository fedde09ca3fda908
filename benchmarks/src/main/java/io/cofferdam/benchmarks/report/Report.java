package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one run of the program has found out. Not thread-safe. */
public final class Report {

  private final String title;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();

  /**
   * @param title what was measured
   */
  public Report(String title) {
    this.title = title;
    settings.putAll(Machine.describe());
  }

  /** Says under what conditions was measured. */
  public void setting(String name, String value) {
    settings.put(name, value);
  }

  /** Says what a reader has to know besides; printed at once. */
  public void note(String text) {
    System.err.println(text);
    notes.add(text);
  }

  /** Adds a section, and prints its tables. */
  public void add(Section section) {
    sections.add(section);
    System.out.println(MarkdownReport.section(section));
  }

  /** Writes {@code report.md}, {@code report.json} and the charts into a directory. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("report.json"), JsonReport.of(this), StandardCharsets.UTF_8);
    List<Path> charts = Charts.write(this, directory);
    Files.writeString(
        directory.resolve("report.md"), MarkdownReport.of(this, charts), StandardCharsets.UTF_8);
    System.out.println("The report is in " + directory.toAbsolutePath());
  }

  String title() {
    return title;
  }

  Map<String, String> settings() {
    return Collections.unmodifiableMap(settings);
  }

  List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  List<Section> sections() {
    return Collections.unmodifiableList(sections);
  }
}
