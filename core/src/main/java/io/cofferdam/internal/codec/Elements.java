package io.cofferdam.internal.codec;

/** What a class does with the values that it wrote beside its fields. */
enum Elements {
  /** Keys and values of a hash table by turns. */
  MAP(52, 40, 2),
  SET(52, 64, 1),
  SORTED_MAP(24, 0, 2),
  LIST(8, 0, 0),
  LINKED_LIST(24, 0, 0),
  BY_ENUM(0, 256, 0),
  /** Not known: it may hash each of them. */
  OTHER(16, 0, 1);

  /** The memory that each value takes beside its own. */
  final int memory;

  /** The memory that the collection takes beside its instance. */
  final int ofItsOwn;

  /** Of how many values one is hashed; 0 if none is. */
  private final int hashed;

  Elements(int memory, int ofItsOwn, int hashed) {
    this.memory = memory;
    this.ofItsOwn = ofItsOwn;
    this.hashed = hashed;
  }

  boolean hashes(int index) {
    return hashed != 0 && index % hashed == 0;
  }

  static Elements of(String className) {
    return switch (className) {
      case "java.util.HashMap", "java.util.Hashtable" -> MAP;
      case "java.util.HashSet" -> SET;
      case "java.util.TreeMap" -> SORTED_MAP;
      case "java.util.LinkedList" -> LINKED_LIST;
      case "java.util.ArrayList", "java.util.ArrayDeque", "java.util.Vector" -> LIST;
      case "java.util.EnumMap" -> BY_ENUM;
      default -> OTHER;
    };
  }
}
