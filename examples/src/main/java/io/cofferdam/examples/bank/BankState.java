package io.cofferdam.examples.bank;

import java.util.List;

/**
 * What the database holds after the run.
 *
 * @param historyIds the transaction ids in the history, each as often as it is there
 * @param historySum the sum of all deltas in the history
 * @param branchSum the sum of the branches' balances; they began at 0, as all balances did
 * @param tellerSum the sum of the tellers' balances
 * @param accountSum the sum of the accounts' balances
 */
record BankState(
    List<Long> historyIds, long historySum, long branchSum, long tellerSum, long accountSum) {}
