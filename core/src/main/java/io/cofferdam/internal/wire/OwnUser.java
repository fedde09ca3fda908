package io.cofferdam.internal.wire;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The user that this process runs as. On Linux the kernel is asked, because the owner of a file
 * says only who made what bears its name now.
 */
public final class OwnUser {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int EFFECTIVE = 2;

  private static volatile @Nullable UserPrincipal known;

  private OwnUser() {}

  /** Returns the user that this process runs as. */
  public static UserPrincipal get() throws IOException {
    UserPrincipal user = known;
    if (user == null) {
      user = find();
      known = user;
    }
    return user;
  }

  private static UserPrincipal find() throws IOException {
    if (!Files.exists(STATUS)) {
      return ownerOfNewFile();
    }
    for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("Uid:")) {
        return STATUS
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(line.split("\\s+", -1)[EFFECTIVE]);
      }
    }
    throw new IOException(STATUS + " does not tell the user");
  }

  /** Returns whether the other end of a connected local socket belongs to this user. */
  public static boolean isPeer(SocketChannel socket) throws IOException {
    return socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(get());
  }

  private static UserPrincipal ownerOfNewFile() throws IOException {
    Path file = Files.createTempFile("cofferdam-", "");
    try {
      return Files.getOwner(file);
    } finally {
      Files.delete(file);
    }
  }
}
