package io.cofferdam.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class BankOptionsTest {

  @Test
  void defaultsNeedNoFlag() {
    BankOptions options = parse();

    assertThat(options.clients).isEqualTo(5_000);
    assertThat(options.workers).isNull();
    assertThat(options.seconds).isEqualTo(20);
    assertThat(options.killEvery()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void killIntervalMayBeAFraction() {
    assertThat(parse("--kill-every", "0.25").killEvery()).isEqualTo(Duration.ofMillis(250));
    assertThat(parse("--kill-every", "0").killEvery()).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--clients=0 | --clients is 0; it must be from 1 to 1000000",
        "--workers=1025 | --workers is 1025; it must be from 1 to 1024",
        "--seconds=-3 | --seconds is -3; it must be from 1 to 86400",
        "--kill-every=NaN | --kill-every is NaN; it must be 0 or from 0.01 to 86400",
        "--kill-every=soon | 'soon' is not a double",
        "--jdbc-url=jdbc:h2:mem:x | it must begin with 'jdbc:postgresql:'",
        "--username=bank | --username and --password are for the database of --jdbc-url",
      })
  void badValueIsNamed(String flag, String message) {
    assertThatThrownBy(() -> parse(flag))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  private static BankOptions parse(String... args) {
    Program program = new Program();
    CommandLine command = new CommandLine(program);
    command.parseArgs(args);
    program.options.check(command);
    return program.options;
  }

  @Command
  private static final class Program {
    @Mixin private final BankOptions options = new BankOptions();
  }
}
