package io.cofferdam.testkit.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process's line in {@code /proc/<pid>/stat}.
 *
 * @param pid the process id
 * @param state the state, such as {@code Z} for a zombie
 * @param parent the process id of its parent
 * @param ticks the processor time of the process and of those children of it that have ended
 */
public record ProcessStat(long pid, char state, long parent, long ticks) {

  private static final Path PROC = Path.of("/proc");

  /** The places of the fields, counted from the state. */
  private static final int PARENT = 1;

  private static final int FIRST_TICKS = 11;
  private static final int LAST_TICKS = 14;

  /** Returns those of all processes that there are. */
  public static List<ProcessStat> all() {
    return ProcFiles.list(PROC).stream()
        .filter(directory -> Character.isDigit(directory.getFileName().toString().charAt(0)))
        .map(directory -> parse(ProcFiles.read(directory.resolve("stat"))))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Parses {@code pid (name) state ppid ...}; the name may hold spaces and parentheses. */
  private static Optional<ProcessStat> parse(String text) {
    int open = text.indexOf(" (");
    int close = text.lastIndexOf(") ");
    if (open < 0 || close < 0) {
      return Optional.empty();
    }
    String[] rest = text.substring(close + 2).split(" ", -1);
    long ticks = 0;
    for (int field = FIRST_TICKS; field <= LAST_TICKS; field++) {
      ticks += Long.parseLong(rest[field]);
    }
    return Optional.of(
        new ProcessStat(
            Long.parseLong(text.substring(0, open)),
            rest[0].charAt(0),
            Long.parseLong(rest[PARENT]),
            ticks));
  }
}
