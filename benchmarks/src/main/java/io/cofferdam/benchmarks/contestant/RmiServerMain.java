package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.Remote;
import java.rmi.server.UnicastRemoteObject;
import java.util.Base64;

/**
 * The other process of RMI, which listens on the loopback interface. It prints its stub and ends
 * with its input.
 */
final class RmiServerMain {

  private static final int BACKLOG = 100;

  private RmiServerMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run(RmiServerMain::run);
  }

  private static void run(BufferedReader in, PrintStream out) throws IOException {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    RemoteEcho target = message -> message;
    Remote stub =
        UnicastRemoteObject.exportObject(
            target,
            0,
            null,
            port -> new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(stub);
    }
    out.println(RmiContestant.STUB + Base64.getEncoder().encodeToString(bytes.toByteArray()));
    String unexpected = in.readLine();
    if (unexpected != null) {
      throw new IOException("nothing is expected but the end of the input: " + unexpected);
    }
  }
}
