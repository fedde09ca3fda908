package io.cofferdam.internal.process;

import io.cofferdam.WorkerProfile;
import io.cofferdam.internal.config.WorkerJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The JVM flags of a {@link WorkerProfile}. A flag is left out where an argument of the user's says
 * the same in another way, because a JVM refuses to start with two that contradict each other.
 */
final class ProfileFlags {

  private static final long MEBIBYTE = 1L << 20;

  private static final Pattern OWN_COLLECTOR = Pattern.compile("-XX:[+]Use\\w+GC");
  private static final Pattern OWN_GENERATIONS =
      Pattern.compile("-Xmn|-Xms|-ms|-XX:(New|MaxNew|InitialHeap|MinHeap|OldSize)");
  private static final Pattern OWN_RATIO = Pattern.compile("-XX:M(in|ax)HeapFreeRatio");

  private final WorkerJvm jvm;
  private final JavaRelease java;
  private final List<String> flags = new ArrayList<>();

  private ProfileFlags(WorkerJvm jvm, JavaRelease java) {
    this.jvm = jvm;
    this.java = java;
  }

  /** Returns the flags for a JVM. */
  static List<String> of(WorkerJvm jvm, JavaRelease java) {
    ProfileFlags profile = new ProfileFlags(jvm, java);
    profile.collect();
    return List.copyOf(profile.flags);
  }

  private void collect() {
    if (!has(OWN_COLLECTOR)) {
      flags.add("-XX:+UseSerialGC");
    }
    switch (jvm.profile()) {
      case COMPACT -> {
        flags.add("-XX:TieredStopAtLevel=1");
        heap(2 * MEBIBYTE, true);
        trimNativeHeap();
      }
      case BALANCED -> {
        flags.add("-XX:TieredStopAtLevel=1");
        heap(4 * MEBIBYTE, false);
        trimNativeHeap();
      }
      case THROUGHPUT -> {}
    }
  }

  /** Keeps the heap of the serial collector small; other collectors have ways of their own. */
  private void heap(long young, boolean shrinks) {
    if (has(OWN_COLLECTOR) || has(OWN_GENERATIONS)) {
      return;
    }
    flags.add("-Xmn" + young);
    if (shrinks) {
      flags.add("-Xms" + 8 * MEBIBYTE);
      if (!has(OWN_RATIO)) {
        flags.add("-XX:MinHeapFreeRatio=5");
        flags.add("-XX:MaxHeapFreeRatio=15");
        flags.add("-XX:-ShrinkHeapInSteps");
      }
    }
  }

  /** What compilers and the start have used for a moment goes back to the system. */
  private void trimNativeHeap() {
    if (java.trimsNativeHeap()) {
      flags.add("-XX:TrimNativeHeapInterval=1000");
    }
  }

  private boolean has(Pattern own) {
    return jvm.arguments().stream().anyMatch(argument -> own.matcher(argument).lookingAt());
  }
}
