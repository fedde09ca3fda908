package io.cofferdam.internal.wire;

/**
 * A task and how to run it.
 *
 * @param lifetimeSeconds after how many seconds at most it is over, or its worker was ended
 * @param isolation the JDBC constant of the isolation level, or 0 for the database's default
 * @param readOnly whether the transaction is read-only
 * @param ledgerId the id of the transaction's row in the ledger
 * @param key the idempotency key; empty if there is none
 * @param fingerprint what the caller gave with the key; empty if nothing
 * @param code the encoded task
 */
public record TaskRequest(
    int lifetimeSeconds,
    int isolation,
    boolean readOnly,
    String ledgerId,
    String key,
    String fingerprint,
    byte[] code) {

  public byte[] encode() {
    return new PayloadWriter(code.length + 64 + key.length() + fingerprint.length())
        .putInt(lifetimeSeconds)
        .putInt(isolation)
        .putByte(readOnly ? 1 : 0)
        .putString(ledgerId)
        .putString(key)
        .putString(fingerprint)
        .putBytes(code)
        .toByteArray();
  }

  public static TaskRequest decode(byte[] payload) throws ProtocolException {
    PayloadReader reader = new PayloadReader(payload);
    return new TaskRequest(
        reader.getInt(),
        reader.getInt(),
        reader.getByte() != 0,
        reader.getString(),
        reader.getString(),
        reader.getString(),
        reader.getBytes());
  }
}
