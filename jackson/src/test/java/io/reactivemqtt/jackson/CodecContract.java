package io.reactivemqtt.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for both. */
abstract class CodecContract {

    private static final Reading READING = new Reading("s", 20.5);

    private final PayloadCodec<Reading> readings = codec(Reading.class);

    abstract <T> PayloadCodec<T> codec(Class<T> type);

    /** By a TypeReference. */
    abstract PayloadCodec<List<Reading>> lists();

    /** By a JavaType. */
    abstract PayloadCodec<Map<String, Reading>> maps();

    /** With a mapper that quotes what it reads. */
    abstract PayloadCodec<Reading> talkative();

    /** With a mapper of another format. */
    abstract PayloadCodec<Reading> cbor();

    private static ApplicationMessage message(Payload payload) {
        return ApplicationMessage.to("s/1")
                .payload(payload)
                .qos(Qos.AT_LEAST_ONCE)
                .build();
    }

    private static ApplicationMessage text(String json) {
        return message(Payload.utf8(json));
    }

    @Test
    void aValueTravelsAsJsonWhichTheMessageSays() {
        ApplicationMessage message = readings.message("s/1", READING).build();

        assertThat(message)
                .isEqualTo(ApplicationMessage.to("s/1")
                        .text("{\"sensor\":\"s\",\"celsius\":20.5}")
                        .contentType("application/json")
                        .build());
        assertThat(readings.decode(message)).isEqualTo(READING);
    }

    @Test
    void typesMayHaveParameters() {
        List<Reading> list = List.of(READING, new Reading("\u00FC", -1));
        Map<String, Reading> map = Map.of("k", READING);

        assertThat(lists().decode(lists().message("s", list).build())).isEqualTo(list);
        assertThat(maps().decode(maps().message("s", map).build())).isEqualTo(map);
    }

    @Test
    void aLargePayloadIsReadToItsEnd() {
        List<Reading> many = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add(new Reading("sensor " + i, i));
        }

        assertThat(lists().decode(lists().message("s", many).build())).isEqualTo(many);
    }

    @Test
    void anotherContentTypeIsRefusedAndOneThatIsJsonTooIsNot() {
        ApplicationMessage.Builder message = readings.message("s/1", READING);

        assertThatThrownBy(() ->
                        readings.decode(message.contentType("application/cbor").build()))
                .isInstanceOf(UndecodablePayloadException.class)
                .hasMessageContaining("application/json");
        assertThat(readings.decode(
                        message.contentType("Application/JSON;charset=utf-8").build()))
                .isEqualTo(READING);
        assertThat(readings.decode(
                        message.contentType("application/vnd.acme+json").build()))
                .isEqualTo(READING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "canary-no-json",
                "\"canary-text\"",
                "{\"sensor\":\"canary-unfinished",
                "{\"sensor\":\"s\",\"celsius\":\"canary-cold\"}",
                "{\"sensor\":\"s\",\"celsius\":{\"canary-key\":1}}",
                "{\"sensor\":\"canary-sensor\",\"celsius\":-300}",
                "{\"sensor\":\"s\",\"celsius\":20.5} canary-behind",
                "{\"sensor\":\"s\",\"celsius\":20.5}{}",
                "[{\"sensor\":\"canary-sensor\",\"celsius\":1}]"
            })
    void whatIsNoValueIsRefusedAndNothingOfItIsShown(String json) {
        for (PayloadCodec<Reading> codec : List.of(readings, talkative())) {
            Throwable refusal = catchThrowable(() -> codec.decode(text(json)));

            assertThat(refusal)
                    .isInstanceOf(UndecodablePayloadException.class)
                    .hasMessageStartingWith("the message to s/1, " + json.length() + " bytes, cannot be decoded: ");
            assertThat(printed(refusal)).doesNotContain("canary");
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        Payload noText = Payload.of((byte) '"', (byte) 0xC3, (byte) '(', (byte) '"');

        assertThatThrownBy(() -> codec(String.class).decode(message(noText)))
                .isInstanceOf(UndecodablePayloadException.class);
    }

    @Test
    void bracketsWithoutEndAreRefused() {
        assertThatThrownBy(() -> codec(Object.class).decode(text("[".repeat(1_000_000))))
                .isInstanceOf(UndecodablePayloadException.class);
    }

    @Test
    void aRefusalSaysWhereItIs() {
        assertThatThrownBy(() -> readings.decode(text("{\n  \"sensor\" 1")))
                .hasMessageMatching(".*: \\w+Exception at line 2, column 1\\d");
    }

    @Test
    void whatAConstructorThrewIsSeenByItsPlace() {
        Throwable refusal = catchThrowable(() -> readings.decode(text("{\"sensor\":\"s\",\"celsius\":-300}")));

        assertThat(printed(refusal)).contains("IllegalArgumentException", Reading.class.getName() + ".<init>");
    }

    @Test
    void aValueWithoutJsonIsTheCallersMistake() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec(Object.class).encode(endless))
                .withMessageContaining("ArrayList");
    }

    @Test
    void aMapperOfAnotherFormatIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(this::cbor).withMessageContaining("CBOR");
    }

    private static String printed(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
