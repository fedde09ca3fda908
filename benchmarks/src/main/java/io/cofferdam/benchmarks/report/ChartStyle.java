package io.cofferdam.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/**
 * How charts look. They have a background of their own, so that they can be read on a dark page,
 * too, and the colours of Okabe and Ito, which most people with a colour vision deficiency can tell
 * apart.
 */
final class ChartStyle {

  static final int WIDTH = 1_000;
  static final int HEIGHT = 500;

  /** The least space of a bar with its label; the library leaves out labels that have less. */
  static final int BAR_SPACING = 20;

  private static final int BAR_HEIGHT = 34;
  private static final int AROUND_BARS = 110;
  private static final int PADDING = 16;
  private static final int TEXT_SIZE = 14;
  private static final Color PAPER = new Color(0xFCFCFA);
  private static final Color INK = new Color(0x22272E);
  private static final Color GRID = new Color(0xD5D9DD);
  private static final Color[] SERIES = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x6B6B6B)
  };

  private ChartStyle() {}

  /** Returns the height of a chart with so many horizontal bars. */
  static int heightOfBars(int bars) {
    return AROUND_BARS + bars * BAR_HEIGHT;
  }

  /** Makes a chart look so. */
  static void apply(AxesChartStyler styler) {
    Font text = new Font(Font.SANS_SERIF, Font.PLAIN, TEXT_SIZE);
    styler.setChartBackgroundColor(PAPER);
    styler.setPlotBackgroundColor(PAPER);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartPadding(PADDING);
    styler.setChartFontColor(INK);
    styler.setChartTitleFont(text.deriveFont(Font.BOLD));
    styler.setAxisTitleFont(text);
    styler.setAxisTickLabelsFont(text);
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickMarksColor(GRID);
    styler.setLegendFont(text);
    styler.setLegendBackgroundColor(PAPER);
    styler.setLegendBorderColor(PAPER);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setErrorBarsColor(INK);
    styler.setSeriesColors(SERIES);
    styler.setAntiAlias(true);
  }
}
