package io.reactivemqtt.samples.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.BaseSubscriber;
import tools.jackson.databind.JsonNode;

/** The service as browsers use it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"live.directory=./target/live-${random.uuid}", "live.interval=50ms"})
class LiveServiceTest {

    @Value("${local.server.port}")
    private int port;

    @SuppressWarnings("NullAway.Init")
    private Browser browser;

    @BeforeEach
    void open() {
        browser = new Browser(port);
    }

    private static boolean settled(JsonNode numbers) {
        return numbers.get("sent").asLong() > 0
                && numbers.get("stored").asLong() >= numbers.get("sent").asLong();
    }

    @Test
    void readingsAreStoredAndShownAsTheyArrive() throws Exception {
        JsonNode reading =
                browser.next("reading", any -> any.get("sensor").asString().equals("s3"));
        assertThat(reading.get("celsius").asDouble()).isBetween(-50.0, 90.0);
        browser.next("state", now -> now.get("status").asString().equals("CONNECTED"));
        browser.next("numbers", now -> now.get("stored").asLong() > 20);
    }

    @Test
    void whatIsPublishedComesBackAndTheAnswerSaysWhatBecameOfIt() throws Exception {
        String message = """
                {"topic":"sensors/mine/reading","payload":"{\\"sensor\\":\\"mine\\",\\"number\\":1,\\"celsius\\":25}","qos":1}""";
        HttpResponse<String> answer = browser.post("/api/messages", message);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("ACKNOWLEDGED");
        assertThat(browser.post("/api/messages", "{\"topic\":\"a/#\",\"payload\":\"\"}")
                        .statusCode())
                .as("no Topic Name")
                .isEqualTo(400);
    }

    @Test
    void aReadingThatIsNoneHoldsNothingUp() throws Exception {
        browser.post("/api/messages", "{\"topic\":\"sensors/s1/reading\",\"payload\":\"no JSON\",\"qos\":1}");
        long sent = browser.next("numbers", now -> true).get("sent").asLong();
        browser.next("numbers", now -> now.get("stored").asLong() > sent);
    }

    @Test
    void aDeviceSaysWhoItIs() throws Exception {
        HttpResponse<String> answer = browser.post("/api/devices/3/identify", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("sensor 3");
    }

    @Test
    void afterACutTheSessionGoesOnWithoutALoss() throws Exception {
        long before = browser.next("numbers", now -> true).get("reconnects").asLong();
        assertThat(browser.post("/api/cut?millis=1000", "").statusCode()).isEqualTo(204);
        browser.next("numbers", now -> now.get("reconnects").asLong() > before);
        JsonNode after = browser.next("numbers", LiveServiceTest::settled);
        assertThat(after.get("stored").asLong())
                .isGreaterThanOrEqualTo(after.get("sent").asLong());
    }

    @Test
    void aBrowserThatDoesNotReadStopsNobody() throws Exception {
        try (InputStream unread = browser.live()) {
            assertThat(unread.read()).isPositive();
            JsonNode numbers = browser.next("numbers", now -> true);
            browser.next(
                    "numbers",
                    now -> now.get("stored").asLong() > numbers.get("stored").asLong() + 200);
        }
    }

    @Test
    void whatABrowserIsTooSlowForIsCounted(@Autowired LivePage page) throws Exception {
        CompletableFuture<Long> dropped = new CompletableFuture<>();
        BaseSubscriber<ServerSentEvent<?>> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // it asks for nothing yet
            }

            @Override
            protected void hookOnNext(ServerSentEvent<?> event) {
                if (event.data() instanceof LivePage.Numbers numbers && numbers.dropped() > 0) {
                    dropped.complete(numbers.dropped());
                }
            }
        };
        page.live("+").subscribe(slow);
        long stored = browser.next("numbers", now -> true).get("stored").asLong();
        browser.next("numbers", now -> now.get("stored").asLong() > stored + 600);

        slow.requestUnbounded();

        assertThat(dropped.get(30, TimeUnit.SECONDS)).isPositive();
        slow.cancel();
    }

    @Test
    void actuatorTellsTheHealthOfTheClientAndItsConsumers() throws Exception {
        HttpResponse<String> health = browser.get("/actuator/health");
        assertThat(health.body())
                .contains("\"mqtt\"")
                .contains("\"mqttConsumers\"")
                .contains("CONNECTED");
        assertThat(browser.get("/actuator/mqttsessions").body()).contains("sensors/+/reading");
        assertThat(browser.get("/actuator/health/readiness").body()).doesNotContain("mqtt");
    }
}
