package io.cofferdam.functional;

import io.cofferdam.testkit.database.DatabaseKind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What only one kind of database can show, or what does not depend on the database. */
abstract class OneDatabaseTest extends FunctionalTest {

  private final DatabaseKind only;

  OneDatabaseTest(DatabaseKind only) {
    this.only = only;
  }

  @BeforeAll
  final void openExecutor() {
    open(only);
  }

  @AfterAll
  final void closeExecutor() {
    close();
  }
}
