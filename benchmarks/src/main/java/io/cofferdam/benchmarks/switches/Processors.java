package io.cofferdam.benchmarks.switches;

import io.cofferdam.testkit.process.ProcFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The processors on which players are pinned.
 *
 * @param chosen their numbers: two if there are as many, of two cores if there are as many
 * @param text what they are, in words
 */
record Processors(List<Integer> chosen, String text) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final String SIBLINGS =
      "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list";

  Processors {
    chosen = List.copyOf(chosen);
  }

  /** Chooses from those on which this process may run. */
  static Processors choose() {
    List<Integer> allowed =
        ProcFiles.read(STATUS)
            .lines()
            .filter(line -> line.startsWith(ALLOWED))
            .flatMap(line -> numbers(line.substring(ALLOWED.length())))
            .toList();
    if (allowed.size() < 2) {
      return new Processors(allowed, allowed + ", the only one");
    }
    int first = allowed.get(0);
    List<Integer> siblings = numbers(ProcFiles.read(Path.of(SIBLINGS.formatted(first)))).toList();
    return allowed.stream()
        .filter(other -> other != first && !siblings.contains(other))
        .findFirst()
        .map(other -> of(first, other, "two cores"))
        .orElseGet(() -> of(first, allowed.get(1), "two hardware threads of one core"));
  }

  private static Processors of(int first, int second, String what) {
    return new Processors(
        List.of(first, second),
        "%d and %d, %s as the kernel sees it".formatted(first, second, what));
  }

  /** Parses a list of the kernel's, such as {@code 0-3,8}. */
  private static Stream<Integer> numbers(String list) {
    return Stream.of(list.strip().split(",", -1))
        .filter(range -> !range.isEmpty())
        .flatMap(
            range -> {
              String[] ends = range.split("-", -1);
              int last = Integer.parseInt(ends[ends.length - 1]);
              return IntStream.rangeClosed(Integer.parseInt(ends[0]), last).boxed();
            });
  }

  /** Has a thread run on one of them only. */
  void pin(long thread, int index) throws IOException, InterruptedException {
    Program.TASKSET.run("-p", "-c", chosen.get(index).toString(), Long.toString(thread));
  }
}
