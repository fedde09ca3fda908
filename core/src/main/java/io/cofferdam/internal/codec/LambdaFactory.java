package io.cofferdam.internal.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/**
 * Makes the instances of one lambda, of the values that each has captured, through its class's
 * {@code $deserializeLambda$} method.
 */
final class LambdaFactory {

  private static final MethodType DESERIALIZE =
      MethodType.methodType(Object.class, SerializedLambda.class);

  private final ClassLoader loader;
  private final Class<?> capturingClass;
  private final String functionalInterfaceClass;
  private final String functionalInterfaceMethodName;
  private final String functionalInterfaceMethodSignature;
  private final String implClass;
  private final String implMethodName;
  private final String implMethodSignature;
  private final String instantiatedMethodType;
  private final int implMethodKind;
  private final int capturedCount;
  private final MethodHandle deserialize;

  /** Reads a lambda's shape and finds its class, without initializing it, in {@code loader}. */
  LambdaFactory(ByteReader shape, ClassLoader loader)
      throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException {
    this.loader = loader;
    this.capturingClass = Class.forName(nextName(shape).replace('/', '.'), false, loader);
    this.functionalInterfaceClass = nextName(shape);
    this.functionalInterfaceMethodName = nextName(shape);
    this.functionalInterfaceMethodSignature = nextName(shape);
    this.implClass = nextName(shape);
    this.implMethodName = nextName(shape);
    this.implMethodSignature = nextName(shape);
    this.instantiatedMethodType = nextName(shape);
    this.implMethodKind = shape.get();
    this.capturedCount = shape.get() & 0xff;
    this.deserialize =
        MethodHandles.privateLookupIn(capturingClass, MethodHandles.lookup())
            .findStatic(capturingClass, "$deserializeLambda$", DESERIALIZE);
  }

  /** Interned, since the generated method compares with its own constants. */
  private static String nextName(ByteReader shape) {
    return shape.getText().intern();
  }

  Class<?> capturingClass() {
    return capturingClass;
  }

  /**
   * Makes an instance of captured values.
   *
   * @param bytes the task
   * @param values where in it the values begin, which are all that follows
   */
  Object create(byte[] bytes, int values) throws Throwable {
    SerializedLambda lambda =
        new SerializedLambda(
            capturingClass,
            functionalInterfaceClass,
            functionalInterfaceMethodName,
            functionalInterfaceMethodSignature,
            implMethodKind,
            implClass,
            implMethodName,
            implMethodSignature,
            instantiatedMethodType,
            readCaptured(bytes, values));
    return (Object) deserialize.invokeExact(lambda);
  }

  private @Nullable Object[] readCaptured(byte[] bytes, int values) throws Exception {
    @Nullable Object[] captured = new Object[capturedCount];
    ByteReader in = new ByteReader(bytes);
    in.skip(values);
    boolean[] isObject = new boolean[capturedCount];
    boolean anyObject = false;
    for (int i = 0; i < capturedCount; i++) {
      byte tag = in.get();
      isObject[i] = tag == Scalars.OTHER;
      anyObject |= isObject[i];
      captured[i] = isObject[i] ? null : Scalars.read(tag, in);
    }
    if (anyObject) {
      readObjects(bytes, in, captured, isObject);
    } else {
      in.expectEnd();
    }
    return captured;
  }

  private void readObjects(
      byte[] bytes, ByteReader in, @Nullable Object[] values, boolean[] isObject) throws Exception {
    try (ObjectReader reader =
        new ObjectReader(bytes, in.position(), loader, ArrivalFilter.trusted(bytes.length))) {
      for (int i = 0; i < values.length; i++) {
        if (isObject[i]) {
          values[i] = reader.readObject();
        }
      }
      reader.expectEnd();
    }
  }
}
