package io.cofferdam.internal.codec;

/** Finds the loader of the application's classes. */
public final class Loaders {

  private Loaders() {}

  /** {@return the current thread's context class loader, or the library's own if there is none} */
  public static ClassLoader current() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? Loaders.class.getClassLoader() : context;
  }

  /** Returns the loader that sees the types of a task: that of its class, else the current one. */
  public static ClassLoader of(Object task) {
    ClassLoader own = task.getClass().getClassLoader();
    return own == null ? current() : own;
  }

  /** Returns a loader that finds classes in {@code first}, or else in {@code second}. */
  static ClassLoader chain(ClassLoader first, ClassLoader second) {
    return first == second ? first : new Chain(first, second);
  }

  private static final class Chain extends ClassLoader {

    private final ClassLoader second;

    Chain(ClassLoader first, ClassLoader second) {
      super(first);
      this.second = second;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      return Class.forName(name, false, second);
    }
  }
}
