package io.cofferdam.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.cofferdam.internal.sql.SqlVerdict;
import io.cofferdam.testing.Databases;
import io.cofferdam.testkit.database.DatabaseKind;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A text that the classifier calls harmless leaves the transaction alone, on the real databases and
 * in every way in which texts are sent.
 *
 * <p>{@code -Dcofferdam.fuzz.texts=200000} makes so many texts per database, {@code
 * -Dcofferdam.fuzz.seed=...} repeats a run. Half of the texts are the same in each run; a sample of
 * the texts that are not harmless is executed too, to see that they do end transactions.
 */
@Tag("any-jdk")
@Tag("process")
class SqlFuzzTest {

  private static final int TEXTS = Integer.getInteger("cofferdam.fuzz.texts", 3_000);
  private static final long SEED = 20_261_126;
  private static final int WITH_ONE_SETTING = 50;
  private static final int SAMPLE = 5;
  private static final int TELLING_SAMPLE = 20;

  /** What became of the texts of one run. */
  private static final class Counts {
    private int texts;
    private int harmless;
    private int certain;
    private int refused;
    private int mayCommit;
    private int sampled;
    private int ended;

    @Override
    public String toString() {
      return texts
          + " texts: "
          + harmless
          + " harmless, "
          + refused
          + " refused, "
          + mayCommit
          + " may commit; of "
          + sampled
          + " of the latter two that were executed "
          + ended
          + " ended the transaction; "
          + certain
          + " made into one query for certain";
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsHarmlessLeavesTheTransactionAlone(FuzzMode mode) throws SQLException {
    Long repeated = Long.getLong("cofferdam.fuzz.seed");
    int ways = waysOf(mode);
    int texts = (TEXTS + ways - 1) / ways;
    if (repeated != null) {
      fuzz(mode, repeated, texts);
    } else {
      fuzz(mode, SEED, texts / 2);
      fuzz(mode, ThreadLocalRandom.current().nextLong(), texts - texts / 2);
    }
  }

  private static int waysOf(FuzzMode mode) {
    int ways = 0;
    for (FuzzMode each : FuzzMode.values()) {
      ways += each.kind() == mode.kind() ? 1 : 0;
    }
    return ways;
  }

  private static void fuzz(FuzzMode mode, long seed, int texts) throws SQLException {
    SqlTextGenerator generator = new SqlTextGenerator(seed, mode);
    Random random = new Random(seed);
    Counts counts = new Counts();
    long start = System.nanoTime();
    try (FuzzedConnection connection = new FuzzedConnection(mode, Databases.fresh(mode.kind()))) {
      while (counts.texts < texts) {
        if (counts.texts++ % WITH_ONE_SETTING == 0 && mode.settings().length > 0) {
          connection.set(mode.settings()[random.nextInt(mode.settings().length)]);
        }
        String sql = generator.next();
        SqlVerdict verdict = connection.judge(sql);
        if (sendsTextsAlone(mode) && connection.cannotEnd(asOneQuery(sql))) {
          counts.certain++;
          assertThat(connection.survivesForCertain(asOneQuery(sql)))
              .as("seed %s, %s: survives %s", seed, connection, escaped(asOneQuery(sql)))
              .isTrue();
        }
        if (isHarmless(verdict)) {
          counts.harmless++;
          assertThat(connection.survivesForCertain(sql))
              .as("seed %s, %s: survives %s", seed, connection, escaped(sql))
              .withFailMessage(() -> "it does not; the least such text: " + least(connection, sql))
              .isTrue();
        } else {
          counts.refused += verdict.refusal() == null ? 0 : 1;
          counts.mayCommit += verdict.refusal() == null ? 1 : 0;
          if (random.nextInt(SAMPLE) == 0) {
            counts.sampled++;
            counts.ended += connection.survives(sql) ? 0 : 1;
          }
        }
      }
      assertThat(connection.isCommitted()).as("a row of seed %s is committed", seed).isFalse();
      System.out.printf(
          "%s, seed %d: %s; %d failed; %.1f s%n",
          mode, seed, counts, connection.failed(), (System.nanoTime() - start) / 1e9);
    }
    assertThat(counts.harmless).as("harmless texts of seed %s", seed).isGreaterThan(texts / 10);
    if (sendsTextsAlone(mode)) {
      assertThat(counts.certain).as("texts of seed %s made into one query", seed).isPositive();
    }
    if (seed == SEED && counts.sampled > TELLING_SAMPLE) {
      assertThat(counts.ended).as("ended transactions of seed %s", seed).isPositive();
    }
  }

  /** Returns whether transactions may begin with a statement in this mode. */
  private static boolean sendsTextsAlone(FuzzMode mode) {
    return mode.kind() == DatabaseKind.POSTGRESQL
        && !mode.copies()
        && !mode.options().contains("simple");
  }

  /** Makes a text into one of which it is certain that it ends nothing, however it is read. */
  private static String asOneQuery(String sql) {
    return "SELECT " + sql.replaceAll("[^ -~]|[;{}$\\\\]|--+|/[/*]+", " ");
  }

  private static boolean isHarmless(SqlVerdict verdict) {
    return verdict.refusal() == null && !verdict.mayCommit();
  }

  /** Returns a text without what it needs not for ending the transaction unseen. */
  private static String least(FuzzedConnection connection, String sql) {
    String text = sql;
    try {
      for (int length = Math.max(1, sql.length() / 2); length > 0; length /= 2) {
        for (int from = 0; from + length <= text.length(); ) {
          String shorter = text.substring(0, from) + text.substring(from + length);
          boolean fails =
              isHarmless(connection.judge(shorter)) && !connection.survivesForCertain(shorter);
          text = fails ? shorter : text;
          from += fails ? 0 : 1;
        }
      }
    } catch (SQLException e) {
      return escaped(text) + " (" + e + ")";
    }
    return escaped(text);
  }

  private static String escaped(String sql) {
    StringBuilder escaped = new StringBuilder("\"");
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\u%04x", (int) c));
      }
    }
    return escaped.append('"').toString();
  }
}
