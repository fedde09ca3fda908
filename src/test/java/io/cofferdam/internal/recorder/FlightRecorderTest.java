package io.cofferdam.internal.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cofferdam.CrashReport.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of a recorder, in one JVM. */
class FlightRecorderTest {

  private static final byte[] NO_TRANSACTION = {};
  private static final byte[] RESULT = {1, 2, 3, 4};

  private Path directory;
  private Path path;
  private RecorderFile file;
  private FlightRecorder recorder;

  @BeforeEach
  void create(@TempDir Path directory) throws IOException {
    this.directory = directory;
    path = directory.resolve("recorder");
    file = RecorderFile.create(directory, "recorder");
    recorder = FlightRecorder.open(path);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  private Phase stateOf(long sequence) {
    return file.read(sequence).phase();
  }

  @Nested
  class TheFileThatIsMapped {

    @Test
    void isKnownToBeTheOneThatIsMapped() {
      assertThat(file.isAttached(7)).isFalse();

      recorder.attach(7);

      assertThat(file.isAttached(7)).isTrue();
      assertThat(file.isAttached(8)).isFalse();
      assertThat(stateOf(1)).isEqualTo(Phase.NOT_STARTED);
    }

    /** Nothing that is recorded there would be seen. */
    @Test
    void isKnownNotToBeTheOneThatIsMapped() throws IOException {
      try (RecorderFile mine = RecorderFile.create(directory, "replaced")) {
        mine.unlink();
        try (RecorderFile foreign = RecorderFile.create(directory, "replaced")) {
          FlightRecorder.open(foreign.path()).attach(7);

          assertThat(foreign.isAttached(7)).isTrue();
          assertThat(mine.isAttached(7)).isFalse();
        }
      }
    }
  }

  @Nested
  class ThePhases {

    @Test
    void beginWithNothingStarted() {
      assertThat(stateOf(1)).isEqualTo(Phase.NOT_STARTED);
      assertThat(file.hasStarted(1)).isFalse();
      assertThat(file.isCommitting(1)).isFalse();
    }

    @Test
    void followTheTaskToItsCommit() {
      recorder.running(1);
      assertThat(file.read(1)).isEqualTo(RecorderReading.running(false));
      assertThat(file.hasStarted(1)).isTrue();
      assertThat(file.isCommitting(1)).isFalse();

      recorder.committing(NO_TRANSACTION, RESULT);
      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTING);
      assertThat(file.isCommitting(1)).isTrue();

      recorder.committed();
      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
      assertThat(file.isCommitting(1)).isTrue();
    }

    @Test
    void followTheTaskToItsRollback() {
      recorder.running(1);
      recorder.rolledBack();

      assertThat(file.read(1)).isEqualTo(RecorderReading.rolledBack(false, null));
      assertThat(file.isCommitting(1)).isFalse();
    }
  }

  @Nested
  class TheSequence {

    @Test
    void tellsThatADispatchHasNotBegunWhenTheLastOneWasEarlier() {
      recorder.running(1);
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.committed();

      assertThat(stateOf(2)).isEqualTo(Phase.NOT_STARTED);
      assertThat(file.read(2).result()).isNull();
    }

    @Test
    void provesNothingIfItIsNotThatOfTheDispatchBefore() {
      recorder.running(1);
      recorder.rolledBack();

      assertThat(stateOf(3)).isEqualTo(Phase.UNREADABLE);
    }

