package io.cofferdam.internal.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of a {@link FailureGraph}: text and numbers. What is read keeps the limits that
 * were kept in writing.
 */
final class FailureGraphWire {

  private static final int MIN_THROWABLE_BYTES = 18;
  private static final int MIN_FRAME_BYTES = 13;

  private FailureGraphWire() {}

  static void write(FailureGraph graph, ByteWriter out) {
    out.putInt(graph.forms().size());
    for (FailureForm form : graph.forms()) {
      writeForm(form, out);
    }
  }

  private static void writeForm(FailureForm form, ByteWriter out) {
    out.putText(form.className());
    out.putNullableText(form.message());
    out.putInt(form.stackTrace().size());
    for (StackTraceElement frame : form.stackTrace()) {
      out.putText(frame.getClassName());
      out.putText(frame.getMethodName());
      out.putNullableText(frame.getFileName());
      out.putInt(frame.getLineNumber());
    }
    out.putInt(form.cause());
    out.putInt(form.suppressed().size());
    for (int index : form.suppressed()) {
      out.putInt(index);
    }
    writeSql(form.sql(), out);
  }

  private static void writeSql(FailureForm.@Nullable Sql sql, ByteWriter out) {
    out.putNullableText(sql == null ? null : sql.kind().name());
    if (sql == null) {
      return;
    }
    out.putNullableText(sql.state());
    out.putInt(sql.code());
    out.putInt(sql.updateCounts().size());
    for (long count : sql.updateCounts()) {
      out.putLong(count);
    }
    out.putInt(sql.next());
  }

  static FailureGraph read(ByteReader in, FailureLimits limits) {
    return read(in, limits, text -> text);
  }

  /** Reads a graph with other texts in place of those that were written. */
  static FailureGraph read(ByteReader in, FailureLimits limits, UnaryOperator<String> shown) {
    return new Reading(in, limits, shown).graph();
  }

  /** One graph on its way in. */
  private record Reading(ByteReader in, FailureLimits limits, UnaryOperator<String> shown) {

    FailureGraph graph() {
      int count = count(MIN_THROWABLE_BYTES, limits.throwables(), "throwables");
      if (count < 1) {
        throw new IllegalStateException("no throwable");
      }
      List<FailureForm> forms = new ArrayList<>(count);
      int suppressedLinks = 0;
      for (int index = 0; index < count; index++) {
        FailureForm form = form(index);
        suppressedLinks += form.suppressed().size();
        forms.add(form);
      }
      if (suppressedLinks > limits.throwables()) {
        throw new IllegalStateException(suppressedLinks + " suppressed throwables");
      }
      return new FailureGraph(forms, true);
    }

    private FailureForm form(int index) {
      return new FailureForm(
          text(), nullableText(), frames(), link(index), links(index), sql(index));
    }

    private List<StackTraceElement> frames() {
      int count = count(MIN_FRAME_BYTES, limits.frames(), "frames");
      List<StackTraceElement> frames = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        frames.add(new StackTraceElement(text(), text(), nullableText(), in.getInt()));
      }
      return frames;
    }

    private FailureForm.@Nullable Sql sql(int index) {
      String kind = nullableText();
      return kind == null
          ? null
          : new FailureForm.Sql(
              SqlKind.valueOf(kind), nullableText(), in.getInt(), updateCounts(), link(index));
    }

    private List<Long> updateCounts() {
      int count = count(Long.BYTES, limits.updateCounts(), "update counts");
      List<Long> counts = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        counts.add(in.getLong());
      }
      return counts;
    }

    private List<Integer> links(int index) {
      int count = count(Integer.BYTES, limits.throwables(), "links");
      List<Integer> links = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        links.add(link(index));
      }
      return links;
    }

    /** Accepts only earlier forms, so that hostile links cannot form a cycle. */
    private int link(int index) {
      int link = in.getInt();
      if (link < FailureForm.NONE || link >= index) {
        throw new IllegalStateException("form " + index + " links to " + link);
      }
      return link;
    }

    private @Nullable String nullableText() {
      return in.get() == 0 ? null : text();
    }

    /** Accepts only texts as long as the encoder leaves them: one may be printed many times. */
    private String text() {
      String text = in.getText();
      if (text.length() > limits.textChars()) {
        throw new IllegalStateException("a text of " + text.length() + " characters");
      }
      return shown.apply(text);
    }

    private int count(int minItemBytes, int most, String what) {
      int count = in.getCount(minItemBytes);
      if (count > most) {
        throw new IllegalStateException(count + " " + what);
      }
      return count;
    }
  }
}
