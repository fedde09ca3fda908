package io.cofferdam.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.testing.OtherUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * With a real process of another user, where this one is privileged, as in continuous integration.
 */
@Tag("process")
class OwnUserTest {

  private static final String PROGRAM =
      """
      import java.net.*;
      import java.nio.channels.*;

      class Stranger {
        public static void main(String[] arguments) throws Exception {
          var address = UnixDomainSocketAddress.of(arguments[1]);
          try (var channel = arguments[0].equals("listen")
              ? ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)
              : SocketChannel.open(address)) {
            System.out.println("there");
            System.in.read();
          }
        }
      }
      """;

  private Path directory;
  private Path socket;
  private @Nullable Process stranger;

  @BeforeEach
  void makeADirectoryForAll() throws IOException {
    directory = Files.createTempDirectory("all-");
    letAllIn(directory);
    socket = directory.resolve("s");
    Files.writeString(directory.resolve("Stranger.java"), PROGRAM);
  }

  @AfterEach
  void end() throws Exception {
    if (stranger != null) {
      stranger.destroyForcibly().waitFor();
    }
    FileUtils.deleteDirectory(directory.toFile());
  }

  private static void letAllIn(Path path) throws IOException {
    Files.setPosixFilePermissions(path, EnumSet.allOf(PosixFilePermission.class));
  }

  /** Starts a process that listens at the socket, or connects to it. */
  private void start(String deed) throws IOException {
    Process started =
        new ProcessBuilder(
                OtherUser.command(
                    System.getProperty("java.home") + "/bin/java",
                    directory.resolve("Stranger.java").toString(),
                    deed,
                    socket.toString()))
            .redirectErrorStream(true)
            .start();
    stranger = started;
    try (BufferedReader output = started.inputReader()) {
      assertThat(output.lines().filter("there"::equals).findFirst()).isPresent();
    }
  }

  @Test
  void isTheOwnerOfWhatThisProcessMakes() throws IOException {
    assertThat(OwnUser.get()).isEqualTo(Files.getOwner(directory));
  }

  @Nested
  class IsKnownFromAnotherUser {

    @Test
    void whoConnects() throws IOException {
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(socket));
        letAllIn(socket);
        start("connect");

        try (SocketChannel peer = server.accept()) {
          assertThat(OwnUser.isPeer(peer)).isEqualTo(!OtherUser.isPossible());
        }
      }
    }

    @Test
    void whoListens() throws IOException {
      start("listen");

      try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        assertThat(OwnUser.isPeer(peer)).isEqualTo(!OtherUser.isPossible());
      }
    }
  }
}
