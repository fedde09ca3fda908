package io.cofferdam.internal.dialect;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What distinguishes a driver from others.
 *
 * @param quirks what it does that JDBC does not ask for
 * @param ownThreads how the names of its threads begin
 */
public record DriverTraits(Set<Quirk> quirks, Pattern ownThreads) {

  /** What a driver may do that JDBC does not ask for. */
  public enum Quirk {
    /** A time limit of a statement is that of all statements of its connection. */
    SHARES_QUERY_TIMEOUT,
    /** A statement may execute functions of the user when it is prepared. */
    EXECUTES_WHEN_PREPARED
  }

  public DriverTraits {
    Set<Quirk> all = EnumSet.noneOf(Quirk.class);
    all.addAll(quirks);
    quirks = Collections.unmodifiableSet(all);
  }

  /** Returns the traits of a driver that keeps to JDBC. */
  public static DriverTraits ofThreads(String namesBegin) {
    return new DriverTraits(Set.of(), Pattern.compile(namesBegin));
  }

  /** Returns whether the driver has a quirk. */
  public boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  /** Returns whether a thread belongs to the driver, and so was not leaked by a task. */
  public boolean owns(Thread thread) {
    return ownThreads.matcher(thread.getName()).lookingAt();
  }
}
