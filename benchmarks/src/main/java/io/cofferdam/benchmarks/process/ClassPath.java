package io.cofferdam.benchmarks.process;

import io.cofferdam.TransactionExecutor;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * The class path of a forked JVM: this JVM's with everything that manifests name, in jars only,
 * with another core in the place of ours if one is given. Directories become jars, so that all
 * cores are loaded in the same way.
 */
public final class ClassPath implements AutoCloseable {

  private final Path directory;
  private final List<Path> entries;
  private final Map<Path, Path> jars = new HashMap<>();
  private int copies;

  /** Makes the jars. */
  public ClassPath() throws IOException {
    this.directory = Files.createTempDirectory("cofferdam-benchmarks-");
    Set<Path> found = new LinkedHashSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      collect(Path.of(entry).toAbsolutePath().normalize(), found);
    }
    List<Path> jars = new ArrayList<>();
    for (Path entry : found) {
      jars.add(entry.equals(core()) ? entry : jar(entry));
    }
    this.entries = List.copyOf(jars);
  }

  /** Returns the class path with the core that this JVM has. */
  public String own() throws IOException {
    return with(core());
  }

  /**
   * Returns the class path with another core.
   *
   * @param core a jar, or a directory of classes
   */
  public String with(Path core) throws IOException {
    if (!Files.exists(core)) {
      throw new IOException("there is no core at " + core);
    }
    Path absolute = core.toAbsolutePath().normalize();
    Path jar = jars.get(absolute);
    if (jar == null) {
      jar = jar(absolute);
      jars.put(absolute, jar);
    }
    Path replacement = jar;
    return entries.stream()
        .map(entry -> entry.equals(core()) ? replacement : entry)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path core() {
    try {
      return Path.of(
          TransactionExecutor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void collect(Path entry, Set<Path> found) throws IOException {
    if (!Files.exists(entry) || !found.add(entry) || Files.isDirectory(entry)) {
      return;
    }
    String named = manifest(entry).getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    if (named != null) {
      for (String each : named.trim().split(" +", -1)) {
        collect(Path.of(entry.toUri().resolve(URI.create(each))).normalize(), found);
      }
    }
  }

  private static Manifest manifest(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      return manifest == null ? new Manifest() : manifest;
    }
  }

  /** Returns a jar with the same content that names no other ones. */
  private Path jar(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      return jarOfDirectory(entry);
    }
    boolean namesOthers =
        manifest(entry).getMainAttributes().containsKey(Attributes.Name.CLASS_PATH);
    return namesOthers ? jarWithoutManifest(entry) : entry;
  }

  private Path next(Path entry) {
    copies++;
    return directory.resolve(
        copies + "-" + entry.getFileName().toString().replace(".jar", "") + ".jar");
  }

  private Path jarOfDirectory(Path classes) throws IOException {
    Path jar = next(classes);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(
            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private Path jarWithoutManifest(Path from) throws IOException {
    Path jar = next(from);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        JarFile in = new JarFile(from.toFile())) {
      for (JarEntry entry : in.stream().toList()) {
        if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.getInputStream(entry).transferTo(out);
        }
      }
    }
    return jar;
  }

  /** Deletes the jars. */
  @Override
  public void close() {
    FileUtils.deleteQuietly(directory.toFile());
  }
}
