/** Outcomes and idempotency keys that are kept in the database. */
package io.cofferdam.functional.ledger;
