import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reactivemqtt.Qos;
import io.reactivemqtt.jackson.Jackson2JsonCodec;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** JSON by the Jackson that this Spring Boot brings. */
class JsonTest {

    record Reading(String sensor, double celsius) {}

    @Test
    void readingsArriveAsValues() {
        List<Reading> readings = new ArrayList<>();
        FakeMqttClient client = FakeMqttClient.connected();
        client.consume(
                        options -> options.filter("a"),
                        Jackson2JsonCodec.of(new ObjectMapper(), Reading.class),
                        (reading, message) -> Mono.fromRunnable(() -> readings.add(reading)))
                .subscribe();
        client.deliver("a", "{\"sensor\":\"s\",\"celsius\":20.5}", Qos.AT_LEAST_ONCE);
        assertEquals(List.of(new Reading("s", 20.5)), readings);
    }
}
