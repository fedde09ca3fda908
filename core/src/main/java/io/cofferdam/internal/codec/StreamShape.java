package io.cofferdam.internal.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A class as an object stream describes it.
 *
 * @param flags what the stream says about the form of its objects
 * @param primitiveBytes the bytes of its own primitive fields, which come first
 * @param references the number of its own fields of other types
 * @param parent the superclass that the stream describes, null if it describes none
 * @param ancestors how many superclasses it has in the stream
 * @param size the memory that an object takes
 */
record StreamShape(
    String name,
    int flags,
    int primitiveBytes,
    int references,
    @Nullable StreamShape parent,
    int ancestors,
    int size) {

  /** The memory of a reference. */
  static final int REFERENCE = 4;

  /** The memory of the header of an object. */
  static final int HEADER = 16;

  /** Returns whether the stream says this of the form of its objects. */
  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** Returns the memory that this many bytes take, in whole words. */
  static int aligned(long bytes) {
    return (int) ((bytes + 7) & ~7L);
  }

  /** Returns whether values of a type are objects. */
  static boolean isReference(char type) {
    return type == 'L' || type == '[';
  }

  /** Returns the memory of a value of a type. */
  static int widthOf(char type) throws IOException {
    return switch (type) {
      case 'B', 'Z' -> 1;
      case 'C', 'S' -> 2;
      case 'I', 'F' -> 4;
      case 'J', 'D' -> 8;
      case 'L', '[' -> REFERENCE;
      default -> throw new IOException("no type of a field: " + (int) type);
    };
  }
}
