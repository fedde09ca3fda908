package io.cofferdam.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What another user of this machine can do, as far as this process may do it in his name. */
public final class OtherUser {

  /** The user {@code nobody} on every Linux. */
  private static final int NOBODY = 65_534;

  private static final int ROOT = 0;

  private OtherUser() {}

  /**
   * Makes what is there another user's. Without the privileges for that, others are let in: it is
   * as little to be trusted then.
   */
  public static void own(Path path) throws IOException {
    if (isRoot()) {
      Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    } else {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  /** Tells whether this process may act as another user. */
  public static boolean isPossible() throws IOException {
    return isRoot();
  }

  /** Returns a command that runs as another user; as this one, without the privileges for that. */
  public static List<String> command(String... command) throws IOException {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == ROOT;
  }
}
