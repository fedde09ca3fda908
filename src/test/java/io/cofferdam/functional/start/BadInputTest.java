package io.cofferdam.functional.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cofferdam.TransactionExecutor;
import io.cofferdam.TransactionExecutorBuilder;
import io.cofferdam.TransactionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad value is refused where it is given, by name, value and what would be legal. */
class BadInputTest {

  private static final String SHARABLE = "jdbc:postgresql://127.0.0.1/db";

  static Stream<Arguments> badValues() {
    return Stream.of(
        bad("name", b -> b.name(""), "''", "1 to 40"),
        bad("name", b -> b.name("-x"), "'-x'", "1 to 40"),
        bad("name", b -> b.name("a b"), "'a b'", "letters, digits"),
        bad("name", b -> b.name("x".repeat(41)), "x".repeat(41), "1 to 40"),
        bad("jdbcUrl", b -> b.jdbcUrl("postgresql://h/db"), "postgresql://h/db", "jdbc:"),
        bad("connection property", b -> b.connectionProperty("", "x"), "empty"),
        bad("connection property", b -> b.connectionProperty("user", "x"), "username("),
        bad("connection property", b -> b.connectionProperty("password", "x"), "password("),
        bad("workers", b -> b.workers(0), "0", "from 1 to 1024"),
        bad("workers", b -> b.workers(-1), "-1", "from 1 to 1024"),
        bad("workers", b -> b.workers(1_025), "1025", "from 1 to 1024"),
        bad("workersPerCore", b -> b.workersPerCore(0), "0", "from 1 to 64"),
        bad("workersPerCore", b -> b.workersPerCore(65), "65", "from 1 to 64"),
        bad("warmSpares", b -> b.warmSpares(-1), "-1", "from 0 to 64"),
        bad("warmSpares", b -> b.warmSpares(65), "65", "from 0 to 64"),
        bad("timeout", b -> b.timeout(Duration.ZERO), "PT0S", "1 ms to 7 days"),
        bad("timeout", b -> b.timeout(Duration.ofMillis(-1)), "PT-0.001S", "1 ms to 7 days"),
        bad("timeout", b -> b.timeout(Duration.ofDays(8)), "PT192H", "1 ms to 7 days"),
        bad("maxQueued", b -> b.maxQueued(0), "0", "from 1 to 10000000"),
        bad("maxQueuedPerClient", b -> b.maxQueuedPerClient(0), "0", "from 1 to 10000000"),
        bad("workerMaxHeap", b -> b.workerMaxHeap(1), "1 bytes", "16 MiB", "64 GiB"),
        bad("workerMaxHeap", b -> b.workerMaxHeap(1L << 40), "" + (1L << 40), "64 GiB"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("Xint"), "'Xint'", "'-'"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-Da=1\n-Db=2"), "-Da=1", "one line"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-Xmx1g"), "-Xmx1g", "workerMaxHeap("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-mx1g"), "-mx1g", "workerMaxHeap("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-XX:MaxHeapSize=1g"), "=1g", "workerMaxHeap("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-XX:MaxRAM=1g"), "RAM=1g", "workerMaxHeap("),
        bad(
            "workerJvmArgs",
            b -> b.workerJvmArgs("-XX:MaxRAMPercentage=50"),
            "Percentage=50",
            "workerMaxHeap("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-XX:+AggressiveHeap"), "workerMaxHeap("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-cp"), "-cp", "workerClassPath("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("--class-path=x"), "workerClassPath("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-Djava.class.path=x"), "workerClassPath("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("--module=a/b"), "workerClassPath("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-p"), "'-p'", "workerClassPath("),
        bad("workerJvmArgs", b -> b.workerJvmArgs("@more"), "'@more'", "'-'"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-XX:Flags=more"), "=more", "one by one"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-XX:VMOptionsFile=more"), "one by one"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("--disable-@files"), "one by one"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-version"), "'-version'", "has to run"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-Da=1\0"), "NUL", "index 5"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("-Da=1\r"), "one line"),
        bad("workerJvmArgs", b -> b.workerJvmArgs("--add-opens", "a/b=c"), "'a/b=c'", "'='"),
        bad(
            "workerJvmArgs",
            b -> b.workerJvmArgs("-XX:+UseG1GC", "-Da=b", "-XX:+UseZGC"),
            "'-XX:+UseG1GC'",
            "'-XX:+UseZGC'",
            "one garbage collector"),
        bad("jdbcUrl", b -> b.jdbcUrl("jdbc:x\0"), "control character", "index 6"),
        bad("jdbcUrl", b -> b.jdbcUrl("jdbc:x\uD83D"), "half of a character"),
        bad("username", b -> b.username("bank\0"), "NUL", "index 4"),
        bad("username", b -> b.username("bank\uD83D"), "half of a character"),
        bad("password", b -> b.password("\0"), "NUL", "index 0"),
        bad("password", b -> b.password("\uDE00"), "half of a character"),
        bad("connection property", b -> b.connectionProperty("k\0", "x"), "NUL", "index 1"),
        bad("connection property", b -> b.connectionProperty("k", "\0"), "'k'", "NUL", "index 0"),
        bad("workerJavaHome", b -> b.workerJavaHome(Path.of("/nowhere")), "/nowhere", "bin/java"),
        bad("workerClassPath", b -> b.workerClassPath(List.of()), "empty"),
        bad(
            "workerClassPath",
            b -> b.workerClassPath(List.of(Path.of("/nowhere.jar"))),
            "/nowhere.jar",
            "not exist"),
        bad("workerEnvironment", b -> b.workerEnvironment("", "x"), "''"),
        bad("workerClassPath", b -> b.workerClassPath(List.of(withColon())), "a:b", "two entries"),
        bad("workerEnvironment", b -> b.workerEnvironment("A=B", "x"), "'A=B'", "'='"),
        bad("workerEnvironment", b -> b.workerEnvironment("A\0", "x"), "name", "NUL", "index 1"),
        bad("workerEnvironment", b -> b.workerEnvironment("A", "xy\0"), "'A'", "NUL", "index 2"),
        bad("workerEnvironment", b -> b.workerEnvironment("A", "\uD83D"), "'A'", "passed"),
        bad(
            "workerEnvironment",
            b -> b.workerEnvironment("JAVA_TOOL_OPTIONS", "-Xint"),
            "JAVA_TOOL_OPTIONS",
            "workerJvmArgs("),
        bad("startupTimeout", b -> b.startupTimeout(Duration.ofMillis(999)), "PT0.999S", "PT1S"),
        bad("startupTimeout", b -> b.startupTimeout(Duration.ofHours(2)), "PT2H", "PT1H"),
        bad("shutdownTimeout", b -> b.shutdownTimeout(Duration.ofMillis(-1)), "PT-0.001S", "PT1H"),
        bad("killGrace", b -> b.killGrace(Duration.ofMillis(-1)), "PT-0.001S", "PT1M"),
        bad("killGrace", b -> b.killGrace(Duration.ofMinutes(2)), "PT2M", "PT1M"),
        bad("allowResultTypes", b -> b.allowResultTypes("com.*.dto"), "com.*.dto", ".**"),
        bad("allowResultTypes", b -> b.allowResultTypes(""), "''"));
  }

