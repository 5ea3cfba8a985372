package io.reactivemqtt.samples.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.reactivemqtt.spring.boot.MqttConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/** What a request starts is one trace, over the Server, to the database. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "live.directory=./target/live-${random.uuid}",
            "live.interval=1h",
            "management.tracing.sampling.probability=1",
            "spring.reactor.context-propagation=auto"
        })
class OneTraceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestConfiguration(proxyBeanMethods = false)
    static class Recorded {
        @Bean
        InMemorySpanExporter spans() {
            return InMemorySpanExporter.create();
        }

        @Bean
        SpanProcessor recorder(InMemorySpanExporter spans) {
            return SimpleSpanProcessor.create(spans);
        }

        @Bean
        MqttConsumer traced(DatabaseClient database) {
            return MqttConsumer.of("traced/{sensor}", Reading.class, (reading, message) -> database.sql(
                            "INSERT INTO reading (sensor, number, celsius) VALUES ($1, $2, $3)")
                    .bind(0, reading.sensor())
                    .bind(1, reading.number())
                    .bind(2, reading.celsius())
                    .then());
        }
    }

    @Value("${local.server.port}")
    private int port;

    private static SpanData named(List<SpanData> spans, String beginning) {
        return spans.stream()
                .filter(span -> span.getName().toLowerCase(Locale.ROOT).startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + beginning + " in " + names(spans)));
    }

    private static List<String> names(List<SpanData> spans) {
        return spans.stream().map(SpanData::getName).toList();
    }

    @Test
    void aPostItsMessageItsHandlerAndItsRowAreOneTrace(@Autowired InMemorySpanExporter exporter) throws Exception {
        String message = """
                {"topic":"traced/7","payload":"{\\"sensor\\":\\"7\\",\\"number\\":1,\\"celsius\\":25}","qos":1}""";
        assertThat(new Browser(port).post("/api/messages", message).statusCode())
                .isEqualTo(200);

        List<SpanData> all = spans(exporter);
        SpanData post = named(all, "http post /api/messages");
        List<SpanData> trace = all.stream()
                .filter(span -> span.getTraceId().equals(post.getTraceId()))
                .toList();
        SpanData publish = named(trace, "mqtt publish");
        SpanData process = named(trace, "mqtt process traced/{sensor}");
        SpanData query = named(trace, "query");
        assertThat(publish.getParentSpanId()).isEqualTo(post.getSpanId());
        assertThat(process.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(query.getParentSpanId()).isEqualTo(process.getSpanId());
    }

    /** Returns those of the trace, once the handler's, which is the last to end, is among them. */
    private static List<SpanData> spans(InMemorySpanExporter exporter) {
        return Objects.requireNonNull(Flux.interval(Duration.ofMillis(20))
                .map(tick -> exporter.getFinishedSpanItems())
                .filter(spans -> names(spans).stream().anyMatch(name -> name.startsWith("mqtt process"))
                        && names(spans).stream().anyMatch(name -> name.startsWith("http post")))
                .blockFirst(PATIENCE));
    }
}
