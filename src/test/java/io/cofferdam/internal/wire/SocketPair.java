package io.cofferdam.internal.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two connected Unix-domain sockets, both blocking. */
public record SocketPair(SocketChannel left, SocketChannel right) implements Closeable {

  public static SocketPair open() throws IOException {
    Path directory = Files.createTempDirectory("pair");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      SocketChannel left = SocketChannel.open(address);
      return new SocketPair(left, server.accept());
    } finally {
      Files.deleteIfExists(address.getPath());
      Files.delete(directory);
    }
  }

  @Override
  public void close() throws IOException {
    left.close();
    right.close();
  }
}
