package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.process.ChildJvm;
import java.io.IOException;
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

  private final ChildJvm process;
  private final SocketChannel channel;
  private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);

  private RawLink(ChildJvm process, SocketChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  /** Starts the other JVM and returns when it has connected. */
  static RawLink open() throws IOException {
    Path directory = Files.createTempDirectory("raw-link-");
    Path socket = directory.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      ChildJvm process = ChildJvm.sibling(EchoMain.class, socket.toString());
      return new RawLink(process, server.accept());
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  /** Sends a message and waits until it has come back. */
  void roundTrip() throws IOException {
    message.clear();
    writeMessage(channel, message);
    if (!readMessage(channel, message)) {
      throw new IOException("the echoing process has ended");
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
    process.close();
  }
}
