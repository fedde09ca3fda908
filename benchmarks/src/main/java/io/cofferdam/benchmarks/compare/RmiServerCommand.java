package io.cofferdam.benchmarks.compare;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.Remote;
import java.rmi.server.UnicastRemoteObject;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * The other process of RMI, which listens on the loopback interface. It prints its stub and ends
 * with its input.
 */
@Command(name = "rmi-server", hidden = true)
public final class RmiServerCommand implements Callable<Integer> {

  private static final int BACKLOG = 100;

  @Override
  public Integer call() throws IOException {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    RemoteEcho target = message -> message;
    Remote stub =
        UnicastRemoteObject.exportObject(
            target,
            0,
            null,
            port -> new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stub);
    }
    System.out.println(
        ContestantCommand.READY + Base64.getEncoder().encodeToString(bytes.toByteArray()));
    while (System.in.read() >= 0) {
      // Nothing is expected but the end.
    }
    return 0;
  }
}
