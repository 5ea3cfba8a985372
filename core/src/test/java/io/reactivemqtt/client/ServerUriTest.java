package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ConnectionRefusedException;
import java.net.URI;
import org.junit.jupiter.api.Test;
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
        "https://localhost, the scheme https is called wss",
        "mqtt+ws://localhost, the scheme mqtt+ws is called ws",
        "unix:///run/mosquitto.sock, the scheme unix is called mqtt+unix",
        "mqtt+unix://run/mosquitto.sock, with three slashes",
        "mqtt+unix:///, with three slashes",
        "mqtt://localhost/mqtt, a path or query is for WebSocket",
        "mqtts://localhost?a=b, a path or query is for WebSocket",
        "ws:///mqtt, the URI of a Server is mqtt://host",
        "ws://localhost/mqtt#x, a fragment is not allowed",
        "tcp://localhost:1883, the scheme tcp is called mqtt",
        "localhost:1883, the URI of a Server is mqtt://host",
        "ftp://localhost, the URI of a Server is mqtt://host"
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
                "mqtt://user:sec@ret@localhost",
                "ws://user:secret@localhost/mqtt",
                "mqtts://localhost/mqtt?token=secret",
                "wss://localhost:99999/mqtt?token=secret"
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
    @ValueSource(
            strings = {
                "mqtt://localhost",
                "MQTTS://[::1]:8883",
                "ws://localhost",
                "wss://localhost:8443/a/b?c=d%20e",
                "mqtt+unix:///run/mosquitto.sock"
            })
    void whereAServerIsIsTaken(String uri) {
        assertThat(ClientOptions.builder().server(uri).build().server()).isEqualTo(URI.create(uri));
    }

    @Test
    void theQueryOfAWebSocketIsNotShown() {
        ClientOptions options = ClientOptions.builder()
                .servers("wss://localhost/mqtt?signature=secret", "ws://localhost?secret")
                .webSocket(webSocket -> webSocket.header("X-Token", "secret"))
                .proxy("http://user:secret@localhost:3128")
                .build();
        ConnectAttempt attempt = ConnectAttempt.of(options, options.server(), 1, null);
        assertThat(options + " " + options.webSocket() + " " + options.proxy() + " " + attempt)
                .contains("wss://localhost/mqtt,")
                .contains("X-Token")
                .contains("HTTP localhost:3128")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:3128",
                "https://user:secret@localhost",
                "http://user:secret@",
                "http://user:secret@local host",
                "http://user:secret@localhost/path",
                "socks5://user:secret@localhost:0",
                "socks4://user:secret@localhost"
            })
    void aProxyThatIsNotTakenKeepsItsSecret(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyOptions.of(uri))
                .satisfies(refusal -> {
                    for (Throwable each = refusal; each != null; each = each.getCause()) {
                        assertThat(each.toString()).doesNotContain("secret");
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost, HTTP, 3128",
        "HTTP://localhost:8080/, HTTP, 8080",
        "socks4a://localhost, SOCKS4, 1080",
        "socks5h://localhost:1081, SOCKS5, 1081",
        "socks://[::1], SOCKS5, 1080"
    })
    void aProxyHasAKindAndAPort(String uri, ProxyOptions.Kind kind, int port) {
        ProxyOptions proxy = ProxyOptions.of(uri);
        assertThat(proxy.kind()).isEqualTo(kind);
        assertThat(proxy.port()).isEqualTo(port);
        assertThat(proxy.host()).doesNotContain("[");
        assertThat(proxy.isFor("anything")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"a b, c", "'', c", "a:, c"})
    void aHeaderThatHttpDoesNotAllowIsRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketOptions.builder().header(name, value));
    }

    @Test
    void aHeaderIsOneLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketOptions.builder().header("a", "secret\r\nb: c"))
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"BAD_USER_NAME_OR_PASSWORD", "NOT_AUTHORIZED"})
    void refusalOfAUserMentionsTheCredentials(ReasonCode reasonCode) {
        assertThat(new ConnectionRefusedException(reasonCode, "no", null))
                .hasMessage("the Server refused the connection: " + reasonCode
                        + " (\"no\"); check the credentials: user name and password");
    }
}
