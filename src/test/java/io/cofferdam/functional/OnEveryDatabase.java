package io.cofferdam.functional;

import io.cofferdam.testkit.database.DatabaseKind;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promises that hold on every database that the tests have. */
@ParameterizedClass
@EnumSource(DatabaseKind.class)
public abstract class OnEveryDatabase extends WithOneWorker {

  @Parameter DatabaseKind parameter;

  @BeforeParameterizedClassInvocation
  protected final void openExecutor(DatabaseKind kind) {
    open(kind);
  }

  @AfterParameterizedClassInvocation
  protected final void closeExecutor() {
    close();
  }
}
