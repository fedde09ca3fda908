package io.cofferdam.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @Nested
  class AUrl {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "postgres://user:hunter22@host/db",
          "jdbc:postgresql://user:hunter22@host:5432/db?ssl=true",
          "jdbc:postgresql://user:p@hunter22@host/db",
          "jdbc:postgresql://user:p/hunter22@host/db",
          "jdbc:postgresql://host/db?user=me&password=hunter22",
          "jdbc:postgresql://host/db?password=a&hunter22&user=me",
          "jdbc:postgresql://host/db?user=me&PassWord=hunter22&ssl=true",
          "jdbc:postgresql://host/db?%70assword=hunter22",
          "jdbc:postgresql://host/db?sslpassword=hunter22",
          "jdbc:mysql://user:hunter22@h1:1,user:hunter22@h2:2/db",
          "jdbc:mysql://address=(host=h)(port=1)(user=u)(password=hunter22)/db",
          "jdbc:mysql://(host=h,user=u,password=hunter22)/db",
          "jdbc:mariadb://host/db?keyStorePassword=hunter22&trustStore=x",
          "jdbc:h2:tcp://host/db;USER=sa;PASSWORD=hunter22",
          "jdbc:h2:tcp://host/db;PASSWORD=hunter22;CIPHER=AES",
          "jdbc:sqlserver://host;databaseName=d;user=u;password={hunter22};encrypt=true",
          "jdbc:sqlserver://host;password={a;b=}}hunter22};encrypt=true",
          "jdbc:oracle:thin:scott/hunter22@//host:1521/service",
          "jdbc:oracle:thin:scott/hunter22@host:1521:sid",
          "jdbc:oracle:thin:scott/hunter22@(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=1)))",
          "jdbc:db2://host:50000/db:user=u;password=hunter22;",
          "jdbc:snowflake://host/?token=hunter22",
          "jdbc:redshift:iam://host/db?SecretAccessKey=hunter22",
          "-Djavax.net.ssl.trustStorePassword=hunter22",
          "java --password=hunter22 -version",
          "jdbc:x://host/db?clientSecret=hunter22&credential=hunter22&pwd=hunter22",
        })
    void isShownWithoutWhatIsSecret(String url) {
      assertThat(Secrets.display(url)).doesNotContain("hunter22").contains("***");
    }

    @ParameterizedTest
    @CsvSource({
      "jdbc:postgresql://u:p4ss@h:5432/db?ssl=true, jdbc:postgresql://***@h:5432/db?ssl=true",
      "jdbc:h2:tcp://h/db;PASSWORD=x;MODE=MySQL, jdbc:h2:tcp://h/db;PASSWORD=***;MODE=MySQL",
      "jdbc:oracle:thin:scott/tiger@//h/s, jdbc:oracle:thin:***@//h/s",
    })
    void keepsItsRest(String url, String shown) {
      assertThat(Secrets.display(url)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "jdbc:postgresql://host:5432/db?user=me&ssl=true",
          "jdbc:oracle:thin:@//host:1521/service",
          "jdbc:h2:tcp://host/db;MODE=PostgreSQL;DB_CLOSE_DELAY=-1",
          "a mail to me@example.org, key = 'x'",
          "Detail: Key (id)=(1) already exists.",
          "",
        })
    void isShownAsItIsIfNothingIsSecret(String text) {
      assertThat(Secrets.display(text)).isEqualTo(text);
    }

    @Test
    void isFoundInsideAText() {
      assertThat(
              Secrets.display(
                  "No suitable driver found for jdbc:x://u:pw@h/db?password=hunter22 (08001)"))
          .isEqualTo("No suitable driver found for jdbc:x://***@h/db?password=*** (08001)");
    }
  }

  @Nested
  class AText {

    private final Secrets secrets =
        Secrets.of(
            "jdbc:postgresql://h/db?sslpassword=s%26slsecret",
            "bank", "hunter22", Map.of("accessToken", "t0k3n", "applicationName", "bank-app"));

    @Test
    void isShownWithoutThePartsOfSecretsThatWereCutInTwo() {
      Secrets secrets = Secrets.of("jdbc:x://host/db", "me", "hunter22secret", Map.of());

      assertThat(secrets.hide("secret was it, and hunter22secret, hunter", true, true))
          .isEqualTo("*** was it, and ***, ***");
      assertThat(secrets.hide("secret was it, hunter", false, false))
          .isEqualTo("secret was it, hunter");
      assertThat(secrets.hide("unter22secret", true, true)).isEqualTo("***");
      assertThat(secrets.hide("no access with hunter22s...")).isEqualTo("no access with ***...");
    }

    @Test
    void isShownWithoutTheConfiguredValuesWhereverTheyStand() {
      assertThat(secrets.hide("login hunter22/t0k3n/s&slsecret/s%26slsecret of bank-app failed"))
          .isEqualTo("login ***/***/***/*** of bank-app failed");
    }

    @Test
    void isShownWithoutWhatLooksLikeASecret() {
      assertThat(secrets.hide("{user=bank, password=another, ssl=true}"))
          .isEqualTo("{user=bank, password=***, ssl=true}");
    }

    @Test
    void keepsThePasswordThatIsNoMoreThanTheUserName() {
      Secrets same = Secrets.of("jdbc:postgresql://h/db", "bank", "bank", Map.of());

      assertThat(same.hide("no such user: bank")).isEqualTo("no such user: bank");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//", "a=", "((", "a={", "&a", "}}", "jdbc:oracle:x:", "a.", "@", "%"})
  void anyTextIsRead(String piece) {
    assertThat(Secrets.display("a//a={" + piece.repeat(4_000))).isNotEmpty();
  }

  @Test
  void showsNothingOfItself() {
    Secrets secrets = Secrets.of("jdbc:x", null, "hunter22", Map.of());

    assertThat(secrets.toString()).doesNotContain("hunter22");
  }
}
