package io.cofferdam.benchmarks.contestant;

import io.cofferdam.benchmarks.process.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Threads that call other JVMs through RMI, in turn. It runs no transaction. */
final class RmiContestant implements Contestant {

  /** How the line with the stub begins. */
  static final String STUB = "STUB ";

  private final List<ChildJvm> processes = new ArrayList<>();
  private final List<RemoteEcho> stubs = new ArrayList<>();

  RmiContestant(int servers) throws IOException, ClassNotFoundException {
    for (int i = 0; i < servers; i++) {
      ChildJvm process = ChildJvm.sibling(RmiServerMain.class);
      processes.add(process);
      byte[] stub = Base64.getDecoder().decode(process.expect(STUB));
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stub))) {
        stubs.add((RemoteEcho) in.readObject());
      }
    }
  }

  @Override
  public BlockingClient client(int number) {
    RemoteEcho stub = stubs.get(number % stubs.size());
    byte[] message = new byte[RawLink.MESSAGE_BYTES];
    return transaction -> {
      var unused = stub.echo(message);
    };
  }

  @Override
  public void close() {
    processes.forEach(ChildJvm::close);
  }
}
