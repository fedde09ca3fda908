package io.cofferdam.internal.config;

import io.cofferdam.WorkerProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the JVM of a worker is started.
 *
 * @param maxHeap the limit of its heap, in bytes
 * @param profile what it is tuned for
 * @param arguments further arguments
 * @param javaHome the home of its Java
 * @param classPath its class path, or null for the application's
 * @param environment what its environment has beside what is inherited
 * @param archives where class archives outlive the application, or null if nowhere
 */
public record WorkerJvm(
    long maxHeap,
    WorkerProfile profile,
    List<String> arguments,
    Path javaHome,
    @Nullable List<Path> classPath,
    Map<String, String> environment,
    @Nullable Path archives) {}
