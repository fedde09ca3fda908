package io.cofferdam.benchmarks.contestant;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The other process of a {@link RawLink}: connects to a socket and sends back what it receives. */
final class EchoMain {

  private EchoMain() {}

  /** The argument is the path of the socket. */
  public static void main(String[] args) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(RawLink.MESSAGE_BYTES);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]))) {
      while (RawLink.readMessage(channel, message)) {
        RawLink.writeMessage(channel, message);
      }
    }
  }
}
