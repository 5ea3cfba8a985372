package io.reactivemqtt.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reactivemqtt.benchmarks.sink.SinkCertificate;
import io.reactivemqtt.benchmarks.sink.SinkServer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransportsTest {

    private static final byte[] PAYLOAD = new byte[64];
    private static final int MESSAGES = 5_000;

    @SuppressWarnings("NullAway.Init")
    private static SinkCertificate certificate;

    @BeforeAll
    static void makeCertificate() throws IOException {
        certificate = SinkCertificate.make();
    }

    static Stream<Arguments> ways() {
        return Arrays.stream(Peer.values())
                .filter(peer -> peer.hasTransports() && !peer.isBefore())
                .flatMap(peer -> Stream.of(arguments(peer, Transport.TLS), arguments(peer, Transport.WEB_SOCKET)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void messagesGoBothWaysOverEachConnection(Peer peer, Transport transport) throws Exception {
        try (SinkServer sink = SinkServer.start()) {
            int port = sink.listen(transport, certificate.keyStore());
            BenchmarkClient client = peer.newClient(new Way(transport, certificate.certificate()));

            for (int connection = 1; connection <= 2; connection++) {
                client.connect("127.0.0.1", port, "test");
                client.publish("a/b", 1, PAYLOAD, MESSAGES);
                CountDownLatch arrivals = new CountDownLatch(MESSAGES);
                client.subscribe("push/1/64/" + MESSAGES, 1, payloadBytes -> arrivals.countDown());
                assertThat(arrivals.await(30, TimeUnit.SECONDS)).isTrue();
                client.publish("fence", 1, PAYLOAD, 1); // behind the acknowledgements
                client.disconnect();

                assertThat(sink.tally().publishes()).isEqualTo((long) connection * MESSAGES);
                assertThat(sink.tally().pushedAcknowledged()).isEqualTo((long) connection * MESSAGES);
                assertThat(sink.tally().violations()).isZero();
            }
        }
    }
}
