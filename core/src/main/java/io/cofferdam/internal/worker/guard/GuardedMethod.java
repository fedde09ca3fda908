package io.cofferdam.internal.worker.guard;

import java.lang.reflect.Method;

/**
 * A method of guarded objects.
 *
 * @param method called without a look at who calls, if that is possible
 * @param rule what the guard does with its calls
 */
record GuardedMethod(Method method, Rule rule) {}
