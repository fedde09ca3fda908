package io.cofferdam.internal.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wire form of a {@link FailureGraph}. */
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

  static FailureGraph read(ByteReader in) {
    int count = in.getCount(MIN_THROWABLE_BYTES);
    if (count < 1 || count > FailureLimits.FULL.throwables()) {
      throw new IllegalStateException(count + " throwables");
    }
    List<FailureForm> forms = new ArrayList<>(count);
    int suppressedLinks = 0;
    for (int index = 0; index < count; index++) {
      FailureForm form = readForm(in, index);
      suppressedLinks += form.suppressed().size();
      forms.add(form);
    }
    if (suppressedLinks > FailureLimits.FULL.throwables()) {
      throw new IllegalStateException(suppressedLinks + " suppressed throwables");
    }
    return new FailureGraph(forms, true);
  }

  private static FailureForm readForm(ByteReader in, int index) {
    return new FailureForm(
        checked(in.getText()),
        in.get() == 0 ? null : checked(in.getText()),
        readFrames(in),
        readLink(in, index),
        readLinks(in, index),
        readSql(in, index));
  }

  private static List<StackTraceElement> readFrames(ByteReader in) {
    int count = in.getCount(MIN_FRAME_BYTES);
    List<StackTraceElement> frames = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      frames.add(
          new StackTraceElement(in.getText(), in.getText(), in.getNullableText(), in.getInt()));
    }
    return frames;
  }

  private static FailureForm.@Nullable Sql readSql(ByteReader in, int index) {
    String kind = in.getNullableText();
    return kind == null
        ? null
        : new FailureForm.Sql(
            SqlKind.valueOf(kind),
            in.getNullableText(),
            in.getInt(),
            readUpdateCounts(in),
            readLink(in, index));
  }

  private static List<Long> readUpdateCounts(ByteReader in) {
    int count = in.getCount(Long.BYTES);
    List<Long> counts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      counts.add(in.getLong());
    }
    return counts;
  }

  private static List<Integer> readLinks(ByteReader in, int index) {
    int count = in.getCount(Integer.BYTES);
    List<Integer> links = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      links.add(readLink(in, index));
    }
    return links;
  }

  /** Accepts only earlier forms, so that hostile links cannot form a cycle. */
  private static int readLink(ByteReader in, int index) {
    int link = in.getInt();
    if (link < FailureForm.NONE || link >= index) {
      throw new IllegalStateException("form " + index + " links to " + link);
    }
    return link;
  }

  /** Accepts only texts as long as the encoder leaves them: one may be printed many times. */
  private static String checked(String text) {
    if (text.length() > FailureLimits.FULL.textChars()) {
      throw new IllegalStateException("a text of " + text.length() + " characters");
    }
    return text;
  }
}
