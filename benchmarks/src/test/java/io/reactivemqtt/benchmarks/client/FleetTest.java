package io.reactivemqtt.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.benchmarks.sink.SinkServer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetTest {

    private static final int PERIODS = 3;

    @ParameterizedTest
    @EnumSource(
            value = Peer.class,
            names = {"OURS", "HIVEMQ", "HIVEMQ_TUNED"})
    void manyClientsPublishInOneProcess(Peer peer) throws Exception {
        try (SinkServer sink = SinkServer.start()) {
            String[] answer = new Fleet(peer, "127.0.0.1", sink.port())
                    .run(20, 500, PERIODS)
                    .split(" ", -1);

            assertThat(answer).hasSize(6);
            assertThat(Arrays.stream(answer).skip(1).mapToDouble(Double::parseDouble))
                    .allMatch(figure -> figure > 0);
            assertThat(sink.tally().publishes()).isEqualTo(2 * PERIODS * 500L);
            assertThat(sink.tally().violations()).isZero();
        }
    }
}
