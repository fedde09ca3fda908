package io.cofferdam.testing;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A socket factory for the PostgreSQL driver whose sockets fail while a worker commits, as where
 * memory runs out that is not the heap: the JVM goes on. To be named as the connection property
 * {@code socketFactory}; a task arms it in its worker.
 */
public final class OutOfMemorySockets extends SocketFactory {

  /** Where the next commit fails. */
  public enum Place {
    /** Before anything of it is sent. */
    BEFORE_SENDING,
    /** When the server's answer is there. */
    AFTER_THE_ANSWER
  }

  private static volatile @Nullable Place armed;

  /** Makes the next commit of this worker fail. */
  public static void failNextCommit(Place place) {
    armed = place;
  }

  private static void failIfArmed(Place place) {
    if (armed == place && isCommitting()) {
      armed = null;
      throw new OutOfMemoryError("no memory left " + place);
    }
  }

  private static boolean isCommitting() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(
                    frame ->
                        frame.getMethodName().equals("send")
                            && frame
                                .getClassName()
                                .equals("io.cofferdam.internal.worker.outcome.Commit")));
  }

  @Override
  public Socket createSocket() {
    return new FailingSocket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw new UnsupportedOperationException("the driver connects by itself");
  }

  private static final class FailingSocket extends Socket {

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int count = super.read(buffer, offset, length);
          failIfArmed(Place.AFTER_THE_ANSWER);
          return count;
        }
      };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          failIfArmed(Place.BEFORE_SENDING);
          out.write(bytes, offset, length);
        }
      };
    }
  }
}
