package io.cofferdam.internal.wire;

import java.util.List;
import java.util.Map;

/**
 * What the JVM of a worker has in common with the application's.
 *
 * @param defaults the application's time zone and locales
 * @param systemProperties the application's properties that change how the driver connects
 * @param classPath fingerprints of the class path entries as the application saw them
 */
public record JvmSettings(
    JvmDefaults defaults, Map<String, String> systemProperties, List<String> classPath) {

  PayloadWriter writeTo(PayloadWriter out) {
    return defaults.writeTo(out).putMap(systemProperties).putStrings(classPath);
  }

  static JvmSettings readFrom(PayloadReader in) throws ProtocolException {
    return new JvmSettings(JvmDefaults.readFrom(in), in.getMap(), in.getStrings());
  }
}
