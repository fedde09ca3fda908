package io.cofferdam.benchmarks.variant;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags that say which Cofferdam is measured. */
public final class VariantOptions {

  @Option(
      names = "--core",
      paramLabel = "LABEL=PATH",
      description =
          "Another core for Cofferdam, a jar or a directory of classes. May be given several times"
              + " to compare cores; each is compared with the first.")
  private Map<String, Path> cores = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "[LABEL:]METHOD=VALUE",
      description =
          "A setting of the executor, by the name of the builder's method: for all, or for the"
              + " core with that label; a label without a core stands for this program's core.")
  private List<String> settings = List.of();

  /** Returns the variants that were asked for, or the only one. */
  public List<Variant> variants() {
    return Variant.parse(cores, settings);
  }
}
