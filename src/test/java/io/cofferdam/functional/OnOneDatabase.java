package io.cofferdam.functional;

import io.cofferdam.testkit.database.DatabaseKind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What only one kind of database can show, or what does not depend on the database. */
public abstract class OnOneDatabase extends WithOneWorker {

  private final DatabaseKind only;

  protected OnOneDatabase(DatabaseKind only) {
    this.only = only;
  }

  @BeforeAll
  protected final void openExecutor() {
    open(only);
  }

  @AfterAll
  protected final void closeExecutor() {
    close();
  }
}
