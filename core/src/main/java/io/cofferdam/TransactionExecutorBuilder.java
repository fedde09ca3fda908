package io.cofferdam;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cofferdam.internal.config.Database;
import io.cofferdam.internal.config.ExecutorConfig;
import io.cofferdam.internal.config.PoolSize;
import io.cofferdam.internal.config.TaskRules;
import io.cofferdam.internal.config.TimeLimits;
import io.cofferdam.internal.executor.IsolatedTransactionExecutor;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the options of a {@link TransactionExecutor}. Not thread-safe. Each value is checked
 * when it is set, relations between them in {@link #build}; a bad one throws with its name, the
 * value and what is legal. Nothing is silently repaired.
 */
public final class TransactionExecutorBuilder {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
  private static final Pattern TYPE_PATTERN =
      Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*(\\.\\*\\*?)?");

  private final DatabaseBuilder database = new DatabaseBuilder();
  private final WorkerJvmBuilder workerJvm = new WorkerJvmBuilder();
  private final TrackingBuilder tracking = new TrackingBuilder();
  private String name = "cofferdam";
  private @Nullable Integer workers;
  private @Nullable Integer workersPerCore;
  private Concurrency concurrency = Concurrency.FIXED;
  private int warmSpares = 1;
  private Duration timeout = Duration.ofSeconds(30);
  private int maxQueued = 10_000;
  private int maxQueuedPerClient = 1_000;
  private final ImmutableList.Builder<String> workerThreadsAllowed = ImmutableList.builder();
  private Duration startupTimeout = Duration.ofSeconds(30);
  private Duration shutdownTimeout = Duration.ofSeconds(30);
  private Duration killGrace = Duration.ofSeconds(2);
  private @Nullable MeterRegistry meterRegistry;
  private final ImmutableList.Builder<String> resultTypes = ImmutableList.builder();

  TransactionExecutorBuilder() {}

  /**
   * Names the executor, its threads, workers and metrics. Default: {@code cofferdam}.
   *
   * @param name 1 to 40 letters, digits, dots, dashes and underscores
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder name(String name) {
    requireNonNull(name, "name is null");
    checkArgument(
        NAME.matcher(name).matches(),
        "name is '%s'; it must be 1 to 40 letters, digits, dots, dashes or underscores, and begin"
            + " with a letter or digit",
        name);
    this.name = name;
    return this;
  }

  /** Sets the database's JDBC URL. Required; it must name a database that processes can share. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder jdbcUrl(String jdbcUrl) {
    database.jdbcUrl(jdbcUrl);
    return this;
  }

  /** Sets the database user. Default: none, the driver decides. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder username(String username) {
    database.username(username);
    return this;
  }

  /**
   * Sets the database password. It reaches the workers over their authenticated channel, never in
   * arguments or environment. Default: none.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder password(String password) {
    database.password(password);
    return this;
  }

  /** Adds a property for the JDBC driver. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder connectionProperty(String key, String value) {
    database.property(key, value);
    return this;
  }

  /**
   * Sets how many workers run tasks at a time, from 1 to 1,024. Default: {@code workersPerCore}
   * times the cores.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workers(int workers) {
    this.workers = Ranges.check("workers", workers, 1, 1_024);
    return this;
  }

  /** Sets the number of workers per core, from 1 to 64. Default: 3. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workersPerCore(int workersPerCore) {
    this.workersPerCore = Ranges.check("workersPerCore", workersPerCore, 1, 64);
    return this;
  }

  /** Sets how many of the workers are given tasks at a time. Default: {@code FIXED}. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder concurrency(Concurrency concurrency) {
    this.concurrency = requireNonNull(concurrency, "concurrency is null");
    return this;
  }

  /**
   * Sets how many connected workers stand by to replace one that died, from 0 to 64. Default: 1.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder warmSpares(int warmSpares) {
    this.warmSpares = Ranges.check("warmSpares", warmSpares, 0, 64);
    return this;
  }

  /**
   * Sets the deadline of a transaction over queueing, running and committing, from 1 ms to 7 days.
   * Default: 30 s.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder timeout(Duration timeout) {
    this.timeout = TransactionOptions.checkTimeout("timeout", timeout);
    return this;
  }

  /**
   * Sets how many submitted tasks may wait, from 1 to 10,000,000; one more is rejected at once.
   * {@code execute} and {@code run} are always admitted, because their own threads bound them.
   * Default: 10,000.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder maxQueued(int maxQueued) {
    this.maxQueued = Ranges.check("maxQueued", maxQueued, 1, 10_000_000);
    return this;
  }

  /** Sets how many submitted tasks of one client handle may wait. Default: 1,000. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder maxQueuedPerClient(int maxQueuedPerClient) {
    this.maxQueuedPerClient = Ranges.check("maxQueuedPerClient", maxQueuedPerClient, 1, 10_000_000);
    return this;
  }

  /** Sets the heap limit of a worker in bytes, from 16 MiB to 64 GiB. Default: 128 MiB. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerMaxHeap(long bytes) {
    workerJvm.maxHeap(bytes);
    return this;
  }

  /** Sets what the JVMs of the workers are tuned for. Default: {@code BALANCED}. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerProfile(WorkerProfile profile) {
    workerJvm.profile(profile);
    return this;
  }

  /**
   * Sets further JVM arguments for the workers; they come after Cofferdam's own. Refused are those
   * that limit the heap, name a class path or a main class, or read arguments from a file, two
   * garbage collectors, and what makes a JVM end at once.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerJvmArgs(String... args) {
    workerJvm.arguments(args);
    return this;
  }

  /** Sets the Java home that runs the workers. Default: the application's. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerJavaHome(Path javaHome) {
    workerJvm.javaHome(javaHome);
    return this;
  }

  /**
   * Sets the class path of the workers; it must hold Cofferdam, the JDBC driver and the tasks.
   * Default: the application's.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerClassPath(List<Path> entries) {
    workerJvm.classPath(entries);
    return this;
  }

  /** Sets where class archives outlive the application; null for nowhere. Default: ~/.cache. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder archiveDirectory(@Nullable Path directory) {
    workerJvm.archives(directory);
    return this;
  }

  /**
   * Adds a variable to the workers' environment, which otherwise holds only PATH, LANG, LC_*, TZ,
   * HOME, TMPDIR and LD_LIBRARY_PATH of the application's. Other users of the machine cannot read
   * it, but do not put secrets there.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerEnvironment(String variable, String value) {
    workerJvm.variable(variable, value);
    return this;
  }

  /**
   * Lets threads live that tasks leave running in a worker, such as the timer of a library, by
   * their names. Without it a thread that a task leaves behind costs the worker, unless it is one
   * of the JDK or of the driver, or was started by the initializer of a class.
   *
   * @param patterns names of threads, with {@code *} for any characters
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder workerThreadsAllowed(String... patterns) {
    Texts.checkElements("workerThreadsAllowed", patterns);
    for (String pattern : patterns) {
      Texts.checkNoControl("workerThreadsAllowed", pattern);
      checkArgument(
          pattern.length() <= 200 && !pattern.replace("*", "").isEmpty(),
          "workerThreadsAllowed has '%s'; it must be the name of a thread, of at most 200"
              + " characters, with * for any of them, but not for all",
          pattern);
      workerThreadsAllowed.add(pattern);
    }
    return this;
  }

  /** Sets how long a worker may take to start and connect, from 1 s to 1 h. Default: 30 s. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder startupTimeout(Duration startupTimeout) {
    this.startupTimeout =
        Ranges.check("startupTimeout", startupTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    return this;
  }

  /**
   * Sets how long {@code close()} waits for queued and running tasks, from 0 to 1 h. Default: 30 s.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder shutdownTimeout(Duration shutdownTimeout) {
    this.shutdownTimeout =
        Ranges.check("shutdownTimeout", shutdownTimeout, Duration.ZERO, Duration.ofHours(1));
    return this;
  }

  /**
   * Sets how long a task that was asked to cancel may take before its worker is killed, from 0 to 1
   * min. Default: 2 s.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder killGrace(Duration killGrace) {
    this.killGrace = Ranges.check("killGrace", killGrace, Duration.ZERO, Duration.ofMinutes(1));
    return this;
  }

  /**
   * Sets how the executor finds out what became of a commit whose answer was lost. Default: {@link
   * OutcomeTracking#TRANSACTION_ID} on PostgreSQL, elsewhere {@link OutcomeTracking#NONE}.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder outcomeTracking(OutcomeTracking outcomeTracking) {
    tracking.kind(outcomeTracking);
    return this;
  }

  /**
   * Names the table of {@link OutcomeTracking#LEDGER}, with a schema in front if it is not in the
   * session's own one. It is created when the first worker connects if it does not exist; the
   * documentation has the statements for those who may not create tables. Applications that share
   * it share their idempotency keys. Default: {@code cofferdam_outcome}.
   *
   * @param table {@code name} or {@code schema.name}, each of letters, digits and underscores
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder ledgerTable(String table) {
    tracking.ledgerTable(table);
    return this;
  }

  /**
   * Sets how long the ledger keeps outcomes and idempotency keys, from 1 h to 365 days, by the
   * database's clock. Expired rows are removed little by little. Default: 1 day, as Oracle's
   * Transaction Guard.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder ledgerRetention(Duration ledgerRetention) {
    tracking.ledgerRetention(ledgerRetention);
    return this;
  }

  /**
   * Sets how much of what a task leaves in its database session is kept from the next task of the
   * same worker. Default: {@link SessionHygiene#FAST}.
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder sessionHygiene(SessionHygiene sessionHygiene) {
    database.hygiene(sessionHygiene);
    return this;
  }

  /** Sets the registry that receives the executor's metrics. Default: none. */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder meterRegistry(MeterRegistry meterRegistry) {
    this.meterRegistry = requireNonNull(meterRegistry, "meterRegistry is null");
    return this;
  }

  /**
   * Allows further types in results, beside the JDK's value types and collections: a class name, or
   * a package with {@code .*} (that package) or {@code .**} (with those below it).
   */
  @CanIgnoreReturnValue
  public TransactionExecutorBuilder allowResultTypes(String... patterns) {
    Texts.checkElements("allowResultTypes", patterns);
    for (String pattern : patterns) {
      checkArgument(
          TYPE_PATTERN.matcher(pattern).matches(),
          "allowResultTypes has '%s'; it must be a class name, or a package followed by .* or .**",
          pattern);
      resultTypes.add(pattern);
    }
    return this;
  }

  /**
   * Starts the executor and returns when its first worker is ready; the others follow.
   *
   * @throws IllegalArgumentException if options contradict each other or the URL cannot be shared
   *     by processes
   * @throws IllegalStateException if called inside a worker, or if the workers could not find this
   *     application's classes
   * @throws WorkerStartException if the first worker could not start or connect; says why
   */
  public TransactionExecutor build() {
    return IsolatedTransactionExecutor.start(config(), meterRegistry, Ticker.systemTicker());
  }

  /** {@return the options, checked together} */
  ExecutorConfig config() {
    Database checked = database.build();
    checkArgument(
        workers == null || workersPerCore == null,
        "workers (%s) and workersPerCore (%s) are both set; set one",
        workers,
        workersPerCore);
    int cores = Runtime.getRuntime().availableProcessors();
    int perCore = workersPerCore == null ? 3 : workersPerCore;
    return new ExecutorConfig(
        name,
        checked,
        tracking.build(checked.jdbcUrl()),
        new PoolSize(
            workers == null ? Math.min(1_024, cores * perCore) : workers,
            concurrency,
            warmSpares,
            maxQueued,
            maxQueuedPerClient),
        new TimeLimits(timeout, startupTimeout, shutdownTimeout, killGrace),
        workerJvm.build(),
        new TaskRules(resultTypes.build(), workerThreadsAllowed.build()));
  }
}
