package io.cofferdam.internal.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A mark that can be taken away from a transaction. Whether it was still there tells whether the
 * transaction had been ended before.
 */
public interface RemovableMark {

  /**
   * Takes the mark away from the transaction.
   *
   * @return whether it was there, so that nothing has been committed or rolled back since
   */
  boolean remove(Connection connection) throws SQLException;
}
