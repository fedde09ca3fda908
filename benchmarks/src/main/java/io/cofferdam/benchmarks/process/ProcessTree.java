package io.cofferdam.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process and its descendants, read through {@code /proc} from outside: what they use is counted
 * without their help.
 */
public final class ProcessTree {

  private static final Path PROC = Path.of("/proc");

  /** The kernel's unit of processor time in {@code stat}: a hundredth of a second on Linux. */
  private static final long TICK_MICROS = 10_000;

  private final long root;

  /**
   * @param root the process id of the first process
   */
  public ProcessTree(long root) {
    this.root = root;
  }

  /** Reads what all of them have used. */
  public Usage usage() {
    List<Stat> processes = processes();
    Map<Long, Usage.Switches> threads = new HashMap<>();
    for (Stat process : processes) {
      for (Path thread : list(PROC.resolve(process.pid() + "/task"))) {
        threads.put(Long.valueOf(thread.getFileName().toString()), switches(thread));
      }
    }
    long ticks = processes.stream().mapToLong(Stat::ticks).sum();
    return new Usage(ticks * TICK_MICROS, threads);
  }

  /** Reads their proportional set size: each page counts by how many processes share it. */
  public long pssBytes() {
    return processes().stream().mapToLong(process -> pssBytes(process.pid())).sum();
  }

  /** Reads the proportional set size of one process; 0 if it has ended. */
  public static long pssBytes(long pid) {
    return field(read(PROC.resolve(pid + "/smaps_rollup")), "Pss:") * 1_024;
  }

  private List<Stat> processes() {
    List<Stat> all = list(PROC).stream().flatMap(ProcessTree::stat).toList();
    Map<Long, List<Stat>> children = all.stream().collect(Collectors.groupingBy(Stat::parent));
    List<Stat> found = new ArrayList<>();
    Deque<Stat> open = new ArrayDeque<>();
    all.stream().filter(process -> process.pid() == root).forEach(open::add);
    while (!open.isEmpty()) {
      Stat process = open.remove();
      found.add(process);
      open.addAll(children.getOrDefault(process.pid(), List.of()));
    }
    return found;
  }

  private static Usage.Switches switches(Path thread) {
    String status = read(thread.resolve("status"));
    return new Usage.Switches(
        field(status, "\nvoluntary_ctxt_switches:"),
        field(status, "\nnonvoluntary_ctxt_switches:"));
  }

  /**
   * A process's line in {@code stat}.
   *
   * @param ticks the time of the process and of those children of it that have ended
   */
  private record Stat(long pid, long parent, long ticks) {}

  /** Reads {@code pid (name) state ppid ...}; the name may hold spaces and parentheses. */
  private static Stream<Stat> stat(Path directory) {
    String name = directory.getFileName().toString();
    if (!Character.isDigit(name.charAt(0))) {
      return Stream.empty();
    }
    String text = read(directory.resolve("stat"));
    int close = text.lastIndexOf(") ");
    if (close < 0) {
      return Stream.empty();
    }
    String[] rest = text.substring(close + 2).split(" ", -1);
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(rest[field]);
    }
    return Stream.of(new Stat(Long.parseLong(name), Long.parseLong(rest[1]), ticks));
  }

  private static long field(String text, String name) {
    int at = text.indexOf(name);
    if (at < 0) {
      return 0;
    }
    int end = text.indexOf('\n', at + 1);
    String value = text.substring(at + name.length(), end < 0 ? text.length() : end);
    return Long.parseLong(value.replace("kB", "").trim());
  }

  /** Returns the empty text for a process that has ended by now. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }
}
