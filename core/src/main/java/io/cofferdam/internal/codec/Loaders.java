package io.cofferdam.internal.codec;

/** Finds the loader of the application's classes. */
final class Loaders {

  private Loaders() {}

  /** The current thread's context class loader, or the library's own if there is none. */
  static ClassLoader current() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? Loaders.class.getClassLoader() : context;
  }
}
