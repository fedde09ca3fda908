package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What one run of the program has found out. Used by one thread, until the program ends. */
public final class Report {

  private final String title;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final List<Section> sections = new CopyOnWriteArrayList<>();
  private final List<Table> tables = new CopyOnWriteArrayList<>();
  private final List<Listing> listings = new CopyOnWriteArrayList<>();
  private @Nullable Thread writer;

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

  /** Adds a section that has no rounds yet. */
  public void begin(Section section) {
    sections.add(section);
  }

  /** Prints the tables of a section that has all its rounds. */
  public void end(Section section) {
    System.out.println(MarkdownReport.section(section));
  }

  /** Adds what was derived. */
  public void add(Table table) {
    tables.add(table);
    System.out.println(MarkdownReport.table(table));
  }

  /** Adds what another program printed. */
  public void add(Listing listing) {
    listings.add(listing);
  }

  /** Has what was found out so far written if the program is ended before {@link #write}. */
  public void writeAtExit(Path directory) {
    writer =
        new Thread(
            () -> {
              notes.add("The program was ended before the report was complete.");
              try {
                writeFiles(directory);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "write-report");
    Runtime.getRuntime().addShutdownHook(writer);
  }

  /** Writes {@code report.md}, {@code report.json} and the charts into a directory. */
  public void write(Path directory) throws IOException {
    if (writer != null) {
      Runtime.getRuntime().removeShutdownHook(writer);
      writer = null;
    }
    writeFiles(directory);
  }

  private void writeFiles(Path directory) throws IOException {
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

  List<Table> tables() {
    return Collections.unmodifiableList(tables);
  }

  List<Listing> listings() {
    return Collections.unmodifiableList(listings);
  }
}
