/**
 * The bank demo: thousands of clients move money while busy workers are killed, and an audit of the
 * database then proves that every one of them was told the truth.
 *
 * <p>{@link io.cofferdam.examples.bank.BankDemo} is the program, {@link
 * io.cofferdam.testkit.tpcb.TpcB} the transaction, {@link io.cofferdam.examples.bank.Audit} the
 * judge.
 */
@NullMarked
package io.cofferdam.examples.bank;

import org.jspecify.annotations.NullMarked;
