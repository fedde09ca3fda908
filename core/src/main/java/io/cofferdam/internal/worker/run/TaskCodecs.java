package io.cofferdam.internal.worker.run;

import io.cofferdam.internal.codec.FailureCodec;
import io.cofferdam.internal.codec.ResultCodec;
import io.cofferdam.internal.codec.TaskDecoder;
import io.cofferdam.internal.wire.Frame;
import io.cofferdam.internal.worker.outcome.LedgerRow;
import java.util.List;

/**
 * What turns the tasks of a worker into objects, and what they return or throw into bytes.
 *
 * @param keptResults for the results of tasks with a key, which the ledger must have room for
 */
public record TaskCodecs(
    TaskDecoder tasks, ResultCodec results, ResultCodec keptResults, FailureCodec failures) {

  /** Returns those of a worker whose results and failures may have these types, too. */
  public static TaskCodecs allowing(List<String> resultTypes) {
    return new TaskCodecs(
        new TaskDecoder(TaskCodecs.class.getClassLoader()),
        new ResultCodec(resultTypes, Frame.MAX_PAYLOAD),
        new ResultCodec(resultTypes, LedgerRow.MAX_RESULT),
        new FailureCodec(resultTypes, Frame.MAX_PAYLOAD / 2));
  }
}
