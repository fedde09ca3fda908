package io.cofferdam.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bare Unix-domain stream socket to an echoing JVM: the least that a round trip to another
 * process can cost. Not thread-safe.
 */
final class RawLink implements AutoCloseable {

  static final int MESSAGE_BYTES = 128;

  private final Process process;
  private final SocketChannel channel;
  private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);

  private RawLink(Process process, SocketChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  /** Starts the other JVM and returns when it has connected. */
  static RawLink open() throws IOException {
    Path directory = Files.createTempDirectory("raw-link-");
    Path socket = directory.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Process process = startEcho(socket);
      return new RawLink(process, server.accept());
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  private static Process startEcho(Path socket) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            EchoMain.class.getName(),
            socket.toString())
        .redirectOutput(Redirect.INHERIT)
        .redirectError(Redirect.INHERIT)
        .start();
  }

  /** Sends a message and waits until it has come back. */
  void roundTrip() {
    try {
      message.clear();
      writeMessage(channel, message);
      if (!readMessage(channel, message)) {
        throw new IOException("the echoing process has ended");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills the message from the channel and flips it; false at the channel's end. */
  static boolean readMessage(SocketChannel channel, ByteBuffer message) throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      if (channel.read(message) < 0) {
        return false;
      }
    }
    message.flip();
    return true;
  }

  /** Writes all of the message. */
  static void writeMessage(SocketChannel channel, ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      channel.write(message);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    process.destroy();
  }
}
