package io.cofferdam.internal.codec;

import io.cofferdam.internal.codec.CulpritSearch.Step;
import java.io.NotSerializableException;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in words why JDK serialization failed: which value, the way to the culprit, the remedy. */
final class SerializationDiagnosis {

  private SerializationDiagnosis() {}

  /** A value given to serialization, under the name that the user knows it by. */
  record Root(@Nullable Object value, String label, boolean isEnclosingObject) {

    static Root task(Object task) {
      return new Root(task, "the task", false);
    }

    static Root result(Object result) {
      return new Root(result, "the result", false);
    }

    /** Returns the values that a lambda captured, counted from 1. */
    static List<Root> captured(SerializedLambda lambda) {
      List<Root> roots = new ArrayList<>();
      for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
        boolean isThis = i == 0 && capturesThis(lambda);
        roots.add(new Root(lambda.getCapturedArg(i), "captured value #" + (i + 1), isThis));
      }
      return roots;
    }

    private static boolean capturesThis(SerializedLambda lambda) {
      int kind = lambda.getImplMethodKind();
      return kind != MethodHandleInfo.REF_invokeStatic
          && kind != MethodHandleInfo.REF_newInvokeSpecial
          && lambda.getImplClass().equals(lambda.getCapturingClass());
    }
  }

  /** Returns the finding and the advice; never throws. */
  static String of(Throwable failure, List<Root> roots) {
    if (failure instanceof NotSerializableException) {
      return ofCulprit(String.valueOf(failure.getMessage()), roots);
    }
    if (failure instanceof StackOverflowError) {
      return "its objects nest too deep for JDK serialization. Send a flat structure, such as a"
          + " list.";
    }
    return describe(roots) + " failed to serialize: " + describe(failure) + ".";
  }

  private static String ofCulprit(String message, List<Root> roots) {
    String className = message.lines().findFirst().orElse(message);
    for (Root root : roots) {
      Step culprit = find(root, className);
      if (culprit != null) {
        return describe(root, culprit) + " " + Advice.of(root, culprit);
      }
    }
    return describe(roots)
        + " holds a "
        + className
        + ", which is not serializable. "
        + Advice.GENERAL;
  }

  private static @Nullable Step find(Root root, String className) {
    try {
      return root.value == null
          ? null
          : CulpritSearch.find(root.value, rootName(root.value.getClass()), className);
    } catch (Throwable e) {
      Fatal.rethrow(e);
      return null;
    }
  }

  private static String rootName(Class<?> type) {
    String name = type.isHidden() ? "lambda" : type.getSimpleName();
    return name.isEmpty() ? "task" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static String describe(Root root, Step culprit) {
    return describe(root)
        + (culprit.isRoot()
            ? " is not serializable."
            : ": field %s (%s) is not serializable."
                .formatted(culprit.path(), typeName(culprit.value())));
  }

  private static String describe(List<Root> roots) {
    List<String> names = new ArrayList<>();
    for (Root root : roots) {
      names.add(describe(root));
    }
    return String.join(" or ", names);
  }

  private static String describe(Root root) {
    return root.value == null ? root.label : root.label + " (" + typeName(root.value) + ")";
  }

  private static String describe(Throwable failure) {
    try {
      return failure.toString();
    } catch (RuntimeException e) {
      return failure.getClass().getName();
    }
  }

  private static String typeName(Object value) {
    String name = value.getClass().getTypeName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : "a lambda in " + name.substring(0, lambda);
  }
}
