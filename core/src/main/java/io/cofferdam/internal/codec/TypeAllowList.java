package io.cofferdam.internal.codec;

import java.util.List;
import java.util.Set;

/**
 * The types that may arrive from a worker: the JDK's value types and collections, and those that
 * the user's patterns name. A pattern that names a class covers its nested classes; an array is
 * allowed as its element type is. Thread-safe.
 */
final class TypeAllowList {

  private static final Set<String> JDK_TYPES =
      Set.of(
          "java.io.Serializable",
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.CharSequence",
          "java.lang.Character",
          "java.lang.Comparable",
          "java.lang.Double",
          "java.lang.Enum",
          "java.lang.Float",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Number",
          "java.lang.Object",
          "java.lang.Short",
          "java.lang.String",
          "java.lang.String$CaseInsensitiveComparator",
          "java.math.BigDecimal",
          "java.math.BigInteger",
          "java.math.MathContext",
          "java.math.RoundingMode",
          "java.net.URI",
          "java.sql.Date",
          "java.sql.Time",
          "java.sql.Timestamp",
          "java.util.AbstractMap$SimpleEntry",
          "java.util.AbstractMap$SimpleImmutableEntry",
          "java.util.ArrayDeque",
          "java.util.ArrayList",
          "java.util.Arrays$ArrayList",
          "java.util.BitSet",
          "java.util.CollSer",
          "java.util.Collection",
          "java.util.Collections$ReverseComparator",
          "java.util.Collections$ReverseComparator2",
          "java.util.Comparators$NaturalOrderComparator",
          "java.util.Currency",
          "java.util.Date",
          "java.util.EnumMap",
          "java.util.EnumSet",
          "java.util.EnumSet$SerializationProxy",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.JumboEnumSet",
          "java.util.LinkedHashMap",
          "java.util.LinkedHashSet",
          "java.util.LinkedList",
          "java.util.List",
          "java.util.Locale",
          "java.util.Map",
          "java.util.Map$Entry",
          "java.util.RegularEnumSet",
          "java.util.Set",
          "java.util.TreeMap",
          "java.util.TreeSet",
          "java.util.UUID");

  /** Rules of time zones: JDKs that are not of late trust the sizes that they read for them. */
  private static final String ZONE_RULES = "java.time.zone.";

  private static final List<String> JDK_PREFIXES =
      List.of(
          "java.time.",
          "java.util.Collections$Empty",
          "java.util.Collections$Singleton",
          "java.util.Collections$Unmodifiable",
          "java.util.ImmutableCollections$");

  private final List<String> patterns;
  private final ClassValue<Boolean> allowed =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isAllowed(type.getName());
        }
      };

  /** Each pattern is a class name, or a package followed by {@code .*} or {@code .**}. */
  TypeAllowList(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  boolean allows(Class<?> type) {
    Class<?> element = elementOf(type);
    return element.isPrimitive() || allowed.get(element);
  }

  static Class<?> elementOf(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }

  private boolean isAllowed(String name) {
    return JDK_TYPES.contains(name)
        || (JDK_PREFIXES.stream().anyMatch(name::startsWith) && !name.startsWith(ZONE_RULES))
        || patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.endsWith(".**")) {
      return name.startsWith(pattern.substring(0, pattern.length() - 2));
    }
    if (pattern.endsWith(".*")) {
      int packageLength = pattern.length() - 2;
      return name.lastIndexOf('.') == packageLength
          && name.startsWith(pattern.substring(0, packageLength));
    }
    return matchesClass(pattern, name);
  }

  private static boolean matchesClass(String pattern, String name) {
    return (name.startsWith(pattern) || name.replace('$', '.').startsWith(pattern))
        && (name.length() == pattern.length() || name.charAt(pattern.length()) == '$');
  }
}
