package io.cofferdam.benchmarks.run;

import io.cofferdam.TransactionTask;
import io.cofferdam.testkit.tpcb.TpcB;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;

/**
 * The transaction of TPC-B.
 *
 * @param id its id in the history
 * @param account the account
 * @param teller the teller
 * @param branch the branch
 * @param delta what is added to the balance of each
 */
public record Transfer(long id, int account, int teller, int branch, int delta)
    implements Transaction {

  @Override
  public TransactionTask<Long, SQLException> task() {
    long id = this.id;
    int account = this.account;
    int teller = this.teller;
    int branch = this.branch;
    int delta = this.delta;
    return connection -> TpcB.run(connection, id, account, teller, branch, delta);
  }

  @Override
  public Future<Long> start(SqlConnection connection) {
    return addTo(connection, "accounts", account)
        .compose(none -> balance(connection))
        .compose(
            balance ->
                addTo(connection, "tellers", teller)
                    .compose(none -> addTo(connection, "branches", branch))
                    .compose(none -> writeHistory(connection))
                    .map(balance));
  }

  private Future<?> addTo(SqlConnection connection, String table, int row) {
    return connection
        .preparedQuery(
            "UPDATE cofferdam_bank_" + table + " SET balance = balance + $1 WHERE id = $2")
        .execute(Tuple.of(delta, row));
  }

  private Future<Long> balance(SqlConnection connection) {
    return connection
        .preparedQuery("SELECT balance FROM cofferdam_bank_accounts WHERE id = $1")
        .execute(Tuple.of(account))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Future<?> writeHistory(SqlConnection connection) {
    return connection
        .preparedQuery(
            "INSERT INTO cofferdam_bank_history (id, account, teller, branch, delta)"
                + " VALUES ($1, $2, $3, $4, $5)")
        .execute(Tuple.of(id, account, teller, branch, delta));
  }
}
