package io.cofferdam.internal.wire;

import io.cofferdam.SessionHygiene;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.TaskRules;
import io.cofferdam.internal.config.Tracking;
import java.time.Duration;

/**
 * What a worker needs to know before it can work.
 *
 * @param worker its name, with the generation
 * @param recorder the path of its flight recorder
 * @param database the database
 * @param tracking how commits in doubt are found out
 * @param rules what tasks may do beside what all may
 * @param jvm what its JVM has in common with the application's
 */
public record Welcome(
    String worker,
    String recorder,
    Database database,
    Tracking tracking,
    TaskRules rules,
    JvmSettings jvm) {

  public byte[] encode() {
    PayloadWriter out =
        new PayloadWriter(4096)
            .putString(worker)
            .putString(recorder)
            .putString(database.jdbcUrl())
            .putString(database.username())
            .putString(database.password())
            .putMap(database.properties())
            .putString(database.hygiene().name());
    writeTracking(out);
    out.putStrings(rules.resultTypes()).putStrings(rules.threadsAllowed());
    return jvm.writeTo(out).toByteArray();
  }

  public static Welcome decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new Welcome(
        reader.getString(),
        reader.getString(),
        new Database(
            reader.getString(),
            reader.getNullableString(),
            reader.getNullableString(),
            reader.getMap(),
            oneOf(SessionHygiene.class, reader.getString())),
        readTracking(reader),
        new TaskRules(reader.getStrings(), reader.getStrings()),
        JvmSettings.readFrom(reader));
  }

  private void writeTracking(PayloadWriter out) {
    if (tracking instanceof Tracking.Ledger ledger) {
      out.putByte(2).putString(ledger.table()).putLong(ledger.retention().toSeconds());
    } else {
      out.putByte(tracking instanceof Tracking.TransactionId ? 1 : 0);
    }
  }

  private static Tracking readTracking(PayloadReader reader) throws ProtocolException {
    return switch (reader.getByte()) {
      case 0 -> new Tracking.None();
      case 1 -> new Tracking.TransactionId();
      case 2 -> new Tracking.Ledger(reader.getString(), Duration.ofSeconds(reader.getLong()));
      default -> throw new ProtocolException("an unknown way to track outcomes");
    };
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, String name) throws ProtocolException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("not a " + type.getSimpleName() + ": " + name);
    }
  }

  /** Names the worker without its credentials. */
  @Override
  public String toString() {
    return "Welcome[" + worker + "]";
  }
}
