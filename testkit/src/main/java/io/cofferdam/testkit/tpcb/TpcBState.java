package io.cofferdam.testkit.tpcb;

import java.util.ArrayList;
import java.util.List;

/**
 * What the tables of TPC-B hold.
 *
 * @param historyIds the transaction ids in the history, each as often as it is there
 * @param historySum the sum of all deltas in the history
 * @param branchSum the sum of the branches' balances; they began at 0, as all balances did
 * @param tellerSum the sum of the tellers' balances
 * @param accountSum the sum of the accounts' balances
 */
public record TpcBState(
    List<Long> historyIds, long historySum, long branchSum, long tellerSum, long accountSum) {

  public TpcBState {
    historyIds = List.copyOf(historyIds);
  }

  /** Returns a sentence for each table whose balances the history does not explain. */
  public List<String> imbalances() {
    List<String> found = new ArrayList<>();
    compare("branches", branchSum, found);
    compare("tellers", tellerSum, found);
    compare("accounts", accountSum, found);
    return found;
  }

  private void compare(String table, long balances, List<String> found) {
    if (balances != historySum) {
      found.add(
          "the balances of the %s sum up to %,d, the history to %,d"
              .formatted(table, balances, historySum));
    }
  }
}
