package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCodecTest {

    private final PayloadCodec<Integer> codec = new Numbers(Integer::valueOf);

    /** Decimal numbers. */
    private record Numbers(Function<String, @Nullable Integer> parser) implements PayloadCodec<Integer> {

        @Override
        public Payload encode(Integer value) {
            return Payload.utf8(value.toString());
        }

        @Override
        public @Nullable Integer read(ApplicationMessage message) {
            return parser.apply(message.payload().asUtf8());
        }

        @Override
        public String contentType() {
            return "text/number; base=10";
        }

        @Override
        public boolean isUtf8Text() {
            return true;
        }
    }

    private static ApplicationMessage text(String text) {
        return ApplicationMessage.of("a/b", text, Qos.AT_LEAST_ONCE);
    }

    private static ApplicationMessage typed(String contentType) {
        return text("7").toBuilder().contentType(contentType).build();
    }

    @Test
    void aMessageSaysWhatItsPayloadIs() {
        ApplicationMessage message =
                codec.message("a/b", 7).qos(Qos.AT_LEAST_ONCE).build();

        assertThat(message)
                .isEqualTo(ApplicationMessage.to("a/b")
                        .text("7")
                        .contentType("text/number; base=10")
                        .qos(Qos.AT_LEAST_ONCE)
                        .build());
        assertThat(codec.decode(message)).isEqualTo(7);
    }

    @Test
    void withoutPropertiesAMessageHasOnlyThePayloadAndNoContentTypeIsChecked() {
        PayloadCodec<Integer> plain = codec.withoutProperties();

        assertThat(plain.message("a/b", 7).build().properties()).isSameAs(MessageProperties.NONE);
        assertThat(plain.decode(typed("image/png"))).isEqualTo(7);
        assertThat(plain.withoutProperties()).isSameAs(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/number",
                "text/number; base=2",
                "TEXT/Number",
                " text/number ;x",
                "text/vnd.acme.reading+number",
                ""
            })
    void aContentTypeIsComparedWithoutItsParametersAndWithoutRegardToCase(String same) {
        assertThat(codec.decode(typed(same))).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/number", "number", "text/numbers", "+number", ";"})
    void aContentTypeThatSaysOtherwiseIsRefused(String other) {
        assertThatThrownBy(() -> codec.decode(typed(other)))
                .isInstanceOf(UndecodablePayloadException.class)
                .hasMessage(
                        "the message to a/b, 1 bytes, cannot be decoded: its Content Type is not text/number; base=10");
    }

    @Test
    void aMessageThatDoesNotSayWhatItIsIsRead() {
        assertThat(codec.decode(text("7"))).isEqualTo(7);
    }

    @Test
    void whatTheCodecFailsWithSaysWhereAndWhyButNothingOfThePayload() {
        Throwable refusal = catchThrowable(() -> codec.decode(text("canary-number")));

        assertThat(refusal)
                .isInstanceOf(UndecodablePayloadException.class)
                .hasMessage("the message to a/b, 13 bytes, cannot be decoded: java.lang.NumberFormatException");
        assertThat(refusal).cause().satisfies(cause -> assertThat(cause.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Integer")));
        assertThat(printed(refusal)).doesNotContain("canary");
    }

    @Test
    void causesOfTheCauseAreSilentToo() {
        ApplicationMessage message = text("7");
        Throwable cause = new IllegalStateException("canary-1", new IOException("canary-2"));

        Throwable refusal = new UndecodablePayloadException(message, "no reason", cause);

        assertThat(printed(refusal))
                .contains("java.lang.IllegalStateException", "java.io.IOException")
                .doesNotContain("canary");
    }

    @Test
    void nothingIsNoValueAndNeitherIsWhatIsTooDeepToRead() {
        PayloadCodec<Integer> nothing = new Numbers(text -> null);
        PayloadCodec<Integer> depth = new Numbers(text -> depth(text, 0));

        assertThatThrownBy(() -> nothing.decode(text("7")))
                .isInstanceOf(UndecodablePayloadException.class)
                .hasMessageEndingWith("it stands for null");
        assertThatThrownBy(() -> depth.decode(text("(".repeat(10_000_000))))
                .isInstanceOf(UndecodablePayloadException.class)
                .hasMessageEndingWith("java.lang.StackOverflowError");
    }

    @Test
    void anotherTryAndAnotherConnectionDoNotHelp() {
        ApplicationMessage message = ApplicationMessage.of(TopicName.of("a"), Payload.EMPTY, Qos.AT_LEAST_ONCE);

        assertThat(new UndecodablePayloadException(message, "it is empty", null).isRetryable())
                .isFalse();
    }

    private static int depth(String text, int at) {
        return at == text.length() ? 0 : 1 + depth(text, at + 1);
    }

    private static String printed(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
