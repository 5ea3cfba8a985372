package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ConnectionRefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to people who write where the Server is in another way, or who are not let in. */
class ServerUriTest {

    @ParameterizedTest
    @CsvSource({
        "mqtt://my_host:1883, the name of a host has no underscore (_)",
        "mqtt://my_host, the name of a host has no underscore (_)",
        "ssl://localhost:8883, the scheme ssl is called mqtts",
        "TLS://localhost, the scheme tls is called mqtts",
        "ws://localhost/mqtt, the scheme ws is not supported yet",
        "tcp://localhost:1883, the scheme tcp is called mqtt",
        "localhost:1883, the URI of a Server is mqtt://host",
        "http://localhost, the URI of a Server is mqtt://host"
    })
    void uriThatIsNotTakenNamesItsMistake(String uri, String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.builder().server(uri))
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://user:secret@my_host:1883",
                "mqtt://user:secret@local host",
                "mqtt://user:secret@localhost:99999",
                "mqtt://user:secret@localhost",
                "ssl://user:secret@localhost",
                "mqtt://user:sec@ret@localhost"
            })
    void passwordInAUriIsNotRepeated(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.builder().server(uri))
                .satisfies(refusal -> {
                    for (Throwable each = refusal; each != null; each = each.getCause()) {
                        assertThat(each.toString()).doesNotContain("secret").doesNotContain("ret@");
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"BAD_USER_NAME_OR_PASSWORD", "NOT_AUTHORIZED"})
    void refusalOfAUserMentionsTheCredentials(ReasonCode reasonCode) {
        assertThat(new ConnectionRefusedException(reasonCode, "no", null))
                .hasMessage("the Server refused the connection: " + reasonCode
                        + " (\"no\"); check the credentials: user name and password");
    }
}
