package io.cofferdam.internal.worker.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What failpoints are where no test has asked for them. */
class FailpointsTest {

  @ParameterizedTest
  @EnumSource(Failpoint.class)
  void doNothing(Failpoint point) {
    assertThatCode(() -> Failpoints.pass(point)).doesNotThrowAnyException();
  }

  @Test
  void leaveTheChannelAlone() throws Exception {
    try (SocketChannel socket = SocketChannel.open()) {
      assertThat(Failpoints.around(socket)).isSameAs(socket);
    }
  }
}
