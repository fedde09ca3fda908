package io.cofferdam.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** A report for programs: every sample, and what the tables derive from them. */
final class JsonReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  static String of(Report report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("title", report.title());
    ObjectNode settings = root.putObject("settings");
    report.settings().forEach(settings::put);
    report.notes().forEach(root.putArray("notes")::add);
    ArrayNode sections = root.putArray("sections");
    report.sections().forEach(section -> addSection(sections.addObject(), section));
    ArrayNode tables = root.putArray("tables");
    report.tables().forEach(table -> tables.addPOJO(table));
    ArrayNode listings = root.putArray("listings");
    report.listings().forEach(listing -> listings.addPOJO(listing));
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addSection(ObjectNode node, Section section) {
    node.put("title", section.title());
    ArrayNode metrics = node.putArray("metrics");
    section
        .metrics()
        .forEach(
            metric -> metrics.addObject().put("name", metric.name()).put("unit", metric.unit()));
    ArrayNode contestants = node.putArray("contestants");
    section.rows().forEach(row -> addRow(contestants.addObject(), section, row));
  }

  private static void addRow(ObjectNode node, Section section, Row row) {
    node.put("name", row.contestant());
    ArrayNode samples = node.putArray("samples");
    for (Map<String, Sample> round : section.rounds()) {
      Sample found = round.get(row.contestant());
      if (found != null) {
        ObjectNode sample = samples.addObject();
        found.values().forEach((metric, value) -> sample.put(metric.name(), value));
      }
    }
    ObjectNode medians = node.putObject("spread");
    for (Metric metric : section.metrics()) {
      put(medians, metric, section.spread(row.contestant(), metric));
    }
    ObjectNode ratios = node.putObject("ratios");
    for (String reference : row.references()) {
      ObjectNode ratio = ratios.putObject(reference);
      for (Metric metric : section.metrics()) {
        put(ratio, metric, section.ratio(row.contestant(), reference, metric));
      }
    }
  }

  private static void put(ObjectNode node, Metric metric, Optional<Spread> spread) {
    spread.ifPresent(
        each ->
            node.putObject(metric.name())
                .put("median", each.median())
                .put("lower", each.lower())
                .put("upper", each.upper()));
  }
}
