/**
 * The checked settings of an executor, in groups that travel whole. {@code
 * TransactionExecutorBuilder} documents each setting. Knows nothing but the public API.
 */
@NullMarked
package io.cofferdam.internal.config;

import org.jspecify.annotations.NullMarked;
