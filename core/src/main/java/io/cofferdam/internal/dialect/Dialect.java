package io.cofferdam.internal.dialect;

import io.cofferdam.internal.sql.SqlClassifier;
import io.cofferdam.internal.sql.SqlRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases, in facets.
 *
 * <p>A dialect has no state of a connection, and neither have its facets but for {@link
 * #transactions}; it is chosen by URL, in the application and in the worker alike. Where a database
 * is not known, the answers are the conservative ones. A facet that a database does not have is
 * null.
 */
public interface Dialect {

  /** {@return the name of the database, for messages} */
  String name();

  /** {@return which databases and settings can be used, and what a driver is given} */
  Connecting connecting();

  /** {@return what distinguishes the driver} */
  DriverTraits driver();

  /** {@return how SQL texts are read, and what statements do} */
  SqlRules sqlRules();

  /**
   * Returns how the transactions of one session begin, are known, and end. Asked once per session,
   * of which it may know something.
   */
  Transactions transactions(Connection connection) throws SQLException;

  /** {@return what a rollback may leave behind} */
  IncompleteRollback incompleteRollback();

  /** {@return what failures mean} */
  Failures failures();

  /** {@return whether a session may write} */
  ReadOnlyMode readOnlyMode();

  /** {@return what leaves nothing of one task to the next} */
  Cleaning cleaning();

  /** {@return how one session finds another one} */
  Sessions sessions();

  /** {@return the ids of transactions, or null if the server does not tell about them} */
  default @Nullable TransactionIds transactionIds() {
    return null;
  }

  /** {@return the texts for the table of the ledger} */
  LedgerSql ledgerSql();

  /**
   * Returns what may stand in one text with the commit, or null if a connection does not take such
   * texts.
   */
  default @Nullable CommitText commitText(Connection connection) throws SQLException {
    return null;
  }

  /**
   * Returns a query for a constant, which reads no table and which every user may execute; null if
   * none is known.
   */
  default @Nullable String constantQuery() {
    return null;
  }

  /**
   * Returns what judges the SQL texts of a session.
   *
   * @param ledgerTable the table of the ledger, with its schema or without; empty if there is none
   */
  default SqlClassifier classifier(
      String jdbcUrl, Map<String, String> properties, String ledgerTable) {
    SqlRules rules = sqlRules();
    return new SqlClassifier(rules, rules.sendsSeveral(jdbcUrl, properties), ledgerTable);
  }
}
