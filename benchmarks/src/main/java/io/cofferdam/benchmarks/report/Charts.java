package io.cofferdam.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * The charts of a report, one for each section and charted metric: a bar for each contestant, or a
 * line for each series if there are positions. The label of a bar has the middle half of the
 * rounds; that of a point is the length of its error bar.
 */
final class Charts {

  private static final Pattern FURTHER_DECIMALS = Pattern.compile("(\\d\\.\\d)\\d+");

  private Charts() {}

  /** The points of one line, or of all bars. */
  private record Points(
      List<String> labels, List<Integer> positions, List<Double> medians, List<Double> bars) {

    static Points none() {
      return new Points(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(Row row, Spread spread, int decimals) {
      labels.add(row.contestant() + ":  " + spread.text(decimals));
      positions.add(row.position());
      medians.add(spread.median());
      bars.add((spread.upper() - spread.lower()) / 2);
    }
  }

  /**
   * Writes each as a PNG and as an SVG file into a directory, and returns the PNG files. Works
   * while the JVM ends, too, when the cache of ImageIO can no longer be used.
   */
  static List<Path> write(Report report, Path directory) throws IOException {
    System.setProperty("java.awt.headless", "true");
    ImageIO.setUseCache(false);
    List<Path> files = new ArrayList<>();
    for (Section section : report.sections()) {
      for (Metric metric : section.metrics()) {
        Optional<IChart> chart = metric.charted() ? chart(section, metric) : Optional.empty();
        if (chart.isPresent()) {
          String name = fileName(section, metric);
          Path file = directory.resolve(name + ".png");
          ChartEncoder.saveChart(chart.get(), file.toString(), "png");
          Path drawing = directory.resolve(name + ".svg");
          ChartEncoder.saveChart(chart.get(), drawing.toString(), "svg");
          shorten(drawing);
          files.add(file);
        }
      }
    }
    return files;
  }

  /**
   * Leaves coordinates one decimal. Each letter is a path, whose many digits fill most of a file.
   */
  private static void shorten(Path drawing) throws IOException {
    String whole = Files.readString(drawing);
    Files.writeString(drawing, FURTHER_DECIMALS.matcher(whole).replaceAll("$1"));
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
                      .add(row, spread, metric.decimals()));
    }
    if (series.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        lines
            ? lines(section, metric, series)
            : bars(section, metric, series.values().iterator().next()));
  }

  private static IChart lines(Section section, Metric metric, Map<String, Points> series) {
    XYChart chart =
        new XYChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(ChartStyle.HEIGHT)
            .title(section.title() + ": " + metric.title())
            .xAxisTitle(section.positions())
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLegendVisible(series.size() > 1);
    series.forEach(
        (name, points) ->
            chart.addSeries(name, points.positions(), points.medians(), points.bars()));
    return chart;
  }

  private static IChart bars(Section section, Metric metric, Points points) {
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(ChartStyle.heightOfBars(points.labels().size()))
            .title(section.title() + ": " + metric.title())
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLabelsVisible(false);
    chart.getStyler().setPlotGridHorizontalLinesVisible(false);
    chart.getStyler().setXAxisTickMarkSpacingHint(ChartStyle.BAR_SPACING);
    chart.addSeries(metric.name(), points.medians(), points.labels());
    return chart;
  }

  private static String fileName(Section section, Metric metric) {
    return (section.title() + "-" + metric.name())
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-");
  }
}