  /** Returns a directory that exists, and whose name has the separator of a class path. */
  private static Path withColon() {
    try {
      Path directory = Files.createTempDirectory("a:b");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Arguments bad(
      String option, Consumer<TransactionExecutorBuilder> use, String... facts) {
    return arguments(option, use, List.of(facts));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("badValues")
  void isRefusedWithNameValueAndLegalRange(
      String option, Consumer<TransactionExecutorBuilder> use, List<String> facts) {
    Throwable thrown = catchThrowable(() -> use.accept(TransactionExecutor.builder()));

    assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(option);
    assertThat(thrown.getMessage()).contains(facts);
  }

  @ParameterizedTest
  @MethodSource("nulls")
  @SuppressWarnings("NullAway")
  void isRefusedIfItIsNull(String option, Consumer<TransactionExecutorBuilder> use) {
    assertThatThrownBy(() -> use.accept(TransactionExecutor.builder()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining(option);
  }

  static Stream<Arguments> nulls() {
    return Stream.of(
        bad("name", b -> b.name(null)),
        bad("jdbcUrl", b -> b.jdbcUrl(null)),
        bad("username", b -> b.username(null)),
        bad("password", b -> b.password(null)),
        bad("key", b -> b.connectionProperty(null, "value")),
        bad("value", b -> b.connectionProperty("key", null)),
        bad("workerJvmArgs[1]", b -> b.workerJvmArgs("-Xint", null)),
        bad("workerJvmArgs", b -> b.workerJvmArgs((String[]) null)),
        bad("workerClassPath", b -> b.workerClassPath(null)),
        bad("workerClassPath[0]", b -> b.workerClassPath(Collections.singletonList(null))),
        bad("variable", b -> b.workerEnvironment(null, "x")),
        bad("workerEnvironment: value", b -> b.workerEnvironment("A", null)),
        bad("allowResultTypes[2]", b -> b.allowResultTypes("a.B", "c.*", null)),
        bad("allowResultTypes", b -> b.allowResultTypes((String[]) null)),
        bad("outcomeTracking", b -> b.outcomeTracking(null)),
        bad("ledgerTable", b -> b.ledgerTable(null)),
        bad("ledgerRetention", b -> b.ledgerRetention(null)),
        bad("startupTimeout", b -> b.startupTimeout(null)),
        bad("shutdownTimeout", b -> b.shutdownTimeout(null)),
        bad("timeout", b -> b.timeout(null)),
        bad("killGrace", b -> b.killGrace(null)),
        bad("javaHome", b -> b.workerJavaHome(null)),
        bad("meterRegistry", b -> b.meterRegistry(null)));
  }

  @Nested
  class OptionsOfATransaction {

    @Test
    void refuseATimeoutOutOfRange() {
      assertThatThrownBy(() -> TransactionOptions.defaults().timeout(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("timeout", "PT0S", "1 ms to 7 days");
    }

    @Test
    void refuseALabelThatIsTooLong() {
      assertThatThrownBy(() -> TransactionOptions.defaults().label("x".repeat(201)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("label", "201", "200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pay\n", "pay\0", "pay\u0085", "pay\u2028", "pay\u202E", "pay\u2066"})
    void refuseALabelThatWouldForgeALineOrTurnItAround(String label) {
      assertThatThrownBy(() -> TransactionOptions.defaults().label(label))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label has a control character, such as a line break, at index 3");
    }

    @Test
    void allowALabelInAnyLanguage() {
      String label =
          "\u05EA\u05E9\u05DC\u05D5\u05DD \u0646\u200C\u0647 \uD83D\uDC68\u200D\uD83D\uDC67";

      assertThat(TransactionOptions.defaults().label(label).label()).contains(label);
    }
  }

  @Nested
  class AtBuild {

    @Test
    void asksForAUrl() {
      assertRefused(TransactionExecutor.builder(), "jdbcUrl", "not set");
    }

    @Test
    void refusesTwoNumbersOfWorkers() {
      assertRefused(
          TransactionExecutor.builder().jdbcUrl(SHARABLE).workers(5).workersPerCore(2),
          "workers (5)",
          "workersPerCore (2)");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"-Xms1g", "-ms1G", "-XX:InitialHeapSize=1073741824", "-XX:MinHeapSize=1048576k"})
    void refusesAHeapThatBeginsLargerThanItMayBecome(String argument) {
      assertRefused(
          TransactionExecutor.builder().jdbcUrl(SHARABLE).workerJvmArgs(argument),
          argument,
          "workerMaxHeap (134217728 bytes)");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "postgres://user:hunter22@host/db",
          "jdbc:h2:mem:x;PASSWORD=hunter22",
          "jdbc:derby:memory:x;password=hunter22",
          "jdbc:mysql:replication://user:hunter22@h1,user:hunter22@h2/db",
        })
    void withAPasswordInTheUrlIsRefusedWithoutShowingIt(String url) {
      assertThatThrownBy(() -> TransactionExecutor.builder().jdbcUrl(url).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("jdbcUrl")
          .hasMessageNotContaining("hunter22");
    }

    @Test
    void refusesAPasswordWithoutAUserAndDoesNotShowIt() {
      TransactionExecutorBuilder builder =
          TransactionExecutor.builder().jdbcUrl(SHARABLE).password("hush hush");

      assertRefused(builder, "password", "username");
      assertThatThrownBy(builder::build).hasMessageNotContaining("hush");
    }

    @Test
    void refusesADriverThatHidesASilentRollback() {
      String option = "raiseExceptionOnSilentRollback";

      assertRefused(
          TransactionExecutor.builder().jdbcUrl(SHARABLE + "?" + option + "=false"), option);
      assertRefused(
          TransactionExecutor.builder().jdbcUrl(SHARABLE).connectionProperty(option, "false"),
          option);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "jdbc:h2:mem:test",
          "jdbc:h2:mem:",
          "jdbc:h2:file:/tmp/test",
          "jdbc:h2:./test",
          "jdbc:h2:~/test",
          "jdbc:h2:/tmp/test",
          "jdbc:h2:test",
          "jdbc:h2:zip:/tmp/db.zip!/test",
          "jdbc:h2:/tmp/test;AUTO_SERVER=TRUE"
        })
    void refusesAnEmbeddedH2AndNamesTheServerUrl(String url) {
      assertRefused(
          TransactionExecutor.builder().jdbcUrl(url), withoutParameters(url), "jdbc:h2:tcp://");
    }

    @ParameterizedTest
    @CsvSource({
      "jdbc:hsqldb:mem:test,              jdbc:hsqldb:hsql://",
      "jdbc:hsqldb:file:/tmp/test,        jdbc:hsqldb:hsql://",
      "jdbc:hsqldb:/tmp/test,             jdbc:hsqldb:hsql://",
      "jdbc:hsqldb:res:/test,             jdbc:hsqldb:hsql://",
      "jdbc:derby:memory:test;create=true, jdbc:derby://",
      "jdbc:derby:/tmp/test,              jdbc:derby://"
    })
    void refusesOtherEmbeddedDatabasesAndNamesTheServerUrl(String url, String server) {
      assertRefused(TransactionExecutor.builder().jdbcUrl(url), withoutParameters(url), server);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "jdbc:sqlite::memory:",
          "jdbc:sqlite:",
          "jdbc:sqlite:file::memory:?cache=shared",
          "jdbc:sqlite:file:test?mode=memory&cache=shared"
        })
    void refusesAnInMemorySqlite(String url) {
      assertRefused(TransactionExecutor.builder().jdbcUrl(url), "jdbc:sqlite:", "cannot share");
    }

    /** A parameter of a URL may be a password. */
    private static String withoutParameters(String url) {
      return url.split(";", 2)[0];
    }

    private static void assertRefused(TransactionExecutorBuilder builder, String... facts) {
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(facts);
    }
  }

  @Nested
  class TheJavaHome {

    @Test
    void mustHaveAnExecutableJava(@TempDir Path home) throws Exception {
      Files.createDirectories(home.resolve("bin"));
      Files.writeString(home.resolve("bin/java"), "not executable");

      assertThatThrownBy(() -> TransactionExecutor.builder().workerJavaHome(home))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("workerJavaHome", home.toString(), "bin/java");
    }
  }
}
