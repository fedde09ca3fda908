package io.cofferdam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.testkit.database.PgBouncer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick form of each command: what its report has, and never how fast anything was. */
class BenchmarksTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private static final List<String> LOAD_COLUMNS =
      List.of(
          "throughput",
          "p50",
          "p99",
          "max",
          "CPU client side",
          "CPU server",
          "voluntary switches",
          "involuntary switches",
          "switches server",
          "PSS",
          "PSS server");

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path output;

  @Test
  void comparesWaysToTheDatabase() throws IOException {
    JsonNode report =
        run(
            "compare",
            "--contestants=HIKARICP,PGBOUNCER,NONE",
            "--clients=4",
            "--set=few:warmSpares=0",
            "--set=more:warmSpares=1");

    List<String> expected =
        new ArrayList<>(List.of("HikariCP(1)", "Cofferdam(1) NONE few", "Cofferdam(1) NONE more"));
    if (PgBouncer.isInstalled()) {
      expected.add(1, "PgBouncer(1)");
    } else {
      assertThat(report.at("/notes").toString()).contains("PgBouncer is not installed");
    }
    JsonNode section = report.at("/sections/0");
    assertThat(contestants(section)).isEqualTo(expected);
    hasColumns(section, LOAD_COLUMNS);
    JsonNode ratios = section.at("/contestants/" + (expected.size() - 1) + "/ratios");
    expected.remove(expected.size() - 1);
    expected.forEach(
        reference ->
            assertThat(ratios.path(reference).at("/throughput/median").doubleValue()).isPositive());
  }

  @Test
  void measuresTasksThatDoNothing() throws IOException {
    JsonNode report = run("noop", "--workers=2", "--clients=4");

    assertThat(contestants(report.at("/sections/0")))
        .containsExactly("raw link(1)", "Java RMI(1)", "Cofferdam(1) TRANSACTION_ID");
    assertThat(contestants(report.at("/sections/1")))
        .containsExactly("raw link(2)", "Java RMI(2)", "Cofferdam(2) TRANSACTION_ID");
    hasColumns(report.at("/sections/0"), LOAD_COLUMNS);
    hasColumns(report.at("/sections/1"), LOAD_COLUMNS);
  }

  @Test
  void measuresStarts() throws IOException {
    JsonNode section = run("start").at("/sections/0");

    assertThat(contestants(section)).containsExactly("new worker", "warm spare");
    hasColumns(
        section,
        List.of(
            "build() to READY",
            "first",
            "10th",
            "50th",
            "steady",
            "10th / steady",
            "50th / steady"));
  }

  @Test
  void measuresMemory() throws IOException {
    JsonNode section = run("memory", "--workers=2").at("/sections/0");

    assertThat(contestants(section)).containsExactly("Cofferdam(2)");
    hasColumns(
        section,
        List.of(
            "workers",
            "PSS of all",
            "PSS of one",
            "PSS of the application",
            "workers that worked",
            "fewest transactions",
            "5,000 idle handles",
            "100,000 idle handles"));
    assertThat(section.at("/contestants/0/samples/0/workers").doubleValue()).isEqualTo(2);
  }

  @Test
  void measuresRecovery() throws IOException {
    JsonNode section = run("recovery").at("/sections/0");

    assertThat(contestants(section)).containsExactly("with a spare", "without");
    hasColumns(
        section, List.of("to the next task", "to its answer", "to the answer of the killed one"));
  }

  @Test
  void comparesArchitecturesUnderLoad() throws IOException {
    JsonNode report = run("architecture", "--parts=LOAD");

    int processors = Runtime.getRuntime().availableProcessors();
    List<String> expected =
        new ArrayList<>(
            List.of(
                "HikariCP(" + (2 * processors + 1) + ")",
                "Vert.x(" + processors + ")",
                "threads on MariaDB(8)",
                "Cofferdam(" + processors + ") TRANSACTION_ID",
                "Cofferdam(" + processors + ") TRANSACTION_ID ADAPTIVE"));
    String notes = report.at("/notes").toString();
    if (!notes.contains("virtual threads")) {
      expected.add(1, "virtual threads, HikariCP(" + processors + ")");
    }
    if (!notes.contains("pgpool")) {
      expected.add(1, "Pgpool-II(32)");
    }
    if (!notes.contains("pgbouncer")) {
      expected.add(1, "PgBouncer(" + (2 * processors + 1) + ")");
    }
    if (!notes.contains("pidstat")) {
      assertThat(report.at("/listings").findValuesAsText("text"))
          .anySatisfy(text -> assertThat(text).contains("cswch/s", "java"));
    }
    assertThat(report.at("/sections")).hasSize(2);
    for (JsonNode section : report.at("/sections")) {
      assertThat(contestants(section)).isEqualTo(expected);
      hasColumns(section, LOAD_COLUMNS);
    }
  }

  @Test
  void measuresProcessForEachClient() throws IOException {
    JsonNode report = run("architecture", "--parts=PROCESSES");

    List<String> columns = new ArrayList<>(LOAD_COLUMNS);
    columns.add("fewest transactions before");
    for (JsonNode section : report.at("/sections")) {
      assertThat(contestants(section)).containsExactly("2 clients", "4 clients");
      hasColumns(section, columns);
    }
    assertThat(report.at("/sections").findValuesAsText("title"))
        .containsExactly("A process for each client, TPC-B", "A process for each client, queries");
    assertThat(firstCells(report.at("/tables/0")))
        .containsExactly(
            "client processes, TPC-B",
            "PostgreSQL, TPC-B",
            "both, TPC-B",
            "client processes, queries",
            "PostgreSQL, queries",
            "both, queries");
    assertThat(firstCells(report.at("/tables/1")))
        .containsExactly("0 to 2 clients", "2 to 4 clients", "5,000 clients (extrapolated)");
  }

  @Test
  void measuresMemoryOfConnections() throws IOException {
    JsonNode report = run("architecture", "--parts=CONNECTIONS");

    JsonNode section = report.at("/sections/0");
    assertThat(contestants(section))
        .containsExactly(
            "PostgreSQL, a process each, 5",
            "PostgreSQL, a process each, 10",
            "MariaDB, a thread each, 5",
            "MariaDB, a thread each, 10");
    hasColumns(section, List.of("PSS server", "divided by connections", "page tables", "threads"));
    assertThat(firstCells(report.at("/tables/0")))
        .containsExactly(
            "PostgreSQL, a process each",
            "PostgreSQL, a process each, with page tables",
            "MariaDB, a thread each",
            "MariaDB, a thread each, with page tables");
  }

  @Test
  void measuresWhatOneFaultTakesFromTheOthers() throws IOException {
    JsonNode report = run("architecture", "--parts=BLAST");

    int processors = Runtime.getRuntime().availableProcessors();
    List<String> architectures =
        List.of(
            "a process for each client (3)",
            "HikariCP(" + (2 * processors + 1) + ")",
            "Cofferdam(" + 3 * processors + ") LEDGER");
    JsonNode section = report.at("/sections/0");
    assertThat(contestants(section)).isEqualTo(architectures);
    for (JsonNode contestant : section.at("/contestants")) {
      for (String fault : List.of("segfault", "heap exhaustion")) {
        double lost = contestant.at("/spread").path(fault).path("median").doubleValue();
        assertThat(lost).isBetween(1.0, 20.0);
      }
    }
    for (int i = 0; i < architectures.size(); i++) {
      assertThat(firstCells(report.at("/tables/" + i)))
          .containsExactly("segfault", "heap exhaustion");
    }
    JsonNode summary = report.at("/tables/" + architectures.size());
    assertThat(summary.at("/columns").toString())
        .isEqualTo("[\"architecture\",\"segfault\",\"heap exhaustion\"]");
    assertThat(firstCells(summary)).isEqualTo(architectures);
  }

  @Test
  void measuresTheQueueAlone() throws IOException {
    JsonNode report =
        run("architecture", "--parts=QUEUE", "--queue-handles=100,500", "--queue-takers=2,4");

    JsonNode oneThread = report.at("/sections/0");
    assertThat(contestants(oneThread))
        .containsExactly(
            "each task waits, 100 handles",
            "each task waits, 500 handles",
            "each finds an idle taker, 100 handles",
            "each finds an idle taker, 500 handles");
    hasColumns(oneThread, List.of("in the queue", "with the queue", "without it"));
    JsonNode full = report.at("/sections/1");
    assertThat(contestants(full))
        .hasSize(8)
        .startsWith("1 producer, 100 handles, 2 takers", "1 producer, 100 handles, 4 takers")
        .endsWith("2 producers, 500 handles, 4 takers");
    hasColumns(full, List.of("tasks", "CPU", "threads at the lock", "wait for the lock", "length"));
    JsonNode openLoop = report.at("/sections/2");
    assertThat(contestants(openLoop))
        .hasSize(4)
        .startsWith("2 workers, 100 handles, 10,000/s")
        .endsWith("4 workers, 500 handles, 10,000/s");
    hasColumns(
        openLoop,
        List.of(
            "done",
            "offered",
            "refused",
            "wait p50",
            "wait p99",
            "wait max",
            "length",
            "busy workers",
            "share of a core",
            "late p99",
            "processor time had"));
    assertThat(contestants(report.at("/sections/3"))).containsExactly("100 handles", "500 handles");
    hasColumns(report.at("/sections/3"), List.of("handle", "waiting task"));
    assertThat(firstCells(report.at("/tables/0"))).isEqualTo(contestants(openLoop));
    assertThat(firstCells(report.at("/tables/1")))
        .hasSize(9)
        .startsWith("48 workers, 5,000 handles");
    assertThat(firstCells(report.at("/tables/2")))
        .hasSize(9)
        .startsWith(
            "48 workers, database on the same machine",
            "48 workers, database at a round trip of 0.2 ms");
    assertThat(firstCells(report.at("/tables/3"))).hasSize(5);
  }

  @Test
  void measuresContextSwitches() throws IOException {
    JsonNode report = run("architecture", "--parts=SWITCHES");

    List<String> sizes = List.of("0 KB", "256 KB", "4 MB");
    int cores = report.at("/notes").toString().contains("one processor only") ? 1 : 2;
    List<String> games = new ArrayList<>();
    for (String players : List.of("pipe, threads", "pipe, processes", "park, threads")) {
      for (String core : List.of("one core", "two cores").subList(0, cores)) {
        sizes.forEach(size -> games.add(players + ", " + core + ", " + size));
      }
    }
    JsonNode section = report.at("/sections/0");
    assertThat(contestants(section))
        .containsAll(games)
        .contains("pipe, alone, 0 KB", "park, alone with two sets, 4 MB");
    hasColumns(section, List.of("one way", "voluntary switches", "involuntary switches"));
    JsonNode table = report.at("/tables/0");
    assertThat(table.path("title").asText()).isEqualTo("Cost of a context switch");
    assertThat(firstCells(table)).isEqualTo(games);
    assertThat(table.path("rows"))
        .allSatisfy(row -> assertThat(row.path(3).asText()).matches("-?[0-9,]+( \\(.*\\))?"));
  }

  @Test
  void sweepsTheNumberOfWorkers() throws IOException {
    JsonNode report = run("architecture", "--parts=WORKERS");

    List<String> loads = List.of("TPC-B, 0 ms", "queries", "TPC-B, 2 ms");
    for (int i = 0; i < loads.size(); i++) {
      JsonNode section = report.at("/sections/" + i);
      assertThat(section.path("title").textValue()).isEqualTo("Workers: " + loads.get(i));
      assertThat(contestants(section))
          .containsExactly(
              "Cofferdam(1) TRANSACTION_ID",
              "Cofferdam(2) TRANSACTION_ID",
              "Cofferdam(2) TRANSACTION_ID ADAPTIVE");
      hasColumns(section, List.of("throughput", "CPU client side", "CPU server"));
      assertThat(section.at("/contestants/0/samples/0").has("chosen concurrency")).isFalse();
      assertThat(section.at("/contestants/2/samples/0/chosen concurrency").doubleValue())
          .isBetween(1.0, 2.0);
    }
    hasColumns(report.at("/sections/2"), List.of("CPU network"));
    assertThat(report.at("/sections/3/contestants")).hasSize(2 * loads.size());
    hasColumns(report.at("/sections/3"), List.of("throughput / best"));
    JsonNode delays = report.at("/tables/0");
    assertThat(firstCells(delays)).containsExactly("0 ms", "2 ms");
    hasNumbers(delays, 1, 2, 3);
    JsonNode rules = report.at("/tables/1");
    assertThat(firstCells(rules)).isEqualTo(loads);
    hasNumbers(rules, 1, 2, 3, 4, 6, 9, 10);
  }

  private static void hasNumbers(JsonNode table, int... columns) {
    for (JsonNode row : table.path("rows")) {
      for (int column : columns) {
        assertThat(row.path(column).textValue()).matches("-?[0-9,]+(\\.[0-9]+)?");
      }
    }
  }

  /** Runs the quick form of a command, and returns its report. */
  private JsonNode run(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--quick", "--rounds=1", "--output=" + output));
    assertThat(Benchmarks.commandLine().execute(all.toArray(String[]::new))).isZero();
    arePngFiles();
    return new ObjectMapper().readTree(output.resolve("report.json").toFile());
  }

  private void arePngFiles() throws IOException {
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files.filter(file -> file.toString().endsWith(".png")))
          .isNotEmpty()
          .allSatisfy(chart -> assertThat(Files.readAllBytes(chart)).startsWith(PNG));
    }
  }

  private static List<String> contestants(JsonNode section) {
    return section.at("/contestants").findValuesAsText("name");
  }

  private static List<String> firstCells(JsonNode table) {
    List<String> cells = new ArrayList<>();
    table.at("/rows").forEach(row -> cells.add(row.path(0).textValue()));
    return cells;
  }

  /** Checks that the tables have each column, and the samples of each contestant a number there. */
  private void hasColumns(JsonNode section, List<String> columns) throws IOException {
    String tables = Files.readString(output.resolve("report.md"));
    for (String column : columns) {
      assertThat(tables).contains("| " + column);
      for (JsonNode contestant : section.at("/contestants")) {
        assertThat(contestant.at("/samples")).hasSize(1);
        JsonNode value = contestant.at("/samples/0").path(column);
        assertThat(value.isNumber() && Double.isFinite(value.doubleValue()))
            .as("%s of %s is a number: %s", column, contestant.path("name"), value)
            .isTrue();
      }
    }
  }
}
