package io.cofferdam.internal.process;

import io.cofferdam.internal.log.Log;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The files that a worker's JVM loads code from: the entries of its class path, what the JVM
 * arguments add, and whatever jars name in their manifests, however deep.
 */
final class LoadedFiles {

  private static final Log log = Log.of(LoadedFiles.class);

  /** Arguments that are followed by files, which a path separator may separate. */
  private static final List<String> LISTS =
      List.of("-Xbootclasspath/a:", "--upgrade-module-path=", "--module-path=");

  private final Set<Path> found = new LinkedHashSet<>();
  private final Deque<Path> open = new ArrayDeque<>();

  private LoadedFiles() {}

  /** Returns them, those of the class path first; they need not exist. */
  static List<Path> of(List<Path> classPath, List<String> jvmArgs) {
    LoadedFiles files = new LoadedFiles();
    files.open.addAll(classPath);
    jvmArgs.stream().flatMap(LoadedFiles::named).map(Path::toAbsolutePath).forEach(files.open::add);
    while (!files.open.isEmpty()) {
      Path file = files.open.remove();
      if (files.found.add(file) && Files.isRegularFile(file)) {
        files.open.addAll(namedByJar(file));
      }
    }
    return new ArrayList<>(files.found);
  }

  private static Stream<Path> named(String argument) {
    if (argument.startsWith("-javaagent:") || argument.startsWith("-agentpath:")) {
      return Stream.of(Path.of(argument.substring(argument.indexOf(':') + 1).split("=", 2)[0]));
    }
    if (argument.startsWith("--patch-module=")) {
      return paths(argument.substring(argument.lastIndexOf('=') + 1));
    }
    return LISTS.stream()
        .filter(argument::startsWith)
        .flatMap(list -> paths(argument.substring(list.length())));
  }

  private static Stream<Path> paths(String list) {
    return Stream.of(list.split(File.pathSeparator, -1)).map(Path::of);
  }

  private static List<Path> namedByJar(Path jar) {
    List<Path> named = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      if (manifest != null) {
        addAll(named, jar, manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH));
        addAll(named, jar, manifest.getMainAttributes().getValue("Boot-Class-Path"));
      }
      ZipEntry index = file.getEntry("META-INF/INDEX.LIST");
      if (index != null) {
        addIndex(named, jar, file, index);
      }
    } catch (IOException e) {
      log.debug("{} is no jar, so the JVM loads nothing from it: {}", jar, e.toString());
    }
    return named;
  }

  /** Adds the jars of an index, which JVMs before 22 load classes from. */
  private static void addIndex(List<Path> to, Path jar, JarFile file, ZipEntry index)
      throws IOException {
    try (InputStream in = file.getInputStream(index)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.endsWith(".jar"))
          .forEach(line -> addAll(to, jar, line));
    }
  }

  private static void addAll(List<Path> to, Path jar, @Nullable String urls) {
    if (urls != null) {
      for (String url : urls.trim().split("\\s+", -1)) {
        add(to, jar, url);
      }
    }
  }

  /** Adds the file of a URL that is relative to the jar, as the JVM's class loader finds it. */
  private static void add(List<Path> to, Path jar, String url) {
    try {
      URL absolute = new URL(jar.toUri().toURL(), url);
      if (absolute.getProtocol().equals("file")) {
        String path = absolute.getPath().replace("+", "%2B");
        to.add(Path.of(URLDecoder.decode(path, StandardCharsets.UTF_8)).normalize());
      }
    } catch (MalformedURLException | IllegalArgumentException e) {
      log.debug("{} names '{}', which the JVM does not load: {}", jar, url, e.toString());
    }
  }
}
