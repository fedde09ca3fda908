package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the JVM arguments of workers: what would break a worker or another option. */
final class JvmArguments {

  private static final String OPTION = "workerJvmArgs";

  /** Arguments that are said by another option, each with that option. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "-Xmx.*|-mx.*|-XX:MaxHeapSize=.*|-XX:MaxRAM(Percentage|Fraction)?=.*"
                  + "|-XX:\\+AggressiveHeap",
              "use workerMaxHeap(...), which is the limit of a worker's heap"),
          new Rule(
              "-cp|-classpath.*|--class-path.*|-Djava\\.class\\.path(=.*)?|-jar.*",
              "use workerClassPath(...)"),
          new Rule(
              "-m|--module(=.*)?|-p|--module-path(=.*)?|--source(=.*)?",
              "a worker runs Cofferdam from its class path; use workerClassPath(...)"),
          new Rule(
              "-XX:Flags=.*|-XX:VMOptionsFile=.*|-XX:\\+ReadVMOptionsFile.*|--disable-@files",
              "the arguments of a worker are checked, and those of a file cannot be; give them one"
                  + " by one"),
          new Rule(
              "--?(version|fullversion|full-version|help|help-extra|dry-run|list-modules"
                  + "|validate-modules)|-h|-\\?|-X|-d|--describe-module(=.*)?",
              "a JVM with it prints something and ends, and a worker has to run"));

  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use(\\w+)GC");
  private static final Pattern FIRST_HEAP =
      Pattern.compile("(?:-Xms|-ms|-XX:(?:InitialHeapSize|MinHeapSize)=)(\\d+)([kKmMgGtT]?)");

  private JvmArguments() {}

  /** Checks arguments one by one, and the collectors that they choose. */
  static void check(List<String> arguments) {
    String collector = null;
    for (String argument : arguments) {
      checkArgument(
          argument.startsWith("-"),
          "%s has '%s'; an argument must begin with '-', and have its value behind a '=' if it has"
              + " one, as in --add-opens=java.base/java.lang=ALL-UNNAMED",
          OPTION,
          argument);
      checkArgument(
          argument.indexOf('\n') < 0 && argument.indexOf('\r') < 0,
          "%s has '%s'; an argument must be one line",
          OPTION,
          argument);
      Texts.checkPassable(OPTION, argument);
      for (Rule rule : RULES) {
        checkArgument(
            !rule.matches(argument), "%s has '%s'; %s", OPTION, argument, rule.explanation());
      }
      collector = chosen(collector, argument);
    }
  }

  /** Checks that the heap does not begin larger than it may become. */
  static void checkFirstHeap(List<String> arguments, long maxHeap) {
    for (String argument : arguments) {
      Matcher first = FIRST_HEAP.matcher(argument);
      checkArgument(
          !first.matches() || bytes(first) <= maxHeap,
          "%s has '%s', which is more than workerMaxHeap (%s bytes)",
          OPTION,
          argument,
          maxHeap);
    }
  }

  private static @Nullable String chosen(@Nullable String collector, String argument) {
    if (!COLLECTOR.matcher(argument).matches()) {
      return collector;
    }
    checkArgument(
        collector == null || collector.equals(argument),
        "%s has '%s' and '%s'; a worker has one garbage collector",
        OPTION,
        collector,
        argument);
    return argument;
  }

  private static double bytes(Matcher size) {
    int power = " kmgt".indexOf(size.group(2).toLowerCase(Locale.ROOT));
    return Double.parseDouble(size.group(1)) * Math.pow(1024, Math.max(0, power));
  }

  /** Arguments that are refused, and what to do instead. */
  private record Rule(Pattern pattern, String explanation) {

    Rule(String pattern, String explanation) {
      this(Pattern.compile(pattern, Pattern.DOTALL), explanation);
    }

    boolean matches(String argument) {
      return pattern.matcher(argument).matches();
    }
  }
}
