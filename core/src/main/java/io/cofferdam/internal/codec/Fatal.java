package io.cofferdam.internal.codec;

/** Tells the errors that a codec reports from those that concern the whole JVM. */
final class Fatal {

  private Fatal() {}

  /** Throws {@code thrown} if it is a {@link VirtualMachineError} other than a stack overflow. */
  static void rethrow(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
      throw error;
    }
  }
}
