package io.cofferdam.internal.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.ExecutorConfigs;
import io.cofferdam.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMemoryTest {

  /** Four workers and a spare, of 64 MiB heap and as much beside it. */
  private static final ExecutorConfig NEEDS_640_MIB = ExecutorConfigs.withMemory(4, 1, 64 << 20);

  @RegisterExtension final CapturedLog log = CapturedLog.of(HostMemory.class);

  private Path directory;
  private Path group;

  @BeforeEach
  void makeGroup(@TempDir Path directory) throws IOException {
    this.directory = directory;
    group = Files.createDirectories(directory.resolve("root/system.slice/app.service"));
  }

  private List<String> warnings(String membership) throws IOException {
    Path file = Files.writeString(directory.resolve("cgroup"), membership);
    HostMemory.warnIfShort(NEEDS_640_MIB, file, directory.resolve("root"));
    return log.messages();
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

    assertThat(log.messages()).isEmpty();
  }
}
