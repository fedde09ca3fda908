package io.cofferdam.internal.codec;

import static io.cofferdam.internal.codec.SerializationDiagnosis.Root;

import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns tasks into bytes, in the caller's thread. A lambda costs a copy of its constant part plus
 * its captured values; any other task is serialized by the JDK. Thread-safe.
 */
public final class TaskEncoder {

  /** The task is one JDK object stream. */
  static final byte OBJECT = 0;

  /** The task is a lambda's shape, then its captured values. */
  static final byte LAMBDA = 1;

  private final int maxBytes;

  /** Creates an encoder that refuses tasks of more than {@code maxBytes}. */
  public TaskEncoder(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Encodes a task for {@link TaskDecoder}.
   *
   * @throws NotEncodableException if the task or a value that it captures cannot be serialized, or
   *     if it is too large
   */
  public byte[] encode(Serializable task) throws NotEncodableException {
    LambdaForm form = LambdaForm.of(task);
    ByteWriter out;
    if (form == null) {
      out = new ByteWriter(maxBytes);
      out.write(OBJECT);
      writeObjects(List.of(task), out, List.of(Root.task(task)));
    } else {
      SerializedLambda lambda = form.open(task);
      byte[] shape = form.shape();
      out = new ByteWriter(maxBytes);
      out.write(LAMBDA);
      out.write(shape);
      writeCaptured(lambda, out);
    }
    if (out.isOverLimit()) {
      throw NotEncodableException.tooLarge("The task", out.size(), maxBytes);
    }
    return out.toByteArray();
  }

  private static void writeCaptured(SerializedLambda lambda, ByteWriter out)
      throws NotEncodableException {
    List<Object> objects = null;
    boolean mayShare = mutableCount(lambda) > 1;
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      Object value = lambda.getCapturedArg(i);
      if ((mayShare && value instanceof byte[]) || !Scalars.write(value, out)) {
        out.write(Scalars.OTHER);
        objects = objects == null ? new ArrayList<>() : objects;
        objects.add(value);
      }
    }
    if (objects != null) {
      writeObjects(objects, out, Root.captured(lambda));
    }
  }

  /** Counts the captured values whose identity another captured value could depend on. */
  private static int mutableCount(SerializedLambda lambda) {
    int count = 0;
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      Object value = lambda.getCapturedArg(i);
      if (value != null && !Scalars.isImmutable(value)) {
        count++;
      }
    }
    return count;
  }

  /** Writes one stream for all objects, so that what they share stays shared. */
  private static void writeObjects(List<Object> objects, ByteWriter out, List<Root> roots)
      throws NotEncodableException {
    try (ObjectOutputStream stream = new ObjectOutputStream(out)) {
      for (@Nullable Object object : objects) {
        stream.writeObject(object);
      }
    } catch (Throwable e) {
      Fatal.rethrow(e);
      throw new NotEncodableException(
          "The task cannot be sent to a worker: " + SerializationDiagnosis.of(e, roots), e);
    }
  }
}
