package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * The charts of a report, one for each section and charted metric: a bar for each contestant, or a
 * line for each series if there are positions. A half of the middle half of the rounds is the
 * length of an error bar to each side.
 */
final class Charts {

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 500;
  private static final int LABEL_DEGREES = 30;

  private Charts() {}

  /** The points of one line, or of all bars. */
  private record Points(
      List<String> contestants, List<Integer> positions, List<Double> medians, List<Double> bars) {

    static Points none() {
      return new Points(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(Row row, Spread spread) {
      contestants.add(row.contestant());
      positions.add(row.position());
      medians.add(spread.median());
      bars.add((spread.upper() - spread.lower()) / 2);
    }
  }

  /** Writes each as a PNG and as an SVG file into a directory, and returns the PNG files. */
  static List<Path> write(Report report, Path directory) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<Path> files = new ArrayList<>();
    for (Section section : report.sections()) {
      for (Metric metric : section.metrics()) {
        Optional<IChart> chart = metric.charted() ? chart(section, metric) : Optional.empty();
        if (chart.isPresent()) {
          String name = fileName(section, metric);
          Path file = directory.resolve(name + ".png");
          ChartEncoder.saveChart(chart.get(), file.toString(), "png");
          ChartEncoder.saveChart(chart.get(), directory.resolve(name + ".svg").toString(), "svg");
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Optional<IChart> chart(Section section, Metric metric) {
    boolean lines = section.rows().stream().map(Row::position).distinct().count() > 1;
    Map<String, Points> series = new LinkedHashMap<>();
    for (Row row : section.rows()) {
      section
          .spread(row.contestant(), metric)
          .ifPresent(
              spread ->
                  series
                      .computeIfAbsent(lines ? row.series() : metric.name(), name -> Points.none())
                      .add(row, spread));
    }
    if (series.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(lines ? lines(section, metric, series) : bars(section, metric, series));
  }

  private static IChart lines(Section section, Metric metric, Map<String, Points> series) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(section.title())
            .xAxisTitle(section.positions())
            .yAxisTitle(metric.title())
            .build();
    chart.getStyler().setYAxisMin(0.0);
    series.forEach(
        (name, points) ->
            chart.addSeries(name, points.positions(), points.medians(), points.bars()));
    return chart;
  }

  private static IChart bars(Section section, Metric metric, Map<String, Points> series) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(section.title())
            .yAxisTitle(metric.title())
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
    series.forEach(
        (name, points) ->
            chart.addSeries(name, points.contestants(), points.medians(), points.bars()));
    return chart;
  }

  private static String fileName(Section section, Metric metric) {
    return (section.title() + "-" + metric.name())
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-");
  }
}
