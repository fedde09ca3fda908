package io.cofferdam.internal.worker.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.config.Tracking;
import io.cofferdam.internal.dialect.CommitText;
import io.cofferdam.internal.dialect.Dialect;
import io.cofferdam.internal.dialect.KeptSettings;
import io.cofferdam.internal.dialect.registry.Dialects;
import io.cofferdam.internal.wire.CommitNote;
import io.cofferdam.internal.wire.TaskRequest;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommitPlanTest {

  private static final String CLEANING = "clean";

  private static final CommitText TEXT =
      new CommitText() {
        @Override
        public String hasWritten() {
          return "has written";
        }

        @Override
        public String cleaning(KeptSettings kept) {
          return CLEANING;
        }

        @Override
        public String ownSettings() {
          return "own settings";
        }
      };

  private static final Dialect POSTGRESQL = Dialects.forUrl("jdbc:postgresql://localhost/bank");

  private static Trace id(String id) {
    return new Trace.Id(Objects.requireNonNull(POSTGRESQL.transactionIds()), "4711 1.5", id);
  }

  private static Trace.Row row(boolean onlyIfWritten) {
    TaskRequest request = new TaskRequest(30, 0, false, "id/1", "", "", new byte[0]);
    return new Trace.Row(new Ledger(POSTGRESQL, "outcomes", 60), request, onlyIfWritten);
  }

  private static CommitPlan plan(Trace trace, @Nullable CommitText text) {
    return CommitPlan.decide(trace, trace.needsCheck() ? "check" : "", text, CLEANING);
  }

  @Nested
  class WhereTheServerTakesTheCommitInAText {

    @Test
    void whatLeavesNothingIsCheckedInTheTextOfTheCommit() {
      for (Trace trace : new Trace[] {new Trace.Untracked(), new Trace.NoRow()}) {
        assertThat(plan(trace, TEXT)).isEqualTo(new CommitPlan.InOneText(trace, "check; ", ""));
      }
    }

    @Test
    void anIdThatWasAskedForPaysForTheCleaning() {
      Trace id = id("815");
      assertThat(plan(id, TEXT)).isEqualTo(new CommitPlan.InOneText(id, "", "; clean"));
    }

    @Test
    void nothingIsCleanedThatCannotBeAskedForAfterwards() {
      Trace none = id("");
      assertThat(plan(none, TEXT)).isEqualTo(new CommitPlan.Alone(none.note(), ""));
    }

    @Test
    void aRowIsWrittenBetweenTheCheckAndTheCleaning() {
      Trace.Row row = row(false);
      assertThat(plan(row, TEXT)).isEqualTo(new CommitPlan.WithRow(row, "", "check; ", "; clean"));
    }

    @Test
    void aQueryLeavesARowOnlyIfItHasWritten() {
      Trace.Row row = row(true);
      assertThat(plan(row, TEXT))
          .isEqualTo(new CommitPlan.WithRow(row, "has written", "check; ", ""));
    }

    @Test
    void whatTheTextCannotCleanIsCleanedAfterwards() {
      Trace.Row row = row(false);
      assertThat(CommitPlan.decide(row, "check", TEXT, ""))
          .isEqualTo(new CommitPlan.WithRow(row, "", "check; ", ""));
    }
  }

  @Nested
  class WhereTheCommitGoesAlone {

    @Test
    void theCheckComesBefore() {
      assertThat(plan(new Trace.Untracked(), null)).isEqualTo(new CommitPlan.Alone(null, "check"));
    }

    @Test
    void theRowComesBefore() {
      Trace.Row row = row(false);
      assertThat(plan(row, null)).isEqualTo(new CommitPlan.AfterRow(row, "check"));
    }

    @Test
    void nothingIsCleaned() {
      Trace id = id("815");
      assertThat(plan(id, null)).isEqualTo(new CommitPlan.Alone(id.note(), ""));
    }
  }

  @Nested
  class TheNote {

    @Test
    void saysWhatSettlementCanAskFor() {
      assertThat(id("815").note()).isEqualTo(new CommitNote.TransactionId("815"));
      assertThat(row(false).note()).isEqualTo(new CommitNote.LedgerRow(true));
      assertThat(row(true).note()).isEqualTo(new CommitNote.LedgerRow(false));
      assertThat(new Trace.NoRow().note()).isEqualTo(new CommitNote.LedgerRow(false));
    }

    @Test
    void isLackingWhereOutcomesAreNotTracked() {
      assertThat(new Trace.Untracked().note()).isNull();
      assertThat(tracker(new Tracking.None()).noteOfNothing()).isNull();
    }

    @Test
    void saysWhereTheyAreTrackedThatNothingWasExecuted() {
      Tracking ledger = new Tracking.Ledger("outcomes", Duration.ofDays(1));
      for (Tracking tracking : new Tracking[] {ledger, new Tracking.TransactionId()}) {
        assertThat(tracker(tracking).noteOfNothing()).isEqualTo(new CommitNote.WroteNothing());
      }
    }

    private static Tracker tracker(Tracking tracking) {
      return Tracker.of(tracking, POSTGRESQL);
    }
  }
}
