package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** The charts of a report: one for each section and charted metric, with a bar per contestant. */
final class Charts {

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 500;

  private Charts() {}

  /** Writes them as PNG files into a directory, and returns the files. */
  static List<Path> write(Report report, Path directory) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<Path> files = new ArrayList<>();
    for (Section section : report.sections()) {
      for (Metric metric : section.metrics()) {
        Optional<CategoryChart> chart =
            metric.charted() ? chart(section, metric) : Optional.empty();
        if (chart.isPresent()) {
          Path file = directory.resolve(fileName(section, metric));
          ImageIO.write(BitmapEncoder.getBufferedImage(chart.get()), "png", file.toFile());
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Optional<CategoryChart> chart(Section section, Metric metric) {
    List<String> contestants = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    List<Double> halves = new ArrayList<>();
    for (Row row : section.rows()) {
      section
          .spread(row.contestant(), metric)
          .ifPresent(
              spread -> {
                contestants.add(row.contestant());
                medians.add(spread.median());
                halves.add((spread.upper() - spread.lower()) / 2);
              });
    }
    if (contestants.isEmpty()) {
      return Optional.empty();
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(section.title())
            .yAxisTitle(metric.title())
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(30);
    chart.addSeries(metric.name(), contestants, medians, halves);
    return Optional.of(chart);
  }

  private static String fileName(Section section, Metric metric) {
    return (section.title() + "-" + metric.name())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
        + ".png";
  }
}
