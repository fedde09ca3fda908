package io.cofferdam.internal.process;

import io.cofferdam.WorkerStartException;
import java.io.IOException;

/** Says what failed when a worker was launched, and what to do about it where that is known. */
public final class LaunchAdvice {

  private LaunchAdvice() {}

  /** Describes what came out of a launch. */
  public static String describe(Throwable failure) {
    boolean speaks = failure instanceof IOException || failure instanceof WorkerStartException;
    String what = speaks ? String.valueOf(failure.getMessage()) : failure.toString();
    String advice = advice(failure, what);
    return advice.isEmpty() ? what : what + "; " + advice;
  }

  private static String advice(Throwable failure, String what) {
    if (failure instanceof LinkageError) {
      if (what.contains("jdk/net/")) {
        return "the application's runtime lacks the module jdk.net: add it";
      }
      return what.contains("org/slf4j/") || what.contains("org.slf4j.")
          ? "Cofferdam needs SLF4J 2, and the class path has an older one"
          : "a class is missing or of another version than Cofferdam needs: look for two versions"
              + " of a library on the class path";
    }
    boolean noThread = failure instanceof OutOfMemoryError && what.contains("native thread");
    return noThread || what.contains("error=11")
        ? "the limit of processes and threads is reached: raise pids.max of the control group, or"
            + " ulimit -u"
        : "";
  }
}
