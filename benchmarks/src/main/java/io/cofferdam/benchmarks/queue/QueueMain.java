package io.cofferdam.benchmarks.queue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cofferdam.benchmarks.process.ChildMain;
import java.io.BufferedReader;
import java.io.PrintStream;

/**
 * The process in which the queue is measured. Each line says what to measure, and is answered by
 * what was found. It ends with its input.
 */
final class QueueMain {

  static final String RESULT = "RESULT ";

  private QueueMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    ChildMain.run(QueueMain::run);
  }

  private static void run(BufferedReader in, PrintStream out) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(QueueMain::end);
    ObjectMapper json = new ObjectMapper();
    String line = in.readLine();
    while (line != null) {
      QueueOrder order = json.readValue(line, QueueOrder.class);
      System.gc();
      out.println(RESULT + json.writeValueAsString(measurement(order).take()));
      line = in.readLine();
    }
  }

  /** Ends the process: a measurement in which a thread has failed is worth nothing. */
  private static void end(Thread thread, Throwable failure) {
    System.err.println(thread.getName() + " has failed");
    failure.printStackTrace();
    System.exit(1);
  }

  private static QueueMeasurement measurement(QueueOrder order) {
    return switch (order.kind()) {
      case WAITING, HANDED_OVER -> new OneThread(order);
      case SATURATED -> new Saturation(order);
      case OPEN_LOOP -> new OpenLoop(order);
      case HEAP -> new HeapUse(order);
    };
  }
}
