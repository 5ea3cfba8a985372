package io.reactivemqtt.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The trace of a message leaves in its User Properties, and a handler's continues it. */
class TraceContextTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final ApplicationMessage MESSAGE = ApplicationMessage.to("rooms/7")
            .qos(Qos.AT_LEAST_ONCE)
            .userProperty("color", "red")
            .build();

    private final Tracing tracing = new Tracing();

    @Test
    void theTraceLeavesBesideTheOtherUserProperties() {
        FakeMqttClient fake = connected(options -> {});

        observed(fake).publish(MESSAGE).block();
        observed(fake).publish(Flux.just(MESSAGE)).blockLast();

        assertThat(fake.published()).hasSize(2).allSatisfy(message -> {
            UserProperties properties = message.properties().userProperties();
            assertThat(properties.first("color")).isEqualTo("red");
            assertThat(properties.all("traceparent")).hasSize(1);
        });
        SpanData span = tracing.span("mqtt publish");
        assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(fake.published().get(0).properties().userProperties().first("traceparent"))
                .isEqualTo("00-" + span.getTraceId() + "-" + span.getSpanId() + "-01");
    }

    @Test
    void aMessageThatIsPassedOnLeavesWithOneTraceAlone() {
        FakeMqttClient fake = connected(options -> {});

        observed(fake).publish(from(SPAN, "rooms/7")).block();

        assertThat(fake.published().get(0).properties().userProperties().all("traceparent"))
                .hasSize(1)
                .doesNotContain("00-" + TRACE + "-" + SPAN + "-01");
    }

    @Test
    void inMqtt311NothingIsAdded() {
        FakeMqttClient fake = connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        ApplicationMessage plain = ApplicationMessage.of("rooms/7", "", Qos.AT_LEAST_ONCE);

        observed(fake).publish(plain).block();
        observed(fake).publish(Flux.just(plain)).blockLast();

        assertThat(fake.published()).containsExactly(plain, plain);
        assertThat(tracing.spans()).hasSize(2);
    }

    @Test
    void whereMqtt311MayBeSpokenNothingIsAdded() {
        FakeMqttClient fake = connected(options -> options.session(session -> session.fallBackToMqtt311()));
        ApplicationMessage plain = ApplicationMessage.of("rooms/7", "", Qos.AT_LEAST_ONCE);

        observed(fake).publish(plain).block();

        assertThat(fake.published()).containsExactly(plain);
    }

    @Test
    void aHandlerContinuesTheTraceOfItsMessage() {
        FakeMqttClient fake = connected(options -> {});
        observed(fake)
                .consume("rooms/{id}", Qos.AT_LEAST_ONCE, message -> Mono.empty())
                .subscribe();

        fake.deliver(from(SPAN, "rooms/7"));

        SpanData span = tracing.span("mqtt process rooms/{id}");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN);
    }

    @Test
    void whatAHandlerPublishesIsInTheSameTrace() {
        FakeMqttClient fake = connected(options -> {});
        ReactorMqttClient client = observed(fake);
        client.consume("rooms/{id}", Qos.AT_LEAST_ONCE, message -> client.publish(MESSAGE))
                .subscribe();

        fake.deliver(from(SPAN, "rooms/7"));

        assertThat(tracing.span("mqtt publish").getTraceId()).isEqualTo(TRACE);
    }

    @Test
    void aBatchHasALinkToEachTrace() {
        FakeMqttClient fake = connected(options -> {});
        ConsumeOptions options =
                ConsumeOptions.of(builder -> builder.filter("rooms/{id}").upTo(4, Duration.ofMinutes(1)));
        observed(fake).consumeBatches(options, messages -> Mono.empty()).subscribe();

        fake.deliver(from("b7ad6b7169203331", "rooms/1"));
        fake.deliver(from("b7ad6b7169203332", "rooms/2"));
        fake.deliver("rooms/3", "without a trace", Qos.AT_LEAST_ONCE);
        fake.deliver(ApplicationMessage.to("rooms/4")
                .userProperty("traceparent", "no trace")
                .build());

        SpanData span = tracing.span("mqtt batch rooms/{id}");
        assertThat(span.getTraceId()).isNotEqualTo(TRACE);
        assertThat(span.getLinks())
                .extracting(link -> link.getSpanContext().getTraceId() + "/"
                        + link.getSpanContext().getSpanId())
                .containsExactly(TRACE + "/b7ad6b7169203331", TRACE + "/b7ad6b7169203332");
    }

    @Test
    void aRequestCarriesItsTrace() {
        FakeMqttClient fake = connected(options -> options.clientIdentifier("asker"));

        observed(fake).request(MESSAGE, Duration.ofSeconds(1)).onErrorComplete().subscribe();
        fake.advance(Duration.ofSeconds(2));

        SpanData span = tracing.span("mqtt request");
        assertThat(fake.published().get(0).properties().userProperties().first("traceparent"))
                .contains(span.getTraceId());
        assertThat(span.getAttributes().asMap()).containsEntry(AttributeKey.stringKey("outcome"), "no_response");
    }

    private static ApplicationMessage from(String span, String topic) {
        return ApplicationMessage.to(topic)
                .qos(Qos.AT_LEAST_ONCE)
                .userProperty("traceparent", "00-" + TRACE + "-" + span + "-01")
                .build();
    }

    private static FakeMqttClient connected(Consumer<? super ClientOptions.Builder> options) {
        FakeMqttClient fake = FakeMqttClient.create(options);
        fake.connect().block();
        return fake;
    }

    private ReactorMqttClient observed(ReactorMqttClient client) {
        return ObservedMqttClient.observe(client, tracing.registry, "rooms");
    }
}
