package io.cofferdam.testing;

import org.h2.api.TableEngine;
import org.h2.command.ddl.CreateTableData;
import org.h2.engine.SessionLocal;
import org.h2.mvstore.db.MVTable;
import org.h2.result.Row;
import org.h2.table.Table;

/**
 * Java code that a database of H2 stores tables with, which may do with transactions as it likes.
 */
public final class H2TableEngines {

  private H2TableEngines() {}

  /** Keeps rows whatever becomes of the transaction. */
  public static final class Lasting implements TableEngine {
    @Override
    public Table createTable(CreateTableData data) {
      return new LastingTable(data);
    }
  }

  /** Commits the transaction with each row. */
  public static final class Committing implements TableEngine {
    @Override
    public Table createTable(CreateTableData data) {
      return new CommittingTable(data);
    }
  }

  private static final class LastingTable extends MVTable {
    LastingTable(CreateTableData data) {
      super(data, data.session.getDatabase().getStore());
    }

    @Override
    public void addRow(SessionLocal session, Row row) {
      SessionLocal system = session.getDatabase().getSystemSession();
      system.lock();
      try {
        super.addRow(system, row);
        system.commit(false);
      } finally {
        system.unlock();
      }
    }
  }

  private static final class CommittingTable extends MVTable {
    CommittingTable(CreateTableData data) {
      super(data, data.session.getDatabase().getStore());
    }

    @Override
    public void addRow(SessionLocal session, Row row) {
      super.addRow(session, row);
      session.commit(false);
    }
  }
}
