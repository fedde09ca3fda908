package io.cofferdam.benchmarks.variant;

import io.cofferdam.benchmarks.process.ClassPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A core with settings, to be compared with others.
 *
 * @param label its name in reports; empty if it is the only one
 * @param core its jar or classes; empty for the core that this program has
 * @param settings values for the executor's builder, as {@code method=value}
 */
public record Variant(String label, Optional<Path> core, List<String> settings) {

  /** This program's core, as it is. */
  public static final Variant OWN = new Variant("", Optional.empty(), List.of());

  public Variant {
    settings = List.copyOf(settings);
  }

  /**
   * Returns the variants that were asked for, or the only one.
   *
   * @param cores each {@code label=path}
   * @param settings each {@code method=value} for all, or {@code label:method=value} for one, which
   *     may be one without a core of its own
   */
  static List<Variant> parse(Map<String, Path> cores, List<String> settings) {
    Map<String, List<String>> byLabel = new LinkedHashMap<>();
    cores.keySet().forEach(label -> byLabel.put(label, new ArrayList<>()));
    for (String setting : settings) {
      if (setting.indexOf('=') < 1) {
        throw new IllegalArgumentException(
            "a setting is '" + setting + "'; it must be METHOD=VALUE or LABEL:METHOD=VALUE");
      }
      int colon = colon(setting);
      if (colon > 0) {
        byLabel
            .computeIfAbsent(setting.substring(0, colon), label -> new ArrayList<>())
            .add(setting.substring(colon + 1));
      }
    }
    if (byLabel.isEmpty()) {
      byLabel.put("", new ArrayList<>());
    }
    for (String setting : settings) {
      if (colon(setting) < 0) {
        byLabel.values().forEach(each -> each.add(setting));
      }
    }
    return byLabel.entrySet().stream()
        .map(
            each ->
                new Variant(
                    each.getKey(), Optional.ofNullable(cores.get(each.getKey())), each.getValue()))
        .toList();
  }

  /** Returns the same core with a further setting, which its label names too. */
  public Variant and(String name, String setting) {
    List<String> all = new ArrayList<>(settings);
    all.add(setting);
    return new Variant(label.isEmpty() ? name : label + " " + name, core, all);
  }

  /** Returns the class path of a JVM that has this core. */
  public String classPath(ClassPath classPath) throws IOException {
    return core.isPresent() ? classPath.with(core.get()) : classPath.own();
  }

  /** Returns the name of something that is measured with each variant. */
  public String name(String what) {
    return label.isEmpty() ? what : what + " " + label;
  }

  /** Returns where the label ends; -1 if there is none. The value may have a colon, too. */
  private static int colon(String setting) {
    int colon = setting.indexOf(':');
    return colon < setting.indexOf('=') ? colon : -1;
  }
}
