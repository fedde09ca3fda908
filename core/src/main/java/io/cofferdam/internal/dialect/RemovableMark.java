package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A mark that can be looked for at any time. Whether it was still there tells whether the
 * transaction had been ended before.
 */
public interface RemovableMark {

  /**
   * Looks for the mark of the transaction, and may take it away by that.
   *
   * @return whether it was there, so that nothing has been committed or rolled back since
   */
  boolean remove(Connection connection) throws SQLException;
}
