package io.cofferdam.internal.config;

import java.util.List;

/**
 * What tasks may do beside what all may.
 *
 * @param resultTypes patterns of the types that results and failures may have
 * @param threadsAllowed patterns of the names of threads that may be left running
 */
public record TaskRules(List<String> resultTypes, List<String> threadsAllowed) {}
