package io.cofferdam.internal.worker.guard;

import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells by their types which objects reach the database, and which are mere data. */
final class JdbcTypes {

  /** Subtypes come before their supertypes. */
  private static final List<Class<?>> GUARDED_TYPES =
      List.of(
          ResultSet.class,
          CallableStatement.class,
          PreparedStatement.class,
          Statement.class,
          ResultSetMetaData.class,
          ParameterMetaData.class,
          DatabaseMetaData.class,
          Array.class,
          Blob.class,
          NClob.class,
          Clob.class,
          SQLXML.class,
          Ref.class,
          Struct.class);

  private static final ClassValue<Class<?>[]> GUARDED_AS =
      new ClassValue<>() {
        @Override
        protected Class<?>[] computeValue(Class<?> type) {
          return guardedAs(type);
        }
      };

  private JdbcTypes() {}

  /** Returns the interfaces under which objects of a class are guarded; none if they are data. */
  static Class<?>[] guardedTypesOf(Class<?> type) {
    return GUARDED_AS.get(type);
  }

  /** Returns the types under which an object is guarded: drivers have classes that are several. */
  private static Class<?>[] guardedAs(Class<?> type) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> each : GUARDED_TYPES) {
      if (each.isAssignableFrom(type) && found.stream().noneMatch(each::isAssignableFrom)) {
        found.add(each);
      }
    }
    return found.toArray(new Class<?>[0]);
  }

  /** Returns all interfaces of a driver's class that a proxy can implement. */
  static Class<?>[] publicInterfacesOf(Class<?> vendorClass) {
    Set<Class<?>> types = new LinkedHashSet<>();
    for (Class<?> type = vendorClass; type != null; type = type.getSuperclass()) {
      addPublicInterfaces(type, types);
    }
    return types.toArray(new Class<?>[0]);
  }

  private static void addPublicInterfaces(Class<?> type, Set<Class<?>> types) {
    for (Class<?> each : type.getInterfaces()) {
      if (Modifier.isPublic(each.getModifiers())) {
        types.add(each);
      } else {
        addPublicInterfaces(each, types);
      }
    }
  }

  /** Returns whether a value of this type is mere data. */
  static boolean isPlain(Class<?> type) {
    Class<?> element = type.isArray() ? type.getComponentType() : type;
    return element.isPrimitive()
        || element == String.class
        || Number.class.isAssignableFrom(element)
        || java.util.Date.class.isAssignableFrom(element)
        || java.util.Calendar.class.isAssignableFrom(element);
  }

  static boolean isOfJdk(Class<?> type) {
    String name = type.getName();
    return type.isPrimitive() || name.startsWith("java.") || name.startsWith("javax.");
  }
}
