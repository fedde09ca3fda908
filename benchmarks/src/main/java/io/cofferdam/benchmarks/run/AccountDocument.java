package io.cofferdam.benchmarks.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Comparator;
import java.util.List;

/**
 * An account in a JSON document.
 *
 * @param id its number
 * @param branch its branch
 * @param balance what is on it
 */
record AccountDocument(int id, int branch, long balance) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Sorts accounts by their balance, makes a document of them, reads it, and sums it up. */
  static long sumOfJson(List<AccountDocument> accounts) {
    List<AccountDocument> sorted =
        accounts.stream()
            .sorted(
                Comparator.comparingLong(AccountDocument::balance)
                    .thenComparing(AccountDocument::id, Comparator.reverseOrder()))
            .toList();
    try {
      List<AccountDocument> read =
          JSON.readValue(JSON.writeValueAsString(sorted), new TypeReference<>() {});
      return read.stream().mapToLong(AccountDocument::balance).sum();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
