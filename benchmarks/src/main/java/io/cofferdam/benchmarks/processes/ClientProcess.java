package io.cofferdam.benchmarks.processes;

import io.cofferdam.benchmarks.process.ChildJvm;
import io.cofferdam.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process of one client, seen from the program that measures it. Not thread-safe. */
final class ClientProcess implements AutoCloseable {

  /** As one has it who starts hundreds: little heap, small stacks, one compiler, one collector. */
  static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-Xmx64m", "-Xss512k", "-XX:TieredStopAtLevel=1");

  private final ChildJvm jvm;
  private long transactions;

  private ClientProcess(ChildJvm jvm) {
    this.jvm = jvm;
  }

  /** Starts one, and returns when it is connected. */
  static ClientProcess start(Path javaHome, String classPath, TestDatabase database)
      throws IOException {
    List<String> arguments = new ArrayList<>(FLAGS);
    arguments.add(ClientMain.class.getName());
    ChildJvm jvm = ChildJvm.start(javaHome, classPath, arguments);
    try {
      jvm.send(database.url());
      jvm.send(database.username());
      jvm.send(database.password());
      jvm.expect(ClientMain.READY);
    } catch (IOException e) {
      jvm.close();
      throw e;
    }
    return new ClientProcess(jvm);
  }

  long pid() {
    return jvm.pid();
  }

  /** Returns how many transactions it has committed since it began. */
  long transactions() {
    return transactions;
  }

  /** Has it run a load. */
  void send(ClientLoad load) {
    jvm.send(load.line());
  }

  /** Returns what it saw of the load, when it is through. */
  ClientResult result() throws IOException {
    ClientResult result = ClientResult.parse(jvm.expect(ClientMain.RESULT));
    transactions += result.transactions();
    return result;
  }

  /** Has it begin to end. */
  void end() {
    jvm.end();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
