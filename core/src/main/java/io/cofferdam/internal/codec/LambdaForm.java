package io.cofferdam.internal.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What all instances of one lambda have in common: the way to their {@link SerializedLambda}, and
 * the bytes of its constant part. Kept per lambda class, for as long as that class lives.
 *
 * <p>The constant part, the <i>shape</i>, is a hash, the length of the names, the names, the kind
 * of the implementation method and the number of captured values.
 */
final class LambdaForm {

  private static final MethodType WRITE_REPLACE = MethodType.methodType(Object.class, Object.class);

  /** A {@link ClassValue}, because the handle would keep the key of a weak map alive. */
  private static final ClassValue<Entry> FORMS =
      new ClassValue<>() {
        @Override
        protected Entry computeValue(Class<?> type) {
          return new Entry(findWriteReplace(type));
        }
      };

  private final MethodHandle writeReplace;
  private final byte[] shape;

  private LambdaForm(MethodHandle writeReplace, byte[] shape) {
    this.writeReplace = writeReplace;
    this.shape = shape;
  }

  /** Returns the form of {@code task}'s class, or null if it is no lambda that can be opened. */
  static @Nullable LambdaForm of(Serializable task) {
    return FORMS.get(task.getClass()).form(task);
  }

  /** Returns the serializable image of {@code lambda}, which is of this form's class. */
  SerializedLambda open(Serializable lambda) {
    return (SerializedLambda) invoke(writeReplace, lambda);
  }

  byte[] shape() {
    return shape;
  }

  private static Object invoke(MethodHandle writeReplace, Object lambda) {
    try {
      return (Object) writeReplace.invokeExact(lambda);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable MethodHandle findWriteReplace(Class<?> type) {
    if (!type.isHidden() || !type.isSynthetic()) {
      return null;
    }
    try {
      Method method = type.getDeclaredMethod("writeReplace");
      method.setAccessible(true);
      return MethodHandles.lookup().unreflect(method).asType(WRITE_REPLACE);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return null;
    }
  }

  private static byte[] shapeOf(SerializedLambda lambda) {
    ByteWriter names = new ByteWriter(Integer.MAX_VALUE);
    names.putText(lambda.getCapturingClass());
    names.putText(lambda.getFunctionalInterfaceClass());
    names.putText(lambda.getFunctionalInterfaceMethodName());
    names.putText(lambda.getFunctionalInterfaceMethodSignature());
    names.putText(lambda.getImplClass());
    names.putText(lambda.getImplMethodName());
    names.putText(lambda.getImplMethodSignature());
    names.putText(lambda.getInstantiatedMethodType());
    names.write(lambda.getImplMethodKind());
    names.write(lambda.getCapturedArgCount());
    ByteWriter shape = new ByteWriter(Integer.MAX_VALUE);
    shape.putInt(Arrays.hashCode(names.toByteArray()));
    shape.putBytes(names.toByteArray());
    return shape.toByteArray();
  }

  /** The form of one class, made from the first instance seen. */
  private static final class Entry {

    private final @Nullable MethodHandle writeReplace;
    private volatile @Nullable LambdaForm form;

    Entry(@Nullable MethodHandle writeReplace) {
      this.writeReplace = writeReplace;
    }

    @Nullable LambdaForm form(Serializable task) {
      LambdaForm known = form;
      if (known == null
          && writeReplace != null
          && invoke(writeReplace, task) instanceof SerializedLambda lambda) {
        known = new LambdaForm(writeReplace, shapeOf(lambda));
        form = known;
      }
      return known;
    }
  }
}
