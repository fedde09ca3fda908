package io.cofferdam.internal.sql;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * One way to read an SQL text: where words, strings and comments begin and end. A server and its
 * driver may read the same text in different ways.
 *
 * @param letters which characters make a word
 * @param rules how strings and comments are read
 */
public record SqlSyntax(Letters letters, Set<Rule> rules) {

  /** A rule that not all readers follow. */
  public enum Rule {
    /** A backslash escapes in every string in single quotes. */
    BACKSLASH_ESCAPES,
    /** A backslash escapes between double quotes. */
    BACKSLASH_ESCAPES_IN_DOUBLE_QUOTES,
    /** A backslash escapes in {@code E''}, and never in {@code B''}, {@code X''}, {@code U&''}. */
    ESCAPE_STRINGS,
    /**
     * As pgjdbc does: the characters before a quote tell an {@code E''} and a dollar quote, and two
     * quotes in a string are the end of one and the beginning of another.
     */
    QUOTES_OF_DRIVER,
    /** A string goes on after white space with a line break, and keeps its rule for backslashes. */
    CONTINUED_STRINGS,
    /** The byte after one outside of ASCII may be a part of the same character. */
    WIDE_CHARACTERS,
    /** {@code $$ ... $$} is a string. */
    DOLLAR_QUOTES,
    /** {@code $tag$ ... $tag$} is one, too. */
    TAGGED_DOLLAR_QUOTES,
    /** A name may be in backticks. */
    BACKTICK_NAMES,
    /** {@code [ ... ]} is a name. */
    BRACKET_NAMES,
    /** A name may have {@code #} in it. */
    HASH_IN_NAMES,
    /** Block comments nest. */
    NESTED_COMMENTS,
    /** {@code /*}{@code /} is a whole comment. */
    SHORT_COMMENTS,
    /** A carriage return ends a line comment. */
    RETURN_ENDS_COMMENT,
    /** {@code #} starts a comment, and the content of {@code /*! ... *}{@code /} is executed. */
    MYSQL_COMMENTS,
    /** {@code --} starts a comment only before white space. */
    SPACE_AFTER_DASHES,
    /** {@code //} starts a comment. */
    SLASH_COMMENTS,
    /** A routine is written in the statement that creates it, with semicolons of its own. */
    ROUTINE_BODIES,
    /** Another statement may follow the one that creates a routine. */
    STATEMENTS_AFTER_ROUTINES
  }

  /** Which characters make a word. */
  public enum Letters {
    /** ASCII letters and all characters outside of ASCII, as PostgreSQL and MySQL have it. */
    ANY_OUTSIDE_ASCII {
      @Override
      boolean starts(int c) {
        return c >= 0x80 || Character.isLetter(c) || c == '_';
      }

      @Override
      boolean continues(int c) {
        return starts(c) || isDigit(c) || c == '$';
      }

      @Override
      boolean isBlank(int c) {
        return c <= ' ';
      }
    },
    /** What Java allows in identifiers, one {@code char} at a time, as pgjdbc has it. */
    JAVA_CHARS {
      @Override
      boolean starts(int c) {
        return c <= 0xffff && Character.isJavaIdentifierStart((char) c) && c != '$';
      }

      @Override
      boolean continues(int c) {
        return c <= 0xffff && Character.isJavaIdentifierPart((char) c);
      }

      @Override
      boolean isBlank(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
      }
    },
    /** What Java allows in identifiers, as H2 has it. */
    JAVA {
      @Override
      boolean starts(int c) {
        return Character.isJavaIdentifierStart(c) && c != '$';
      }

      @Override
      boolean continues(int c) {
        return Character.isJavaIdentifierPart(c);
      }

      @Override
      boolean isBlank(int c) {
        return c <= ' ' || Character.isSpaceChar(c);
      }
    };

    abstract boolean starts(int c);

    abstract boolean continues(int c);

    abstract boolean isBlank(int c);
  }

  public SqlSyntax {
    rules = Set.copyOf(rules);
  }

  public static SqlSyntax of(Letters letters, Rule... rules) {
    return new SqlSyntax(letters, Set.copyOf(Arrays.asList(rules)));
  }

  boolean has(Rule rule) {
    return rules.contains(rule);
  }

  public SqlSyntax with(Rule... more) {
    Set<Rule> all = copy();
    all.addAll(Arrays.asList(more));
    return new SqlSyntax(letters, all);
  }

  public SqlSyntax without(Rule rule) {
    Set<Rule> others = copy();
    others.remove(rule);
    return new SqlSyntax(letters, others);
  }

  /** Returns the same syntax with backslashes that escape in all strings or in none. */
  public SqlSyntax with(Backslash backslash) {
    return backslash == Backslash.ESCAPES
        ? with(Rule.BACKSLASH_ESCAPES)
        : without(Rule.BACKSLASH_ESCAPES);
  }

  private Set<Rule> copy() {
    Set<Rule> all = EnumSet.noneOf(Rule.class);
    all.addAll(rules);
    return all;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
