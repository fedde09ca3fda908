package io.cofferdam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final Path REPOSITORY = repository();
  private static final List<String> README = lines(REPOSITORY.resolve("README.md"));

  @Nested
  class Code {

    private static final Pattern MARKER = Pattern.compile("<!-- region: (\\S+), (\\S+) -->");

    @Test
    void ofJavaIsARegionOfWhatIsCompiled() {
      int blocks = 0;
      for (int i = 0; i < README.size(); i++) {
        if (README.get(i).strip().equals("```java")) {
          Matcher marker = MARKER.matcher(README.get(i - 1));
          assertThat(marker.matches()).as("a marker before line %s of README.md", i + 1).isTrue();
          assertThat(block(i))
              .as("%s of %s", marker.group(1), marker.group(2))
              .isEqualTo(region(REPOSITORY.resolve(marker.group(2)), marker.group(1)));
          blocks++;
        }
      }
      assertThat(blocks).isPositive();
    }

    @Test
    void ofMavenNamesTheVersionOfThisBuild() {
      String pom = String.join("\n", lines(REPOSITORY.resolve("core/pom.xml")));
      Matcher version = Pattern.compile("<version>(.+?)</version>").matcher(pom);
      assertThat(version.find()).isTrue();

      assertThat(firstBlock("## Maven", "xml")).contains(version.group());
    }
  }

  @Nested
  class Commands {

    @Test
    void startTheDemo() {
      String demo = firstBlock("## Quick start", "bash");

      assertThat(demo).doesNotContain("\n").endsWith("java -jar examples/target/bank.jar");
    }

    @Test
    void runTheSameTestsAsContinuousIntegration() {
      assertThat(lines(REPOSITORY.resolve(".ci/run"))).contains(firstBlock("## Tests", "bash"));
    }
  }

  @Nested
  class Options {

    @Test
    void ofTheExecutorAreAllDocumented() {
      assertThat(documented("## Options of the executor").keySet())
          .isEqualTo(options(TransactionExecutorBuilder.class));
    }

    @Test
    void ofATransactionAreAllDocumented() {
      assertThat(documented("## Options of one transaction").keySet())
          .isEqualTo(options(TransactionOptions.class));
    }

    @Test
    void haveTheDocumentedDefaults() throws ReflectiveOperationException {
      Map<String, String> documented = documented("## Options of the executor");
      int compared = 0;
      for (Object builder :
          List.of(TransactionExecutor.builder(), new TrackingBuilder(), new WorkerJvmBuilder())) {
        for (Field field : builder.getClass().getDeclaredFields()) {
          String shown = documented.get(field.getName());
          field.setAccessible(true);
          String actual = shown == null ? null : show(field.get(builder));
          if (actual != null) {
            assertThat(shown).as("default of %s", field.getName()).isEqualTo(actual);
            compared++;
          }
        }
      }
      assertThat(compared).isEqualTo(11);
    }

    /** Returns a value as the tables show it, or null for one that they describe in words. */
    private static @Nullable String show(@Nullable Object value) {
      if (value instanceof Duration duration) {
        return duration.toDays() > 0 ? duration.toDays() + " day" : duration.toSeconds() + " s";
      } else if (value instanceof Integer count) {
        return String.format(Locale.ROOT, "%,d", count);
      } else if (value instanceof Long bytes) {
        return (bytes >> 20) + " MiB";
      }
      return value instanceof String text ? "`" + text + "`" : null;
    }

    private static Set<String> options(Class<?> type) {
      return Arrays.stream(type.getMethods())
          .filter(method -> method.getReturnType() == type)
          .filter(method -> !Modifier.isStatic(method.getModifiers()))
          .map(method -> method.getName())
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the defaults by option, from the tables of a section. */
    private static Map<String, String> documented(String heading) {
      Map<String, String> found = new TreeMap<>();
      for (String line : section(heading)) {
        Matcher row = Pattern.compile("\\| `(\\w+)` \\| (.*?) \\|.*").matcher(line);
        if (row.matches()) {
          assertThat(found.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
        }
      }
      return found;
    }
  }

  @Nested
  class Links {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

    @Test
    void leadToFilesAndHeadings() throws IOException {
      try (Stream<Path> files = Files.walk(REPOSITORY.resolve("docs"));
          Stream<Path> roots = Files.list(REPOSITORY)) {
        Stream.concat(roots, files)
            .filter(file -> file.toString().endsWith(".md"))
            .forEach(Links::check);
      }
    }

    private static void check(Path page) {
      Matcher link = LINK.matcher(String.join("\n", lines(page)));
      while (link.find()) {
        Path target =
            link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
        assertThat(target).as("link in %s", page).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target)).as("headings of %s", target).contains(link.group(2));
        }
      }
    }

    private static List<String> anchors(Path page) {
      return lines(page).stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
          .map(line -> line.replaceAll("[^\\w -]", "").replace(' ', '-'))
          .toList();
    }
  }

  @Nested
  class Promises {

    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

    /** Sections that promise nothing: they say where knowledge ends, or have a test as subject. */
    private static final Set<String> PROMISE_NOTHING =
        Set.of(
            "# Guarantees",
            "## The outcome of a transaction",
            "## What UNKNOWN means",
            "## What COMMITTED does not mean",
            "## What is not seen",
            "## The fault matrix");

    private final List<String> guarantees = lines(REPOSITORY.resolve("docs/guarantees.md"));

    @Test
    void nameTestsThatThereAre() throws IOException {
      Set<String> tests;
      try (Stream<Path> files = Files.walk(REPOSITORY.resolve("src/test/java"))) {
        tests =
            files
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
      }
      Matcher named = TEST.matcher(String.join("\n", guarantees));

      assertThat(named.results().map(result -> result.group(1)).toList())
          .isNotEmpty()
          .allSatisfy(test -> assertThat(tests).contains(test));
    }

    @Test
    void nameATestEach() {
      Map<String, Boolean> tested = new TreeMap<>();
      String section = "";
      for (String line : guarantees) {
        if (line.startsWith("#")) {
          section = line;
        }
        tested.merge(section, TEST.matcher(line).find(), Boolean::logicalOr);
      }
      tested.keySet().removeAll(PROMISE_NOTHING);

      assertThat(tested)
          .isNotEmpty()
          .allSatisfy((title, has) -> assertThat(has).as(title).isTrue());
    }
  }

  private static List<String> section(String heading) {
    int start = README.indexOf(heading);
    assertThat(start).as("%s in README.md", heading).isNotNegative();
    return README.stream().skip(start + 1L).takeWhile(line -> !line.startsWith("## ")).toList();
  }

  private static String firstBlock(String heading, String language) {
    int offset = section(heading).indexOf("```" + language);
    assertThat(offset).as("a block of %s under %s", language, heading).isNotNegative();
    return block(README.indexOf(heading) + 1 + offset);
  }

  private static String block(int fence) {
    return flush(
        README.stream().skip(fence + 1L).takeWhile(line -> !line.strip().equals("```")).toList());
  }

  private static String region(Path file, String name) {
    List<String> found = new ArrayList<>();
    boolean inside = false;
    for (String line : lines(file)) {
      if (line.strip().equals("// endregion")) {
        inside = false;
      }
      if (inside) {
        found.add(line);
      }
      if (line.strip().equals("// region " + name)) {
        inside = true;
      }
    }
    assertThat(found).as("region %s of %s", name, file).isNotEmpty();
    return flush(found);
  }

  private static String flush(List<String> lines) {
    return String.join("\n", lines).stripIndent().strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path repository() {
    String given = System.getProperty("cofferdam.repository");
    if (given != null) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.exists(directory.resolve("README.md"))) {
      directory = directory.getParent();
    }
    assertThat(directory).as("a directory with README.md above the working directory").isNotNull();
    return directory;
  }
}
