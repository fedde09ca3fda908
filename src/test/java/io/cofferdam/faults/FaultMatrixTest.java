package io.cofferdam.faults;

import io.cofferdam.testkit.database.DatabaseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets workers fail in every way at every failpoint, and has the ledger judge what callers are
 * told. Runs a few cells of each kind, unless the system property {@value #CELLS} asks for {@code
 * every} one, or for those whose names hold a text, such as {@code H2}.
 */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixTest {

  private static final Logger log = LoggerFactory.getLogger(FaultMatrixTest.class);
  private static final String CELLS = "cofferdam.faultMatrix";
  private static final Path TABLE = Path.of("target", "fault-matrix.md");

  private record Subject(DatabaseKind database, Tracking tracking) {}

  private final Map<Subject, FaultBench> benches = new LinkedHashMap<>();
  private final FaultTable table = new FaultTable();

  @ParameterizedTest
  @MethodSource("cells")
  void everyAnswerIsTrue(FaultCell cell) throws Exception {
    Subject subject = new Subject(cell.database(), cell.tracking());
    if (!benches.containsKey(subject)) {
      close();
      benches.put(subject, new FaultBench(cell.database(), cell.tracking()));
    }
    try {
      table.add(cell, benches.get(subject).run(cell));
    } catch (Throwable e) {
      startAfresh(e);
      throw e;
    }
  }

  /** Keeps what one cell has left from the next. */
  private void startAfresh(Throwable failure) {
    try {
      close();
    } catch (SQLException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  static List<FaultCell> cells() {
    String wanted = System.getProperty(CELLS);
    if (wanted == null) {
      return FaultCell.quick();
    }
    return FaultCell.whole().stream()
        .filter(cell -> wanted.equals("every") || cell.toString().contains(wanted))
        .toList();
  }

  @AfterAll
  void writeTable() throws IOException, SQLException {
    close();
    String markdown = table.toMarkdown();
    log.info("the fault matrix:\n{}", markdown);
    Files.createDirectories(TABLE.getParent());
    Files.writeString(TABLE, markdown);
  }

  private void close() throws SQLException {
    List<FaultBench> open = List.copyOf(benches.values());
    benches.clear();
    for (FaultBench bench : open) {
      bench.close();
    }
  }
}
