package io.cofferdam.internal.codec;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A throwable with everything that it links to, as data: each form after those it links to, the
 * throwable itself last. {@code isWhole} is false if a cycle or a limit cut something off.
 */
record FailureGraph(List<FailureForm> forms, boolean isWhole) {

  /** Describes {@code failure}; whatever its methods throw counts as nothing said. */
  static FailureGraph of(Throwable failure, FailureLimits limits) {
    Capture capture = new Capture(limits);
    capture.add(failure);
    return new FailureGraph(capture.forms, capture.isWhole);
  }

  FailureForm root() {
    return forms.get(forms.size() - 1);
  }

  /** Makes a standard SQLException of each SQLException, and a stand-in of anything else. */
  Throwable rebuild() {
    List<Throwable> rebuilt = new ArrayList<>(forms.size());
    for (FailureForm form : forms) {
      rebuilt.add(form.rebuild(rebuilt));
    }
    return rebuilt.get(rebuilt.size() - 1);
  }

  /** Returns the text that {@link Throwable#printStackTrace()} prints. */
  String print() {
    List<RemoteThrowable> rebuilt = new ArrayList<>(forms.size());
    for (FailureForm form : forms) {
      rebuilt.add(form.describe(rebuilt));
    }
    return rebuilt.get(rebuilt.size() - 1).printed();
  }

  private static final class Capture {

    private static final int UNFINISHED = -2;

    private final FailureLimits limits;
    private final List<FailureForm> forms = new ArrayList<>();
    private final IdentityHashMap<Throwable, Integer> indexes = new IdentityHashMap<>();
    private int suppressedLinks;
    private boolean isWhole = true;

    Capture(FailureLimits limits) {
      this.limits = limits;
    }

    /** Adds the form of {@code throwable} after those it links to, and returns its index. */
    int add(@Nullable Throwable throwable) {
      if (throwable == null) {
        return FailureForm.NONE;
      }
      Integer known = indexes.get(throwable);
      if (known != null && known != UNFINISHED) {
        return known;
      }
      if (known != null || indexes.size() >= limits.throwables()) {
        isWhole = false;
        return FailureForm.NONE;
      }
      indexes.put(throwable, UNFINISHED);
      forms.add(formOf(throwable));
      indexes.put(throwable, forms.size() - 1);
      return forms.size() - 1;
    }

    private FailureForm formOf(Throwable throwable) {
      FailureForm.Sql sql = throwable instanceof SQLException e ? sqlOf(e) : null;
      int cause = add(said(throwable::getCause));
      return new FailureForm(
          limits.cut(throwable.getClass().getName()),
          cut(said(throwable::getMessage)),
          framesOf(throwable),
          cause,
          suppressedOf(throwable),
          sql);
    }

    private List<Integer> suppressedOf(Throwable throwable) {
      List<Integer> indexes = new ArrayList<>();
      for (Throwable each : throwable.getSuppressed()) {
        if (suppressedLinks == limits.throwables()) {
          isWhole = false;
          return indexes;
        }
        int index = add(each);
        if (index != FailureForm.NONE) {
          indexes.add(index);
          suppressedLinks++;
        }
      }
      return indexes;
    }

    private FailureForm.Sql sqlOf(SQLException exception) {
      int next = add(said(exception::getNextException));
      return new FailureForm.Sql(
          SqlKind.of(exception),
          cut(said(exception::getSQLState)),
          codeOf(exception),
          exception instanceof BatchUpdateException batch ? countsOf(batch) : List.of(),
          next);
    }

    private static int codeOf(SQLException exception) {
      Integer code = said(exception::getErrorCode);
      return code == null ? 0 : code;
    }

    private List<Long> countsOf(BatchUpdateException batch) {
      long[] counts = said(batch::getLargeUpdateCounts);
      return counts == null
          ? List.of()
          : Arrays.stream(counts).limit(limits.updateCounts()).boxed().toList();
    }

    private List<StackTraceElement> framesOf(Throwable throwable) {
      List<StackTraceElement> frames =
          said(
              () ->
                  Arrays.stream(throwable.getStackTrace())
                      .limit(limits.frames())
                      .map(this::cut)
                      .toList());
      return frames == null ? List.of() : frames;
    }

    private StackTraceElement cut(StackTraceElement frame) {
      return new StackTraceElement(
          limits.cut(frame.getClassName()),
          limits.cut(frame.getMethodName()),
          cut(frame.getFileName()),
          frame.getLineNumber());
    }

    private @Nullable String cut(@Nullable String text) {
      return text == null ? null : limits.cut(text);
    }

    private static <T> @Nullable T said(Saying<T> saying) {
      try {
        return saying.say();
      } catch (Throwable e) {
        Fatal.rethrow(e);
        return null;
      }
    }
  }

  private interface Saying<T> {
    @Nullable T say();
  }
}
