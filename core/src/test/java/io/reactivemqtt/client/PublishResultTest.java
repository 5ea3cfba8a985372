package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.PubAck;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A result says in one word what became of its message; and the options by which it was published. */
class PublishResultTest {

    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "", Qos.AT_LEAST_ONCE);

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new RequestRefusedException("PUBLISH", ReasonCode.NOT_AUTHORIZED, null),
                        PublishOutcome.REFUSED),
                Arguments.of(
                        new RequestRefusedException("PUBREL", ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, null),
                        PublishOutcome.UNKNOWN),
                Arguments.of(new LimitExceededException("too large", null), PublishOutcome.REFUSED),
                Arguments.of(new MessageExpiredException(TopicName.of("a")), PublishOutcome.EXPIRED),
                Arguments.of(new NotSentException("offline"), PublishOutcome.NOT_SENT),
                Arguments.of(new QueueFullException("full"), PublishOutcome.NOT_SENT),
                Arguments.of(new OutcomeUnknownException("lost"), PublishOutcome.UNKNOWN),
                Arguments.of(new ClientClosedException("publish"), PublishOutcome.UNKNOWN),
                Arguments.of(new StoreException("failed", null), PublishOutcome.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void theOutcomeOfAFailureIsThatOfItsType(MqttException failure, PublishOutcome outcome) {
        PublishResult result = PublishResult.failed(MESSAGE, failure);

        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.isSuccess()).isFalse();
    }

    @Test
    void whatTheServerAcknowledgesIsAcknowledged() {
        assertThat(PublishResult.succeeded(MESSAGE, null, false).outcome()).isEqualTo(PublishOutcome.ACKNOWLEDGED);
        assertThat(PublishResult.succeeded(MESSAGE, null, true).outcome()).isEqualTo(PublishOutcome.ACKNOWLEDGED);
    }

    @Test
    void theServerMaySayThatNobodySubscribes() {
        PubAck answer = new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS);

        PublishResult result = PublishResult.succeeded(MESSAGE, answer, false);

        assertThat(result.outcome()).isEqualTo(PublishOutcome.NO_SUBSCRIBER);
        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void aResultForAnotherMessageSaysTheSame() {
        ApplicationMessage original = ApplicationMessage.of("b", "", Qos.AT_LEAST_ONCE);
        NotSentException failure = new NotSentException("offline");

        PublishResult result = PublishResult.failed(MESSAGE, failure).withMessage(original);

        assertThat(result).isEqualTo(PublishResult.failed(original, failure));
        assertThat(result.message()).isSameAs(original);
    }

    @Test
    void nobodyAcknowledgesQos0() {
        ApplicationMessage message = ApplicationMessage.of("a", "", Qos.AT_MOST_ONCE);

        assertThat(PublishResult.succeeded(message, null, false).outcome()).isEqualTo(PublishOutcome.SENT);
    }

    @Test
    void whatIsDroppedIsNoSuccessAndSaysWhatIsKnownOfIt() {
        NotSentException replaced = new NotSentException("replaced");

        PublishResult result = PublishResult.dropped(MESSAGE, replaced);

        assertThat(result.outcome()).isEqualTo(PublishOutcome.DROPPED);
        assertThat(result.isSuccess()).isFalse();
        assertThat(result.failure()).isSameAs(replaced);
        assertThat(result).isNotEqualTo(PublishResult.failed(MESSAGE, replaced));
    }

    // ---- options

    @Test
    void optionsKeepWhatTheyWereMadeOf() {
        PublishOptions options = PublishOptions.of(builder -> builder.sendWithin(Duration.ofSeconds(5))
                        .ifOffline(IfOffline.FAIL)
                        .onSessionLoss(SessionLossPolicy.DROP)
                        .latestOf("gauge"))
                .mutate()
                .build();

        assertThat(options.sendWithin()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options)
                .hasToString("PublishOptions[sendWithin=PT5S, ifOffline=FAIL, onSessionLoss=DROP, latestOf=gauge]");
    }

    @Test
    void aTimeToSendIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishOptions.builder().sendWithin(Duration.ZERO))
                .withMessageContaining("the time within which a message is sent");
    }
}
