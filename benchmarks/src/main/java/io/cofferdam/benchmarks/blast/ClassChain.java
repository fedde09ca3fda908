package io.cofferdam.benchmarks.blast;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Classes of which each extends the one before. Before the JVM initializes the last, it links the
 * superclass of each, natively and recursively, and never looks whether the stack has room for
 * that. The stack ends in a page that may not be touched, so the kernel answers with SIGSEGV; there
 * is no stack on which the JVM could handle it.
 */
final class ClassChain extends ClassLoader {

  private static final int CLASSES = 2_000;
  private static final long STACK_BYTES = 64 << 10;

  private static final int MAGIC = 0xCAFEBABE;
  private static final int JAVA_17 = 61;
  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int PUBLIC_SUPER = 0x21;
  private static final int THIS_NAME = 1;
  private static final int THIS = 2;
  private static final int SUPER_NAME = 3;
  private static final int SUPER = 4;
  private static final int CONSTANTS = 5;

  /** Interfaces, fields, methods, attributes. */
  private static final int EMPTY_TABLES = 4;

  private ClassChain() {}

  /** Initializes the last of a long chain in a thread with a small stack. */
  static void overflowNativeStack() throws InterruptedException {
    ClassChain chain = new ClassChain();
    String last = chain.define();
    Thread thread = new Thread(null, () -> chain.initialize(last), "native-recursion", STACK_BYTES);
    thread.start();
    thread.join();
    throw new IllegalStateException("the native stack had room for " + CLASSES + " classes");
  }

  private String define() {
    String previous = "java/lang/Object";
    for (int i = 0; i < CLASSES; i++) {
      String name = "Link" + i;
      byte[] file = classFile(name, previous);
      previous = defineClass(name, file, 0, file.length).getName();
    }
    return previous;
  }

  private void initialize(String name) {
    try {
      var unused = Class.forName(name, true, this);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a class without members. */
  private static byte[] classFile(String name, String superclass) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeShort(0);
      out.writeShort(JAVA_17);
      out.writeShort(CONSTANTS);
      writeClass(out, name, THIS_NAME);
      writeClass(out, superclass, SUPER_NAME);
      out.writeShort(PUBLIC_SUPER);
      out.writeShort(THIS);
      out.writeShort(SUPER);
      for (int table = 0; table < EMPTY_TABLES; table++) {
        out.writeShort(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeClass(DataOutputStream out, String name, int at) throws IOException {
    out.writeByte(UTF8);
    out.writeUTF(name);
    out.writeByte(CLASS);
    out.writeShort(at);
  }
}
