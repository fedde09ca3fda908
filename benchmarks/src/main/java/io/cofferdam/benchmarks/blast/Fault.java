package io.cofferdam.benchmarks.blast;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong in a transaction. */
enum Fault {
  /** A write to address 0, which the kernel answers with SIGSEGV. */
  SEGFAULT("segfault") {
    @Override
    void strike() {
      NativeMemory.write(0);
    }
  },
  /** Rows that are kept until the heap has no more room. */
  HEAP("heap exhaustion") {
    @Override
    void strike() {
      List<byte[]> rows = new ArrayList<>();
      while (rows.size() < Integer.MAX_VALUE) {
        rows.add(new byte[ROW_BYTES]);
      }
      throw new IllegalStateException("the heap holds " + rows.size() + " rows");
    }
  },
  /** A recursion in native code on a stack that is too small for it. */
  NATIVE_STACK("native stack overflow") {
    @Override
    void strike() throws InterruptedException {
      ClassChain.overflowNativeStack();
    }
  },
  /** Native memory that is taken and used until the kernel kills a process. */
  NATIVE_LEAK("leak until the kernel kills") {
    @Override
    void strike() {
      while (true) {
        NativeMemory.leak(LEAKED_BYTES);
      }
    }
  },
  /**
   * A loop without an end, which no interrupt ends, in a transaction that has not yet run a
   * statement, and holds no lock.
   */
  ENDLESS_LOOP_FIRST("endless loop without locks") {
    @Override
    void strike() {
      loop();
    }
  },
  /** The same, in one that holds locks which others need. */
  ENDLESS_LOOP("endless loop") {
    @Override
    void strike() {
      loop();
    }
  };

  private static final int ROW_BYTES = 1_000;
  private static final long LEAKED_BYTES = 16 << 20;

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  /** Returns its name in reports. */
  String title() {
    return title;
  }

  /** Returns whether it comes before the first statement, and not after the last. */
  boolean comesFirst() {
    return this == ENDLESS_LOOP_FIRST;
  }

  private static void loop() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  /** Does it, in the calling thread and process. */
  abstract void strike() throws InterruptedException;
}
