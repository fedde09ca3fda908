/**
 * The TPC-B benchmark as a load that can be audited: its tables, its transaction, and what the
 * tables hold at the end.
 */
@NullMarked
package io.cofferdam.testkit.tpcb;

import org.jspecify.annotations.NullMarked;