    @Test
    void provesNothingIfTheDispatchBeforeHasNotEnded() {
      recorder.running(1);
      assertThat(stateOf(2)).isEqualTo(Phase.UNREADABLE);

      recorder.committing(NO_TRANSACTION, RESULT);
      assertThat(stateOf(2)).isEqualTo(Phase.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void provesNothingIfItWasOverwrittenWithZeros(long dispatched) throws IOException {
      for (int position = 0; position < Long.BYTES; position++) {
        overwrite(position, (byte) 0);
      }

      assertThat(stateOf(dispatched)).isEqualTo(Phase.UNREADABLE);
    }

    @Test
    void makesAnEarlierDispatchUnreadable() {
      recorder.running(5);

      assertThat(stateOf(4)).isEqualTo(Phase.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 127, 128, 255, 256, 1L << 32, (1L << 55) - 1})
    void isReadAsItWasWritten(long sequence) {
      recorder.running(sequence);
      recorder.selfCommit(sequence, true);

      assertThat(file.read(sequence)).isEqualTo(RecorderReading.running(true));
      recorder.rolledBack();
      assertThat(stateOf(sequence + 1)).isEqualTo(Phase.NOT_STARTED);
    }
  }

  @Nested
  class TheAnswerOfARollback {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, RecorderLayout.RESULT_ROOM})
    void isReadAsItWasWritten(int length) {
      byte[] answer = new byte[length];
      new Random(length).nextBytes(answer);
      recorder.running(1);
      recorder.rolledBack(answer);

      RecorderReading reading = file.read(1);

      assertThat(reading.phase()).isEqualTo(Phase.ROLLED_BACK);
      assertThat(reading.answer()).isEqualTo(answer);
      assertThat(reading.result()).isNull();
    }

    @Test
    void isMissingWhenItDoesNotFit() {
      recorder.running(1);
      recorder.rolledBack(new byte[RecorderLayout.RESULT_ROOM + 1]);

      assertThat(file.read(1)).isEqualTo(RecorderReading.rolledBack(false, null));
    }

    @Test
    void isNotThatOfAnEarlierDispatch() {
      recorder.running(1);
      recorder.rolledBack(RESULT);
      recorder.running(2);
      recorder.rolledBack();

      assertThat(file.read(2).answer()).isNull();
    }

    /** A commit that was refused has left its result there. */
    @Test
    void isNeverTheResultOfACommit() {
      recorder.running(1);
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.rolledBack();

      assertThat(file.read(1).answer()).isNull();
    }

    @Test
    void isNeverTakenForAResult() throws IOException {
      recorder.running(1);
      recorder.rolledBack(RESULT);
      overwrite(RecorderLayout.STATE, (byte) RecorderLayout.COMMITTED);

      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
      assertThat(file.read(1).result()).isNull();
    }
  }

  @Nested
  class AStatementThatMayCommitByItself {

    @Test
    void marksTheRunningTask() {
      recorder.running(1);
      recorder.selfCommit(1, true);
      recorder.selfCommit(1, true);

      assertThat(file.read(1)).isEqualTo(RecorderReading.running(true));
    }

    @Test
    void isTakenBackWhenItProvesToBeHarmless() {
      recorder.running(1);
      recorder.selfCommit(1, true);
      recorder.selfCommit(1, false);
      assertThat(file.read(1)).isEqualTo(RecorderReading.running(false));

      recorder.selfCommit(1, true);
      recorder.rolledBack();
      recorder.selfCommit(1, false);
      assertThat(file.read(1).selfCommit()).isFalse();
    }

    @Test
    void isNotedWhenOnlyTheRefusedCommitShowsIt() {
      recorder.running(1);
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.rolledBack();
      recorder.selfCommit(1, true);

      assertThat(file.read(1).selfCommit()).isTrue();
    }

    @Test
    void staysMarkedWhenTheTaskIsRolledBack() {
      recorder.running(1);
      recorder.selfCommit(1, true);
      recorder.rolledBack();

      assertThat(file.read(1)).isEqualTo(RecorderReading.rolledBack(true, null));
    }

    @Test
    void staysMarkedWhenTheTaskIsCommitted() {
      recorder.running(1);
      recorder.selfCommit(1, true);
      recorder.committing(NO_TRANSACTION, RESULT);
      RecorderReading reading = file.read(1);
      assertThat(reading.phase()).isEqualTo(Phase.COMMITTING);
      assertThat(reading.selfCommit()).isTrue();
      assertThat(reading.result()).isEqualTo(RESULT);
      assertThat(reading.note()).isEmpty();

      recorder.committed();
      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
    }

    @Test
    void marksNoOtherTask() {
      recorder.running(1);
      recorder.rolledBack();
      recorder.running(2);

      recorder.selfCommit(1, true);

      assertThat(file.read(2)).isEqualTo(RecorderReading.running(false));
    }

    @Test
    void doesNotTakeBackACommit() {
      recorder.running(1);
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.selfCommit(1, true);
      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTING);

