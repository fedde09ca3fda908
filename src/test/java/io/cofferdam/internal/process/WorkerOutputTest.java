package io.cofferdam.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cofferdam.testing.CapturedLog;
import io.cofferdam.testkit.process.WorkerProcesses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WorkerOutputTest {

  private static final String WORKER = "bank-worker-3.7";
  private static final Pattern LEFT_OUT = Pattern.compile("\\((\\d+) lines were left out\\)");

  @RegisterExtension final CapturedLog log = CapturedLog.of("io.cofferdam.worker");

  /** Drains a stream in this thread. */
  private static WorkerOutput drained(InputStream in) {
    WorkerOutput output = WorkerOutput.of(WORKER, in);
    output.run();
    return output;
  }

  private static WorkerOutput drained(String printed) {
    return drained(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> logged() {
    return log.messages();
  }

  @Nested
  class TheTail {

    @Test
    void isAllOfItWhenThereIsLittle() {
      assertThat(drained("one\ntwo").soFar()).isEqualTo("one\ntwo");
    }

    @Test
    void isEmptyWhenNothingWasPrinted() {
      assertThat(drained("").soFar()).isEmpty();
    }

    @Test
    void isTheLast8KibOfALot() {
      String printed = numbers(20_000);

      assertThat(drained(printed).soFar()).isEqualTo(printed.substring(printed.length() - 8_192));
    }

    @Test
    void isAllOfItWhenItFitsExactly() {
      String printed = "x".repeat(8_191) + "y";

      assertThat(drained(printed).soFar()).isEqualTo(printed);
      assertThat(drained(printed + "z").soFar()).isEqualTo(printed.substring(1) + "z");
    }

    @Test
    void isThereOnceTheThreadThatDrainsHasEnded() {
      WorkerOutput output =
          WorkerOutput.drain(
              WORKER, new ByteArrayInputStream("bye".getBytes(StandardCharsets.UTF_8)));

      assertThat(output.tail()).isEqualTo("bye");
    }

    private String numbers(int count) {
      StringBuilder printed = new StringBuilder();
      for (int i = 0; i < count; i++) {
        printed.append(i).append(' ');
      }
      return printed.toString();
    }
  }

  @Nested
  class TheLines {

    @Test
    void goToTheLogUnderTheWorkersName() {
      drained("one\ntwo\n");

      assertThat(logged()).containsExactly("[bank-worker-3.7] one", "[bank-worker-3.7] two");
    }

    @Test
    void mayLackTheirEnd() {
      drained("one\ntwo");

      assertThat(logged()).containsExactly("[bank-worker-3.7] one", "[bank-worker-3.7] two");
    }

    @Test
    void mayLackTheirEndWhenTheStreamBreaksOff() throws IOException {
      InputStream closed = InputStream.nullInputStream();
      closed.close();

      WorkerOutput output =
          drained(
              new SequenceInputStream(
                  new ByteArrayInputStream("last words".getBytes(StandardCharsets.UTF_8)), closed));

      assertThat(logged()).endsWith("[bank-worker-3.7] last words");
      assertThat(output.soFar()).isEqualTo("last words");
    }

    @Test
    void areLeftOutWhenTheyAreEmpty() {
      drained("\n\none\n\n");

      assertThat(logged()).containsExactly("[bank-worker-3.7] one");
    }

    @Test
    void areCutWhenTheyAreLong() {
      drained("x".repeat(5_000) + "\nnext\n");

      assertThat(logged())
          .containsExactly("[bank-worker-3.7] " + "x".repeat(1_000), "[bank-worker-3.7] next");
    }

    @Test
    void cannotForgeALineOrDriveATerminal() {
      drained("a\rb\u001b[31mc\u0000d\u0085e\tf\n");

      assertThat(logged())
          .containsExactly("[bank-worker-3.7] a\\u000db\\u001b[31mc\\u0000d\\u0085e\tf");
    }

    @Test
    void cannotDriveTheLogger() {
      drained("{} ${jndi:ldap://x} %n\n");

      assertThat(logged()).containsExactly("[bank-worker-3.7] {} ${jndi:ldap://x} %n");
    }

    @Test
    void areUtf8() {
      drained("Grüße \uD83D\uDE00\n");

      assertThat(logged()).containsExactly("[bank-worker-3.7] Grüße \uD83D\uDE00");
    }

    @Test
    void areLimitedAndThoseLeftOutAreCounted() {
      drained("line\n".repeat(100_000));

      List<String> logged = logged();
      long leftOut = 0;
      long told = 0;
      for (String message : logged) {
        Matcher matcher = LEFT_OUT.matcher(message);
        if (matcher.find()) {
          leftOut += Long.parseLong(matcher.group(1));
        } else {
          told++;
        }
      }
      assertThat(told + leftOut).isEqualTo(100_000);
      assertThat(leftOut).isPositive();
      assertThat(logged).startsWith("[bank-worker-3.7] line");
    }
  }

  @Nested
  class AFlood {

    /** Prints for ever, and counts the bytes that were taken from it. */
    private static final class Flood extends InputStream {
      final AtomicLong taken = new AtomicLong();

      @Override
      public int read() {
        taken.incrementAndGet();
        return 'x';
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        Arrays.fill(bytes, offset, offset + length, (byte) '\n');
        bytes[offset] = 'x';
        taken.addAndGet(length);
        return length;
      }

      @Override
      public int available() {
        return Integer.MAX_VALUE;
      }
    }

    @Test
    void isTakenInNoFasterThanALimit() throws IOException {
      Flood flood = new Flood();
      long begun = System.nanoTime();
      WorkerOutput output = WorkerOutput.drain(WORKER, flood);
      await().until(() -> flood.taken.get() > 2 * WorkerOutput.BYTES_A_SECOND);

      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + 1;

      assertThat(flood.taken.get())
          .isLessThanOrEqualTo((seconds + 1) * (WorkerOutput.BYTES_A_SECOND + 8_192L));
      output.close();
    }

    /** The rest of a pipe that a child of the worker goes on filling. */
    @Test
    void endsWithTheWorkersDeath() throws IOException {
      Flood flood = new Flood();
      WorkerOutput output = WorkerOutput.drain(WORKER, flood);

      assertThat(output.tail()).startsWith("x\n").hasSize(8_192);

      output.close();
      await().until(() -> WorkerProcesses.threads(WORKER + "-output").isEmpty());
      assertThat(flood.taken.get()).isLessThan(4 << 20);
    }
  }
}
