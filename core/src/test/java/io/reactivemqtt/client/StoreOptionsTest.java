package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.store.InMemorySessionStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreOptionsTest {

    private static void assertRefused(Consumer<ClientOptions.Builder> options, String... missing) {
        assertThatThrownBy(() ->
                        ClientOptions.of(builder -> options.accept(builder.sessionStore(new InMemorySessionStore()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sessionStore()")
                .hasMessageContainingAll(missing);
    }

    @Test
    void aStoreWithoutAnIdentifierToKeepASessionUnderIsRefused() {
        assertRefused(options -> {}, "clientIdentifier()");
        assertRefused(options -> options.cleanSession(false), "clientIdentifier()", "random");
        assertRefused(
                options -> options.cleanSession(false).protocolVersion(ProtocolVersion.MQTT_3_1_1),
                "clientIdentifier()");
        assertRefused(options -> options.clientIdentifier(""), "clientIdentifier()", "the Server makes up");
    }

    @Test
    void aStoreWithoutASessionThatOutlivesItsConnectionIsRefused() {
        assertRefused(options -> options.clientIdentifier("c"), "cleanStart(false)", "sessionExpiryInterval()");
        assertRefused(options -> options.clientIdentifier("c").cleanSession(true), "sessionExpiryInterval()");
        assertRefused(
                options -> options.clientIdentifier("c").protocolVersion(ProtocolVersion.MQTT_3_1_1),
                "cleanSession(false)");
    }

    @Test
    void aStoreWithASessionToKeepIsTaken() {
        assertThatCode(() -> {
                    create(options -> options.cleanSession(false));
                    create(options -> options.cleanStart(false));
                    create(options -> options.sessionExpiryInterval(Duration.ofSeconds(1)));
                    create(options -> options.cleanSession(false).protocolVersion(ProtocolVersion.MQTT_3_1_1));
                })
                .doesNotThrowAnyException();
    }

    private static void create(Consumer<ClientOptions.Builder> options) {
        ClientOptions.of(
                builder -> options.accept(builder.clientIdentifier("c").sessionStore(new InMemorySessionStore())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://u:SECRET@host_with_underscore",
                "mqtt://u:SECRET@host_with_underscore:1883",
                "mqtt://u:SECRET@host",
                "mqtt://SECRET@host",
                "mqtt://u:SECRET@",
                "mqtt://u:SECRET@:1883",
                "mqtt://u:SECRET@host:",
                "mqtt://u:SECRET@host:port",
                "mqtt://u:SECRET@host:99999",
                "mqtt://u:SECRET@host:0",
                "mqtt://u:SECRET@ho st",
                "mqtt://u:SECRET @host",
                "mqtt://u:%SECRET@host",
                "mqtt://u:SECRET%@host",
                "mqtt://u:SECRET%40host",
                "mqtt://u:SECRET#x@host",
                "mqtt://u:SECRET/x@host",
                "mqtt://u:x/SECRET@host",
                "mqtt://u:x?SECRET@host",
                "mqtt://u:x#SECRET@host",
                "mqtt://u:x@SECRET@host",
                "mqtt://u:SECRET@x@host",
                "mqtt://u:[SECRET]@host",
                "mqtt://u:{SECRET}@host",
                "mqtt://u:SECRET\u0000@host",
                "mqtt://u:SECRET\n@host",
                "mqtt://u:SECRET\uFF20host",
                "mqtt://u:SECRET@[::1",
                "mqtt://u:SECRET@[::g]",
                "mqtt://u:SECRET@host/path",
                "mqtt://u:SECRET@host?query",
                "mqtt://host?password=SECRET",
                "mqtt://host/?u:SECRET@x",
                "mqtt://host#SECRET",
                "mqtt://u:SECRET",
                "mqtt://host:1883:SECRET",
                "mqtt:u:SECRET@host",
                "mqtt:/u:SECRET@host",
                "mqtt:///u:SECRET@host",
                "mqtt//u:SECRET@host",
                "//u:SECRET@host",
                "u:SECRET@host",
                "SECRET@host",
                "http://u:SECRET@host",
                "mqtts://u:SECRET@host",
                "ws://u:SECRET@host/mqtt",
                "ssl://u:SECRET@host",
                "1mqtt://u:SECRET@host",
                " mqtt://u:SECRET@host",
                "mqtt ://u:SECRET@host",
            })
    void noPasswordInAUriReachesAnException(String uri) {
        assertThat(told(() -> ClientOptions.of(options -> options.server(uri)))).doesNotContain("SECRET");
        try {
            URI parsed = new URI(uri);
            assertThat(told(() -> ClientOptions.of(options -> options.server(parsed))))
                    .doesNotContain("SECRET");
        } catch (URISyntaxException notEvenAUri) {
            // and was refused as text above
        }
    }

    /** Returns all that a log would show of it, causes too. */
    private static String told(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable refused = catchThrowable(call);
        assertThat(refused).isInstanceOf(IllegalArgumentException.class);
        StringWriter log = new StringWriter();
        refused.printStackTrace(new PrintWriter(log, true));
        return log.toString();
    }

    @Test
    void whatIsWrongWithAUriIsStillTold() {
        assertThatThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://u:pw@my_host:1883")))
                .hasMessageContaining("not \"mqtt://my_host:1883\"");
        assertThatThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://host:70000")))
                .hasMessageContaining("mqtt://host:70000");
        assertThatThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://[::1]:70000/x")))
                .hasMessageContaining("mqtt://[::1]:70000");
        assertThatThrownBy(() -> ClientOptions.of(options -> options.server("host")))
                .hasMessageContaining("\"host\"");
        assertThatThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://u:pw@host")))
                .hasMessageContainingAll("userName()", "password()");
    }
}
