package io.cofferdam.internal.wire;

import io.cofferdam.OutcomeTracking;
import io.cofferdam.SessionHygiene;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker needs to know before it can work.
 *
 * @param worker its name, with the generation
 * @param jdbcUrl the database
 * @param username the database user, or null
 * @param password the user's password, or null
 * @param connectionProperties further properties for the driver
 * @param recorder the path of its flight recorder
 * @param defaults the application's time zone and locales
 * @param systemProperties the application's properties that change how the driver connects
 * @param allowedResultTypes patterns of the types that results may have beside the default ones
 * @param threadsAllowed patterns of the names of threads that tasks may leave running
 * @param tracking how commits in doubt are found out
 * @param ledgerTable the table of the ledger, with its schema or without
 * @param ledgerSeconds how long a row of the ledger is kept
 * @param hygiene how much of a task's session the next one may meet
 * @param classPath fingerprints of the class path entries as the application saw them
 */
public record Welcome(
    String worker,
    String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    Map<String, String> connectionProperties,
    String recorder,
    JvmDefaults defaults,
    Map<String, String> systemProperties,
    List<String> allowedResultTypes,
    List<String> threadsAllowed,
    OutcomeTracking tracking,
    String ledgerTable,
    long ledgerSeconds,
    SessionHygiene hygiene,
    List<String> classPath) {

  public byte[] encode() {
    PayloadWriter out =
        new PayloadWriter(4096)
            .putString(worker)
            .putString(jdbcUrl)
            .putString(username)
            .putString(password)
            .putMap(connectionProperties)
            .putString(recorder);
    return defaults
        .writeTo(out)
        .putMap(systemProperties)
        .putStrings(allowedResultTypes)
        .putStrings(threadsAllowed)
        .putString(tracking.name())
        .putString(ledgerTable)
        .putLong(ledgerSeconds)
        .putString(hygiene.name())
        .putStrings(classPath)
        .toByteArray();
  }

  public static Welcome decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new Welcome(
        reader.getString(),
        reader.getString(),
        reader.getNullableString(),
        reader.getNullableString(),
        reader.getMap(),
        reader.getString(),
        JvmDefaults.readFrom(reader),
        reader.getMap(),
        reader.getStrings(),
        reader.getStrings(),
        oneOf(OutcomeTracking.class, reader.getString()),
        reader.getString(),
        reader.getLong(),
        oneOf(SessionHygiene.class, reader.getString()),
        reader.getStrings());
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
