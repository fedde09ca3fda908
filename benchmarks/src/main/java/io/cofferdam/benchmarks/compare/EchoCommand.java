package io.cofferdam.benchmarks.compare;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The other process of a {@link RawLink}: connects to a socket and sends back what it receives. */
@Command(name = "echo", hidden = true)
public final class EchoCommand implements Callable<Integer> {

  @Parameters private Path socket = Path.of("");

  @Override
  public Integer call() throws Exception {
    ByteBuffer message = ByteBuffer.allocateDirect(RawLink.MESSAGE_BYTES);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      while (RawLink.readMessage(channel, message)) {
        RawLink.writeMessage(channel, message);
      }
    }
    return 0;
  }
}
