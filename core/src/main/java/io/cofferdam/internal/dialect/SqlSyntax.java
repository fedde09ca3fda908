package io.cofferdam.internal.dialect;

/**
 * How a database reads quotes and comments.
 *
 * @param backslashEscapes whether a backslash escapes in every string, not only in {@code E''}
 * @param dollarQuotes whether {@code $tag$ ... $tag$} is a string
 * @param nestedComments whether block comments nest
 * @param mySqlComments whether {@code #} starts a comment, {@code --} needs a space after it, and
 *     the content of {@code /*! ... *}{@code /} is executed
 * @param slashComments whether {@code //} starts a comment
 * @param routineBodies whether the body of a routine is written in the statement that creates it,
 *     with semicolons of its own
 */
record SqlSyntax(
    boolean backslashEscapes,
    boolean dollarQuotes,
    boolean nestedComments,
    boolean mySqlComments,
    boolean slashComments,
    boolean routineBodies) {}
