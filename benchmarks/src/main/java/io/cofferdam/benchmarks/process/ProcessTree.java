package io.cofferdam.benchmarks.process;

import io.cofferdam.testkit.process.ProcFiles;
import io.cofferdam.testkit.process.ProcessStat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Processes and their descendants, read through {@code /proc} from outside: what they use is
 * counted without their help.
 */
public final class ProcessTree {

  private static final Path PROC = Path.of("/proc");

  /** The kernel's unit of processor time in {@code stat}: a hundredth of a second on Linux. */
  private static final long TICK_MICROS = 10_000;

  private final Set<Long> roots;

  /**
   * @param root the process id of the first process
   */
  public ProcessTree(long root) {
    this(Set.of(root));
  }

  /**
   * @param roots the process ids of the first processes, none of which descends from another
   */
  public ProcessTree(Set<Long> roots) {
    this.roots = Set.copyOf(roots);
  }

  /** Reads what all of them have used. */
  public Usage usage() {
    List<ProcessStat> processes = processes();
    Map<Long, Usage.Switches> threads = new HashMap<>();
    for (ProcessStat process : processes) {
      for (Path thread : ProcFiles.listIfThere(PROC.resolve(process.pid() + "/task"))) {
        threads.put(Long.valueOf(thread.getFileName().toString()), switches(thread));
      }
    }
    long ticks = processes.stream().mapToLong(ProcessStat::ticks).sum();
    return new Usage(ticks * TICK_MICROS, threads);
  }

  /** Reads their process ids. */
  public List<Long> pids() {
    return processes().stream().map(ProcessStat::pid).toList();
  }

  /** Reads their proportional set size: each page counts by how many processes share it. */
  public long pssBytes() {
    return processes().stream().mapToLong(process -> pssBytes(process.pid())).sum();
  }

  /** Returns whether the kernel tells processor time in nanoseconds. */
  public static boolean tellsNanos() {
    return Files.exists(PROC.resolve("self/schedstat"));
  }

  /**
   * Reads the processor time of all threads that live now, which is more exact than {@link #usage}:
   * that is rounded down for each process, and short processes seem to have used none.
   */
  public long liveCpuNanos() {
    return processes().stream()
        .flatMap(process -> ProcFiles.listIfThere(PROC.resolve(process.pid() + "/task")).stream())
        .map(thread -> ProcFiles.read(thread.resolve("schedstat")))
        .filter(text -> !text.isEmpty())
        .mapToLong(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
        .sum();
  }

  /** Reads what their page tables take, which is in no set size. */
  public long pageTableBytes() {
    return processes().stream()
            .mapToLong(
                process -> field(ProcFiles.read(PROC.resolve(process.pid() + "/status")), "VmPTE:"))
            .sum()
        * 1_024;
  }

  /** Reads the proportional set size of one process; 0 if it has ended. */
  public static long pssBytes(long pid) {
    return field(ProcFiles.read(PROC.resolve(pid + "/smaps_rollup")), "Pss:") * 1_024;
  }

  private List<ProcessStat> processes() {
    List<ProcessStat> all = ProcessStat.all();
    Map<Long, List<ProcessStat>> children =
        all.stream().collect(Collectors.groupingBy(ProcessStat::parent));
    List<ProcessStat> found = new ArrayList<>();
    Deque<ProcessStat> open = new ArrayDeque<>();
    all.stream().filter(process -> roots.contains(process.pid())).forEach(open::add);
    while (!open.isEmpty()) {
      ProcessStat process = open.remove();
      found.add(process);
      open.addAll(children.getOrDefault(process.pid(), List.of()));
    }
    return found;
  }

  private static Usage.Switches switches(Path thread) {
    String status = ProcFiles.read(thread.resolve("status"));
    return new Usage.Switches(
        field(status, "\nvoluntary_ctxt_switches:"),
        field(status, "\nnonvoluntary_ctxt_switches:"));
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
}
