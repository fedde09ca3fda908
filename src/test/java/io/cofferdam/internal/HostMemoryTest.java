package io.cofferdam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class HostMemoryTest {

  /** Four workers and a spare, of 64 MiB heap and as much beside it. */
  private static final ExecutorConfig NEEDS_640_MIB = ExecutorConfigs.withMemory(4, 1, 64 << 20);

  private final Logger logger = (Logger) LoggerFactory.getLogger(HostMemory.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private Path directory;
  private Path group;

  @BeforeEach
  void listen(@TempDir Path directory) throws IOException {
    this.directory = directory;
    group = Files.createDirectories(directory.resolve("root/system.slice/app.service"));
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
  }

  private List<String> warnings(String membership) throws IOException {
    Path file = Files.writeString(directory.resolve("cgroup"), membership);
    HostMemory.warnIfShort(NEEDS_640_MIB, file, directory.resolve("root"));
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private List<String> warnings() throws IOException {
    return warnings("0::/system.slice/app.service\n");
  }

  @Test
  void warnsWhenTheKernelWouldEndTheApplicationWithItsWorkers() throws IOException {
    Files.writeString(group.resolve("memory.oom.group"), "1\n");

    assertThat(warnings()).singleElement().asString().startsWith("memory.oom.group is 1 in ");
  }

  @Test
  void warnsWhenTheWorkersDoNotFit() throws IOException {
    Files.writeString(group.resolve("memory.max"), (640L << 20) - 1 + "\n");

    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("the workers may need 640 MiB, but memory.max of " + group + " is 639 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "671088640", "9223372036854775807"})
  void saysNothingWhenTheyFit(String limit) throws IOException {
    Files.writeString(group.resolve("memory.max"), limit + "\n");
    Files.writeString(group.resolve("memory.oom.group"), "0\n");

    assertThat(warnings()).isEmpty();
  }

  @Test
  void looksAtTheRootInsideAContainer() throws IOException {
    Files.writeString(directory.resolve("root/memory.max"), "1048576\n");

    assertThat(warnings("0::/\n")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12:memory:/x\n0::/system.slice/app.service\n", "0::/gone\n"})
  void saysNothingWhereItCannotTell(String membership) throws IOException {
    Files.writeString(group.resolve("memory.max"), "1\n");

    assertThat(warnings(membership)).isEmpty();
  }

  @Test
  void saysNothingWhereThereAreNoGroups() {
    HostMemory.warnIfShort(
        NEEDS_640_MIB, directory.resolve("missing"), directory.resolve("missing"));

    assertThat(appender.list).isEmpty();
  }
}
