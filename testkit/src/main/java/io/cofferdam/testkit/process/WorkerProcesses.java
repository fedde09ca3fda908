package io.cofferdam.testkit.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an executor leaves visible in the operating system: read from outside, through /proc. */
public final class WorkerProcesses {

  private static final Pattern RECORDER = Pattern.compile("/dev/shm/(cofferdam-\\d+-)\\d+");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String MAIN_CLASS = "WorkerMain";

  private WorkerProcesses() {}

  /** Returns the live workers that this JVM started. */
  public static List<ProcessHandle> alive() {
    return aliveUnder(ProcessHandle.current());
  }

  /** Returns the live workers that a process started. */
  public static List<ProcessHandle> aliveUnder(ProcessHandle application) {
    return application.descendants().filter(WorkerProcesses::isWorker).toList();
  }

  /** Tells whether a process is a worker that has not ended; a zombie has ended. */
  public static boolean isWorker(ProcessHandle process) {
    return commandLine(process.pid()).contains(MAIN_CLASS);
  }

  /** Returns the command line of a process with spaces between arguments; empty if it has ended. */
  public static String commandLine(long pid) {
    return ProcFiles.read(Path.of("/proc", Long.toString(pid), "cmdline"))
        .replace('\0', ' ')
        .trim();
  }

  /** Returns a field of a process's status; empty if it has ended. */
  public static String status(long pid, String field) {
    return ProcFiles.read(Path.of("/proc", Long.toString(pid), "status"))
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).trim())
        .findFirst()
        .orElse("");
  }

  /** Returns how many descriptors this JVM has open. */
  public static int openDescriptors() {
    return ProcFiles.list(Path.of("/proc/self/fd")).size();
  }

  /** Returns the names of this JVM's live threads that begin with the prefix. */
  public static List<String> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .toList();
  }

  /** Returns the flight recorders that still have a name. */
  public static List<Path> recorderFiles() {
    return ProcFiles.list(Path.of("/dev/shm")).stream()
        .filter(file -> file.getFileName().toString().startsWith("cofferdam"))
        .toList();
  }

  /**
   * Returns how the names of the flight recorders begin that this JVM has open now; each executor
   * has a beginning of its own.
   */
  public static Set<String> recorderPrefixes() {
    return ProcFiles.list(Path.of("/proc/self/fd")).stream()
        .map(WorkerProcesses::target)
        .map(RECORDER::matcher)
        .filter(Matcher::lookingAt)
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** Returns the flight recorders with a name that begins with one of these. */
  public static List<Path> recorderFiles(Set<String> prefixes) {
    return recorderFiles().stream()
        .filter(file -> prefixes.stream().anyMatch(file.getFileName().toString()::startsWith))
        .toList();
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits until no worker that this JVM started lives, and all that have ended are reaped. */
  public static void awaitNone() {
    await("the end of all workers").atMost(PATIENCE).until(WorkerProcesses::left, List::isEmpty);
  }

  /** Returns the process ids of the workers that live or have not been reaped. */
  private static List<Long> left() {
    return Stream.concat(alive().stream().map(ProcessHandle::pid), zombies().stream()).toList();
  }

  /**
   * Sends SIGKILL to a worker that this JVM started.
   *
   * @return whether that process is one, and had not ended before
   */
  public static boolean kill(long pid) {
    Optional<ProcessHandle> self = Optional.of(ProcessHandle.current());
    return ProcessHandle.of(pid)
        .filter(process -> process.parent().equals(self))
        .filter(WorkerProcesses::isWorker)
        .filter(ProcessHandle::destroyForcibly)
        .isPresent();
  }

  /** Returns the ended children that this JVM has not reaped. */
  public static List<Long> zombies() {
    long self = ProcessHandle.current().pid();
    return ProcessStat.all().stream()
        .filter(stat -> stat.state() == 'Z' && stat.parent() == self)
        .map(ProcessStat::pid)
        .toList();
  }
}
