package io.cofferdam.internal.text;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of an executor, which no message and no log entry shows, wherever its text comes
 * from: the password, the values of secret-looking settings, and what a URL says before its host.
 * Beside these very values, hides whatever looks like them in a URL. Thread-safe.
 */
public final class Secrets {

  /** No known secrets; what looks like one in a URL is hidden all the same. */
  public static final Secrets NONE = new Secrets(Stream.empty());

  private static final String HIDDEN = "***";
  private static final String CUT = "...";

  /** Shorter values are words that occur by chance; to hide them would garble texts. */
  private static final int LEAST_CHARS = 4;

  private static final Pattern SECRET_NAME =
      Pattern.compile("pass(word|wd|phrase|code)|^pass$|pwd|secret|token|credential|key$");

  private static final String NAME = "[A-Za-z_%][\\w.%+-]{0,63}+";

  /** A name, its sign, and a value that ends where the next name begins or the URL does. */
  private static final Pattern SETTING =
      Pattern.compile(
          "(?<![\\w.%+])(?<![\\w.%+]-)("
              + NAME
              + ")(\\s{0,4}+=\\s{0,4}+)"
              + "(\\{[^}]*+(?:\\}\\}[^}]*+){0,50}\\}"
              + "|\"[^\"]*+\""
              + "|[^\\s\"'<>]*?(?=[?&;,)(]{1,4}\\s{0,4}"
              + NAME
              + "\\s{0,4}=|[\\s\"'<>)}\\]]|$))");

  /** What stands between a scheme and the last {@code @} before the first setting. */
  private static final Pattern USER_INFO =
      Pattern.compile(
          "(?<![\\w+.:-])([A-Za-z][\\w+.:-]{0,63}+//|jdbc:oracle:[a-z0-9]{1,8}:(?!@))"
              + "((?:(?![?&;]\\s{0,4}"
              + NAME
              + "\\s{0,4}=)[^\\s\"'<>]){0,512})@");

  private final List<String> values;

  private Secrets(Stream<String> values) {
    this.values =
        values
            .filter(value -> value.length() >= LEAST_CHARS)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
  }

  /** Returns the secrets of an executor with these settings. */
  public static Secrets of(
      String jdbcUrl,
      @Nullable String username,
      @Nullable String password,
      Map<String, String> properties) {
    Stream<String> ofProperties =
        properties.entrySet().stream()
            .filter(property -> isSecretName(property.getKey()))
            .map(Map.Entry::getValue);
    return new Secrets(
        Stream.of(Stream.ofNullable(password), ofProperties, valuesIn(jdbcUrl))
            .flatMap(all -> all)
            .filter(value -> !value.equalsIgnoreCase(username)));
  }

  private static Stream<String> valuesIn(String url) {
    return SETTING
        .matcher(url)
        .results()
        .filter(setting -> isSecretName(setting.group(1)))
        .map(setting -> setting.group(3))
        .flatMap(value -> Stream.of(value, decoded(value)));
  }

  /**
   * Returns the text without these secrets, and without what looks like one in a URL. One that ends
   * with three dots was cut there.
   */
  public String hide(String text) {
    return text.endsWith(CUT)
        ? hide(text.substring(0, text.length() - CUT.length()), false, true) + CUT
        : hideWhole(text);
  }

  /**
   * Returns a piece of a longer text like {@link #hide(String)}, and without the part of a secret
   * that was cut in two.
   *
   * @param cutBefore whether something stood before the piece
   * @param cutAfter whether something stood after it
   */
  public String hide(String piece, boolean cutBefore, boolean cutAfter) {
    int begin = 0;
    int end = piece.length();
    for (String value : values) {
      for (int part = LEAST_CHARS; part < value.length(); part++) {
        if (cutBefore && piece.startsWith(value.substring(value.length() - part))) {
          begin = Math.max(begin, part);
        }
        if (cutAfter && piece.endsWith(value.substring(0, part))) {
          end = Math.min(end, piece.length() - part);
        }
      }
    }
    return (begin > 0 ? HIDDEN : "")
        + hideWhole(piece.substring(begin, Math.max(begin, end)))
        + (end < piece.length() ? HIDDEN : "");
  }

  private String hideWhole(String text) {
    String shown = text;
    for (String value : values) {
      shown = shown.replace(value, HIDDEN);
    }
    return display(shown);
  }

  /** Returns a URL, or a text with URLs, without user info and without secret-looking values. */
  public static String display(String text) {
    String shown = text;
    if (shown.indexOf('@') >= 0) {
      shown = USER_INFO.matcher(shown).replaceAll(Secrets::withoutUser);
    }
    return shown.indexOf('=') < 0
        ? shown
        : SETTING.matcher(shown).replaceAll(Secrets::withoutValue);
  }

  private static String withoutUser(MatchResult url) {
    String user = url.group(2);
    String at = user.isEmpty() ? "@" : HIDDEN + "@";
    return Matcher.quoteReplacement(url.group(1) + at);
  }

  private static String withoutValue(MatchResult setting) {
    boolean hide = isSecretName(setting.group(1)) && !setting.group(3).isEmpty();
    return Matcher.quoteReplacement(
        hide ? setting.group(1) + setting.group(2) + HIDDEN : setting.group());
  }

  private static boolean isSecretName(String name) {
    return SECRET_NAME.matcher(decoded(name).toLowerCase(Locale.ROOT)).find();
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Shows none of them. */
  @Override
  public String toString() {
    return "Secrets[" + values.size() + "]";
  }
}
