package io.cofferdam.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one database and its driver read SQL texts, and what its statements do. Has no state. */
public interface SqlRules {

  /** Returns whether a connection sends several statements in one text. */
  boolean sendsSeveral(String jdbcUrl, Map<String, String> properties);

  /** {@return the tokens that a statement notes wherever they stand} */
  Set<String> watched();

  /** Returns what a backslash means to a session now, as far as its driver knows. */
  Backslash backslash(Connection connection) throws SQLException;

  /**
   * Returns in which ways a text is read.
   *
   * @param sendsSeveral whether the server takes several statements in one text
   */
  SqlReadings readings(String sql, Backslash backslash, boolean sendsSeveral);

  /**
   * Returns the forms in which a text may reach the server: as it is, and as the driver makes it by
   * replacing the escapes in braces.
   */
  List<String> sentForms(String sql, Backslash backslash, Connection connection)
      throws SQLException;

  /**
   * Returns whether no reading of a text, however it is sent, can end the transaction: it is one
   * statement, and of a kind that cannot, whatever functions it calls. Less than what the
   * judgements of its statements say, and more certain: it depends on no reading of the text.
   */
  boolean cannotEnd(String sql);

  /**
   * Judges one statement that is not transaction control.
   *
   * @param sql the text in which it stands
   */
  SqlVerdict judge(SqlStatement statement, String sql);

  /**
   * Returns the verdict on a method of the connection that changes a setting of the session in the
   * middle of a transaction.
   */
  SqlVerdict judgeSetting();

  /** Returns why a task must not use a savepoint of this name, or null if it may. */
  @Nullable String savepointRefusal(String name);
}
