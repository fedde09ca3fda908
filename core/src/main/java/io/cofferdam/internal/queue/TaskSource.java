package io.cofferdam.internal.queue;

import io.cofferdam.internal.answer.FailureMessages;

/** Where the tasks of a pool come from, and where their attempts end. */
public record TaskSource(FairQueue queue, Attempts attempts, FailureMessages messages) {}