      recorder.committed();
      recorder.selfCommit(1, true);
      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
    }

    @Test
    void doesNotTakeBackARollback() {
      recorder.running(1);
      recorder.rolledBack();
      recorder.selfCommit(1, true);

      assertThat(stateOf(1)).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void isForgottenWithTheNextTask() {
      recorder.running(1);
      recorder.selfCommit(1, true);
      recorder.running(2);

      assertThat(file.read(2)).isEqualTo(RecorderReading.running(false));
    }
  }

  @Nested
  class TheResult {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, RecorderLayout.RESULT_ROOM})
    void isReadAsItWasWritten(int length) {
      byte[] result = new byte[length];
      new Random(length).nextBytes(result);

      commit(1, result);

      assertThat(file.read(1).result()).isEqualTo(result);
    }

    @Test
    void isMissingWhenItDoesNotFit() {
      commit(1, RESULT);
      commit(2, new byte[RecorderLayout.RESULT_ROOM + 1]);

      assertThat(stateOf(2)).isEqualTo(Phase.COMMITTED);
      assertThat(file.read(2).result()).isNull();
    }

    @Test
    void isMissingWhenItsBytesAreDamaged() throws IOException {
      commit(1, RESULT);
      overwrite(RecorderLayout.RESULT + RecorderLayout.SECTION_HEADER + 2, (byte) 99);

      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
      assertThat(file.read(1).result()).isNull();
    }

    @Test
    void isMissingWhenItsChecksumIsDamaged() throws IOException {
      commit(1, RESULT);
      overwrite(RecorderLayout.RESULT + 12, (byte) 99);

      assertThat(file.read(1).result()).isNull();
    }

    @Test
    void isMissingWhenItBelongsToAnotherDispatch() throws IOException {
      commit(1, RESULT);
      overwrite(RecorderLayout.RESULT, (byte) 2);

      assertThat(file.read(1).result()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, RecorderLayout.RESULT_ROOM + 1, Integer.MAX_VALUE})
    void isMissingWhenItsLengthIsHostile(int length) throws IOException {
      commit(1, RESULT);
      byte[] bytes = ByteBuffer.allocate(4).order(RecorderLayout.ORDER).putInt(length).array();
      overwrite(RecorderLayout.RESULT + 8, bytes);

      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
      assertThat(file.read(1).result()).isNull();
    }

    private void commit(long sequence, byte[] result) {
      recorder.running(sequence);
      recorder.committing(NO_TRANSACTION, result);
      recorder.committed();
    }
  }

  @Nested
  class ADamagedFile {

    @Test
    void isUnreadableWhenItIsEmpty() throws IOException {
      recorder.running(1);
      truncate(0);

      assertThat(stateOf(1)).isEqualTo(Phase.UNREADABLE);
      assertThat(file.isCommitting(1)).isFalse();
    }

    @Test
    void isUnreadableWhenItEndsInTheState() throws IOException {
      truncate(7);

      assertThat(stateOf(1)).isEqualTo(Phase.UNREADABLE);
    }

    @Test
    void stillTellsTheStateWhenItEndsInTheResult() throws IOException {
      recorder.running(1);
      recorder.committing(NO_TRANSACTION, RESULT);
      recorder.committed();
      truncate(RecorderLayout.RESULT + RecorderLayout.SECTION_HEADER + 1);

      assertThat(stateOf(1)).isEqualTo(Phase.COMMITTED);
      assertThat(file.read(1).result()).isNull();
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 5, 15})
    void isUnreadableWhenThePhaseIsUnknown(byte phase) throws IOException {
      recorder.running(1);
      overwrite(RecorderLayout.STATE, phase);

      assertThat(stateOf(1)).isEqualTo(Phase.UNREADABLE);
    }

    @Test
    void isUnreadableWhenTheStateIsNoise() throws IOException {
      overwrite(RecorderLayout.STATE, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});

      assertThat(stateOf(1)).isEqualTo(Phase.UNREADABLE);
    }

    @Test
    void isUnreadableWhenItIsClosed() throws IOException {
      file.close();

      assertThat(stateOf(1)).isEqualTo(Phase.UNREADABLE);
    }

    private void truncate(long size) throws IOException {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }
  }

  @Tag("process")
  @Nested
  class TheFile {

    @Test
    void isReadableByItsOwnerAlone() throws IOException {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }

    @Test
    void hasItsWholeLengthWrittenWithZeros() throws IOException {
      try (RecorderFile other = RecorderFile.create(directory, "untouched")) {
        assertThat(Files.readAllBytes(other.path()))
            .hasSize(RecorderLayout.SIZE)
            .containsOnly((byte) 0);
      }
    }

    @Test
    void hasAnotherNameWhereItsOwnIsTaken() throws IOException {
      recorder.running(7);

      try (RecorderFile other = RecorderFile.create(directory, "recorder")) {
        assertThat(other.path()).hasParent(directory).isNotEqualTo(path).exists();
        assertThat(other.path().getFileName().toString()).startsWith("recorder-");
        assertThat(Files.readAllBytes(other.path())).containsOnly((byte) 0);
      }
      assertThat(file.hasStarted(7)).isTrue();
    }

    @Test
    @Tag("process")
    void isNamedWhereThereIsNoRoomForIt() throws Exception {
      Path full = directory.resolve("full");

      Process process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "ulimit -f 8; exec \"$@\"",
                  "sh",
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:-UsePerfData",
                  "-cp",
                  System.getProperty("java.class.path"),
                  RecorderMaker.class.getName(),
                  directory.toString())
              .redirectErrorStream(true)
              .start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(printed).isEqualTo(1);
      assertThat(printed)
          .contains("the " + RecorderLayout.SIZE + " bytes of " + full + " cannot be written");
      assertThat(full).doesNotExist();
    }

    @Test
    void goesOnWithoutAName() throws IOException {
      file.unlink();
      file.unlink();
      recorder.running(1);

      assertThat(path).doesNotExist();
      assertThat(stateOf(1)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void isRefusedByTheWorkerWhenItIsMissing() throws IOException {
      file.unlink();

      assertThatThrownBy(() -> FlightRecorder.open(path)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void isRefusedByTheWorkerWhenItHasAnotherSize() throws IOException {
      Path other = Files.write(directory.resolve("other"), new byte[100]);

      assertThatThrownBy(() -> FlightRecorder.open(other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("100 bytes");
    }

    @Test
    void livesInADirectoryThatCanBeWritten() {
      assertThat(RecorderFile.directory(directory)).isWritable();
    }
  }

  private void overwrite(long position, byte... bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), position);
    }
  }

  @Nested
  class ANoteForSettlement {

    private final byte[] note = "4711 1.5".getBytes(StandardCharsets.UTF_8);

    @Test
    void ofTheSessionStaysWhileTasksComeAndGo() {
      recorder.session(note);
      recorder.running(1);
      recorder.rolledBack();
      recorder.running(2);
      assertThat(file.session()).isEqualTo(note);
    }

    @Test
    void ofNoSessionIsEmpty() {
      assertThat(file.session()).isEmpty();
      recorder.session(note);
      recorder.session(new byte[0]);
      assertThat(file.session()).isEmpty();
    }

    @Test
    void ofASessionThatHasNoRoomIsLeftOut() {
      recorder.session(new byte[RecorderLayout.SESSION_ROOM + 1]);
      assertThat(file.session()).isEmpty();
    }

    @Test
    void ofATransactionBelongsToItsCommit() {
      recorder.running(1);
      recorder.committing(note, RESULT);
      assertThat(file.read(1).note()).isEqualTo(note);

      recorder.rolledBack();
      recorder.running(2);
      recorder.committing(NO_TRANSACTION, RESULT);
      assertThat(file.read(2).note()).isEmpty();
    }

    @Test
    void thatIsDamagedIsLeftOut() throws IOException {
      recorder.session(note);
      overwrite(RecorderLayout.SESSION + RecorderLayout.SECTION_HEADER, (byte) 'x');
      assertThat(file.session()).isEmpty();
    }
  }

  /** A process that may write small files only, and so finds no room for a recorder. */
  static final class RecorderMaker {

    private RecorderMaker() {}

    public static void main(String[] args) throws IOException {
      RecorderFile.create(Path.of(args[0]), "full").close();
    }
  }
}
